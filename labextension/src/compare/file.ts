/**
 * Compares a file: the server runs the program and its port side by side, and the result opens beside.
 */

import type { JupyterFrontEnd } from '@jupyterlab/application';
import { URLExt } from '@jupyterlab/coreutils';
import type { IDocumentWidget } from '@jupyterlab/docregistry';
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { MimeModel } from '@jupyterlab/rendermime';
import { ServerConnection } from '@jupyterlab/services';
import { Widget } from '@lumino/widgets';

import { compareIcon } from '../icons';
import { openBeside } from '../panel';
import { MIME_TYPE } from './model';

/** Compare the file of an editor, saved first; throws an Error that says why it could not be. */
export async function compareFile(
  app: JupyterFrontEnd,
  rendermime: IRenderMimeRegistry,
  widget: IDocumentWidget
): Promise<void> {
  const { context } = widget;
  if (context.model.dirty) {
    await context.save();
  }
  const comparison = await requestComparison(context.localPath);
  const renderer = rendermime.createRenderer(MIME_TYPE);
  await renderer.renderModel(new MimeModel({ data: { [MIME_TYPE]: comparison as never } }));
  const content = new Widget();
  content.addClass('hipwright-compare-file');
  content.node.append(renderer.node);
  content.disposed.connect(() => renderer.dispose());
  openBeside(app, content, {
    id: `hipwright-compare-${Date.now()}`,
    title: `Compare ${context.path.split('/').pop()}`,
    icon: compareIcon
  });
}

async function requestComparison(path: string): Promise<unknown> {
  const settings = ServerConnection.makeSettings();
  const response = await ServerConnection.makeRequest(
    URLExt.join(settings.baseUrl, 'hipwright', 'compare'),
    { method: 'POST', body: JSON.stringify({ path }) },
    settings
  );
  const answer = (await response.json().catch(() => ({}))) as { message?: string };
  if (!response.ok) {
    throw new Error(answer.message || `The comparison failed: ${response.statusText}`);
  }
  return answer;
}
