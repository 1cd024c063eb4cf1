/**
 * The pages of the rules, which the language server keeps: no network is needed to read them.
 */

import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { MimeModel } from '@jupyterlab/rendermime';
import { Widget } from '@lumino/widgets';

import { fixIcon } from './icons';
import type { LanguageClient } from './language/client';
import { openBeside } from './panel';

/** Open the page of a rule, or bring it to the front. */
export async function openRule(
  app: JupyterFrontEnd,
  client: LanguageClient,
  rendermime: IRenderMimeRegistry,
  code: string
): Promise<void> {
  const id = `hipwright-rule-${code}`;
  for (const widget of app.shell.widgets('main')) {
    if (widget.id === id) {
      app.shell.activateById(id);
      return;
    }
  }
  const markdown = await client.rulePage(code);
  if (markdown === null) {
    throw new Error(`There is no rule ${code}.`);
  }
  const renderer = rendermime.createRenderer('text/markdown');
  await renderer.renderModel(new MimeModel({ data: { 'text/markdown': markdown } }));
  const content = new Widget();
  content.addClass('hipwright-rule');
  content.node.append(renderer.node);
  content.disposed.connect(() => renderer.dispose());
  openBeside(app, content, { id, title: code, icon: fixIcon });
}
