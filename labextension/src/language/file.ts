/**
 * Keeps the language server's idea of a file that is open in an editor equal to the editor.
 */

import type { ISharedText } from '@jupyter/ydoc';
import { Signal } from '@lumino/signaling';

import type { DocumentSource, LanguageClient } from './client';
import { TextDocument } from './document';

export class FileSync implements DocumentSource {
  constructor(
    private readonly _client: LanguageClient,
    uri: string,
    languageId: string,
    shared: ISharedText
  ) {
    this.document = new TextDocument(uri, languageId, shared);
    shared.changed.connect(this._textChanged, this);
    _client.addDocument(this.document);
    _client.addSource(this);
  }

  readonly document: TextDocument;

  open(): void {
    this._isOpen = true;
    this._client.notify('textDocument/didOpen', { textDocument: this.document.takeAll() });
  }

  flush(): void {
    if (!this._isOpen || this._isDisposed || !this._client.isReady) {
      return;
    }
    const change = this.document.takeChange();
    if (change !== null) {
      this._client.notify('textDocument/didChange', {
        textDocument: { uri: this.document.uri, version: this.document.version },
        contentChanges: [change]
      });
    }
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    this._client.removeSource(this);
    Signal.clearData(this);
    this._client.notify('textDocument/didClose', { textDocument: { uri: this.document.uri } });
    this._client.removeDocument(this.document);
  }

  private _textChanged(): void {
    if (!this._scheduled) {
      this._scheduled = true;
      queueMicrotask(() => {
        this._scheduled = false;
        this.flush();
      });
    }
  }

  private _isOpen = false;
  private _isDisposed = false;
  private _scheduled = false;
}
