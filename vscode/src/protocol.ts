/** Requests that the server knows beside those of the protocol; see docs/editors.md. */

import { RequestType } from 'vscode-languageclient/node';
import type { TextEdit } from 'vscode-languageclient/node';

export interface PortParams {
  readonly textDocuments?: readonly { readonly uri: string }[];
  readonly notebookDocument?: { readonly uri: string };
}

export interface PortedDocument {
  readonly uri: string;
  readonly version: number;
  readonly text: string;
  readonly edits: TextEdit[];
}

export const portRequest = new RequestType<
  PortParams,
  { readonly documents: readonly PortedDocument[] },
  void
>('hipwright/port');

export const ruleRequest = new RequestType<
  { readonly code: string },
  { readonly markdown: string | null },
  void
>('hipwright/rule');
