/**
 * Keeps the language server's idea of a notebook's code cells equal to the notebook.
 *
 * Cells are known by their id, never by their model: moving a cell, and undoing its removal, make a new
 * model with the old id. Changes are gathered and told once the current event is over.
 */

import type { ISharedText } from '@jupyter/ydoc';
import type { ICellModel } from '@jupyterlab/cells';
import type { INotebookModel } from '@jupyterlab/notebook';
import { Signal } from '@lumino/signaling';

import type { DocumentSource, LanguageClient } from './client';
import { TextDocument } from './document';
import { spliceBetween } from './splice';

/** Called for each cell that gets another shared text than it had. */
export type Bind = (shared: ISharedText, document: TextDocument) => void;

const NOTEBOOK_TYPE = 'jupyter-notebook';
const CODE = 2;

export class NotebookSync implements DocumentSource {
  constructor(
    private readonly _client: LanguageClient,
    private readonly _uri: string,
    private readonly _model: INotebookModel,
    private readonly _bind: Bind
  ) {
    _model.cells.changed.connect(this._cellsChanged, this);
    this._follow();
    this._told = this._order();
    _client.addSource(this);
  }

  get model(): INotebookModel {
    return this._model;
  }

  /** The documents of the code cells, in the order of the notebook. */
  get documents(): TextDocument[] {
    return this._order().flatMap(id => this._documents.get(id) ?? []);
  }

  open(): void {
    this._follow();
    this._isDirty = false;
    this._cellsAreOther = false;
    this._told = this._order();
    this._isOpen = true;
    this._version++;
    const documents = this.documents;
    this._client.notify('notebookDocument/didOpen', {
      notebookDocument: {
        uri: this._uri,
        notebookType: NOTEBOOK_TYPE,
        version: this._version,
        cells: documents.map(cellOf)
      },
      cellTextDocuments: documents.map(document => document.takeAll())
    });
  }

  flush(): void {
    if (this._model.isDisposed || !this._isDirty) {
      return;
    }
    // A notebook of hundreds of cells is looked through only when its cells are others than before.
    if (this._cellsAreOther) {
      this._cellsAreOther = false;
      this._follow();
    }
    if (this._isOpen && this._client.isReady) {
      this._tellStructure();
      this._tellTexts();
      this._isDirty = false;
    }
    this._forgetRemoved();
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    this._client.removeSource(this);
    Signal.clearData(this);
    this._client.notify('notebookDocument/didClose', {
      notebookDocument: { uri: this._uri },
      cellTextDocuments: [...this._documents.values()].map(({ uri }) => ({ uri }))
    });
    for (const document of this._documents.values()) {
      this._client.removeDocument(document);
    }
    this._documents.clear();
  }

  /** Have one document for each code cell, bound to the text that the cell has now. */
  private _follow(): void {
    for (const cell of this._codeCells()) {
      const shared = cell.sharedModel;
      let document = this._documents.get(cell.id);
      if (document === undefined) {
        document = new TextDocument(this._cellUri(cell.id), this._languageId, shared);
        this._documents.set(cell.id, document);
        this._client.addDocument(document);
      } else if (document.shared !== shared) {
        document.shared.changed.disconnect(this._textChanged, this);
        document.rebind(shared);
      }
      // Connecting again what is connected does nothing.
      shared.changed.connect(this._textChanged, this);
      this._bind(shared, document);
    }
  }

  private _tellStructure(): void {
    const order = this._order();
    const splice = spliceBetween(this._told, order);
    if (splice === null) {
      return;
    }
    const before = new Set(this._told);
    const after = new Set(order);
    const opened = order.filter(id => !before.has(id)).flatMap(id => this._documents.get(id) ?? []);
    const closed = this._told.filter(id => !after.has(id));
    this._told = order;
    this._change({
      structure: {
        array: {
          start: splice.start,
          deleteCount: splice.deleteCount,
          cells: splice.inserted.flatMap(id => this._documents.get(id) ?? []).map(cellOf)
        },
        didOpen: opened.map(document => document.takeAll()),
        didClose: closed.map(id => ({ uri: this._cellUri(id) }))
      }
    });
  }

  private _tellTexts(): void {
    const changed = [];
    for (const document of this.documents) {
      const change = document.takeChange();
      if (change !== null) {
        changed.push({
          document: { uri: document.uri, version: document.version },
          changes: [change]
        });
      }
    }
    if (changed.length > 0) {
      this._change({ textContent: changed });
    }
  }

  private _change(cells: object): void {
    this._version++;
    this._client.notify('notebookDocument/didChange', {
      notebookDocument: { uri: this._uri, version: this._version },
      change: { cells }
    });
  }

  private _forgetRemoved(): void {
    const present = new Set(this._order());
    for (const [id, document] of this._documents) {
      if (!present.has(id)) {
        this._documents.delete(id);
        this._client.removeDocument(document);
      }
    }
  }

  private _cellsChanged(): void {
    this._cellsAreOther = true;
    this._schedule();
  }

  private _textChanged(): void {
    this._schedule();
  }

  private _schedule(): void {
    this._isDirty = true;
    if (!this._scheduled) {
      this._scheduled = true;
      queueMicrotask(() => {
        this._scheduled = false;
        if (!this._isDisposed) {
          this.flush();
        }
      });
    }
  }

  private *_codeCells(): Iterable<ICellModel> {
    for (const cell of this._model.cells) {
      if (cell.type === 'code') {
        yield cell;
      }
    }
  }

  private _order(): string[] {
    return [...this._codeCells()].map(cell => cell.id);
  }

  private _cellUri(id: string): string {
    return `${this._uri.replace(/^file:/, 'vscode-notebook-cell:')}#${encodeURIComponent(id)}`;
  }

  private get _languageId(): string {
    return this._model.defaultKernelLanguage || 'python';
  }

  private readonly _documents = new Map<string, TextDocument>();
  private _told: string[] = [];
  private _isOpen = false;
  private _isDirty = false;
  private _cellsAreOther = false;
  private _isDisposed = false;
  private _scheduled = false;
  private _version = 0;
}

function cellOf(document: TextDocument): { kind: number; document: string } {
  return { kind: CODE, document: document.uri };
}
