/**
 * What the language server knows about the name below the pointer.
 */

import type { Extension, Text } from '@codemirror/state';
import { hoverTooltip } from '@codemirror/view';
import type { ISharedText } from '@jupyter/ydoc';
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { MimeModel } from '@jupyterlab/rendermime';
import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import type { Diagnostic, Hover } from 'vscode-languageserver-protocol';

import { element } from '../dom';
import type { LanguageClient } from '../language/client';
import type { TextDocument } from '../language/document';
import { followRuleLinks } from '../rule-link';
import { extentOf, offsetIn, positionIn } from './diagnostics';
import { markdownOf } from './markdown';

export interface HoverHost {
  client: LanguageClient;
  rendermime: IRenderMimeRegistry;
  openRule: (code: string) => void;
  documentOf: (shared: ISharedText) => TextDocument | undefined;
}

export function hoverExtension(shared: ISharedText, host: HoverHost): Extension {
  return hoverTooltip(async (view, offset) => {
    const document = host.documentOf(shared);
    const asked = view.state.doc;
    if (document === undefined || !host.client.isReady || hasFinding(document, asked, offset)) {
      return null;
    }
    const hover = await host.client
      .hover(document, positionIn(asked, offset))
      .catch((): null => null);
    if (hover === null || view.state.doc !== asked) {
      return null;
    }
    const content = await renderHover(hover, host.rendermime);
    if (content === null) {
      return null;
    }
    return {
      pos: hover.range ? offsetIn(asked, hover.range.start) : offset,
      end: hover.range ? offsetIn(asked, hover.range.end) : offset,
      above: true,
      create: () => ({
        dom: hoverNode(content.node, host),
        destroy: () => content.dispose()
      })
    };
  });
}

function hoverNode(content: HTMLElement, host: HoverHost): HTMLElement {
  const node = element('div', { class: 'hipwright-hover' }, content);
  followRuleLinks(node, host.openRule);
  return node;
}

/** What the language server knows about the place of a finding. */
export async function explanation(
  host: HoverHost,
  document: TextDocument,
  finding: Diagnostic
): Promise<Node | null> {
  const hover = await host.client.hover(document, finding.range.start);
  const content = hover === null ? null : await renderHover(hover, host.rendermime);
  return content?.node ?? null;
}

/** The tooltip of a finding says it all, and has room for the rest. */
function hasFinding(document: TextDocument, text: Text, offset: number): boolean {
  return document.findings.some(finding => {
    const { from, to } = extentOf(finding, text);
    return from <= offset && offset <= to;
  });
}

/** JupyterLab's own markdown is sanitised: no script of a server runs here. */
async function renderHover(
  hover: Hover,
  rendermime: IRenderMimeRegistry
): Promise<IRenderMime.IRenderer | null> {
  const markdown = markdownOf(hover);
  if (markdown === '') {
    return null;
  }
  const content = rendermime.createRenderer('text/markdown');
  await content.renderModel(new MimeModel({ data: { 'text/markdown': markdown } }));
  return content;
}
