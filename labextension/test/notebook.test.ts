import { Signal } from '@lumino/signaling';
import { describe, expect, it } from 'vitest';

import type { DocumentSource, LanguageClient } from '../src/language/client';
import type { TextDocument } from '../src/language/document';
import { NotebookSync } from '../src/language/notebook';
import { LineIndex } from '../src/language/text';
import { generator } from './random';

/* eslint-disable @typescript-eslint/no-explicit-any -- messages are read as a server reads them */

class FakeText {
  readonly changed = new Signal<this, object>(this);

  constructor(private _source: string) {}

  getSource(): string {
    return this._source;
  }

  setSource(source: string): void {
    this._source = source;
    this.changed.emit({});
  }
}

class FakeNotebook {
  cells: any = Object.assign([], { changed: new Signal<object, void>({}) });
  defaultKernelLanguage = 'python';
  isDisposed = false;

  add(index: number, id: string, source: string, type = 'code'): void {
    this.cells.splice(index, 0, { id, type, sharedModel: new FakeText(source) });
    this.cells.changed.emit();
  }

  remove(index: number): any {
    const [cell] = this.cells.splice(index, 1);
    this.cells.changed.emit();
    return cell;
  }

  /** As JupyterLab moves a cell: a new model with the old id. */
  move(from: number, to: number): void {
    const [cell] = this.cells.splice(from, 1);
    this.cells.splice(to, 0, {
      id: cell.id,
      type: cell.type,
      sharedModel: new FakeText(cell.sharedModel.getSource())
    });
    this.cells.changed.emit();
  }
}

/** Keeps what it is told, as strictly as the protocol allows. */
class FakeServer {
  cells: string[] = [];
  texts = new Map<string, { text: string; version: number }>();
  notebookVersion = 0;
  messages: string[] = [];

  hear(method: string, params: any): void {
    this.messages.push(method);
    if (method === 'notebookDocument/didOpen') {
      this.cells = params.notebookDocument.cells.map((cell: any) => cell.document);
      this.texts.clear();
      this._open(params.cellTextDocuments);
      this.notebookVersion = params.notebookDocument.version;
    } else if (method === 'notebookDocument/didChange') {
      expect(params.notebookDocument.version).toBeGreaterThan(this.notebookVersion);
      this.notebookVersion = params.notebookDocument.version;
      const { structure, textContent } = params.change.cells;
      if (structure) {
        const { start, deleteCount, cells } = structure.array;
        this.cells.splice(start, deleteCount, ...cells.map((cell: any) => cell.document));
        const opened = new Set(structure.didOpen.map((each: any) => each.uri));
        for (const { uri } of structure.didClose) {
          expect(opened.has(uri)).toBe(false);
          expect(this.texts.delete(uri)).toBe(true);
        }
        this._open(structure.didOpen);
      }
      for (const { document, changes } of textContent ?? []) {
        this._change(document, changes);
      }
    } else if (method === 'notebookDocument/didClose') {
      this.cells = [];
      for (const { uri } of params.cellTextDocuments) {
        expect(this.texts.delete(uri)).toBe(true);
      }
    }
  }

  private _open(documents: any[]): void {
    for (const { uri, text, version } of documents) {
      expect(this.texts.has(uri)).toBe(false);
      this.texts.set(uri, { text, version });
    }
  }

  private _change({ uri, version }: any, changes: any[]): void {
    const known = this.texts.get(uri);
    expect(known).toBeDefined();
    if (known) {
      expect(version).toBe(known.version + 1);
      known.version = version;
      for (const { range, text } of changes) {
        const index = new LineIndex(known.text);
        known.text =
          known.text.slice(0, index.offset(range.start)) +
          text +
          known.text.slice(index.offset(range.end));
      }
    }
  }
}

class FakeClient {
  isReady = true;
  readonly server = new FakeServer();
  readonly documents = new Map<string, TextDocument>();
  private _source: DocumentSource | null = null;

  notify(method: string, params: object): void {
    this.server.hear(method, structuredClone(params));
  }

  addSource(source: DocumentSource): void {
    this._source = source;
    source.open();
  }

  reconnect(): void {
    this.server.texts.clear();
    this._source?.open();
  }

  removeSource(): void {
    this._source = null;
  }

  addDocument(document: TextDocument): void {
    this.documents.set(document.uri, document);
  }

  removeDocument(document: TextDocument): void {
    this.documents.delete(document.uri);
  }
}

const URI = 'file:///work/a.ipynb';
const cellUri = (id: string): string => `vscode-notebook-cell:///work/a.ipynb#${id}`;

function watch(notebook: FakeNotebook): { client: FakeClient; sync: NotebookSync } {
  const client = new FakeClient();
  const sync = new NotebookSync(
    client as unknown as LanguageClient,
    URI,
    notebook as any,
    () => undefined
  );
  return { client, sync };
}

async function settled(): Promise<void> {
  await new Promise(resolve => setTimeout(resolve));
}

function expectSame(notebook: FakeNotebook, server: FakeServer): void {
  const code = notebook.cells.filter((cell: any) => cell.type === 'code');
  expect(server.cells).toEqual(code.map((cell: any) => cellUri(cell.id)));
  expect(new Set(server.texts.keys())).toEqual(new Set(server.cells));
  for (const cell of code) {
    expect(server.texts.get(cellUri(cell.id))?.text).toBe(cell.sharedModel.getSource());
  }
}

describe('NotebookSync', () => {
  it('opens the code cells, and none of the others', () => {
    const notebook = new FakeNotebook();
    notebook.add(0, 'text', '# Title', 'markdown');
    notebook.add(1, 'one', '%%cuda\n');
    const { client } = watch(notebook);
    expect(client.server.cells).toEqual([cellUri('one')]);
  });

  it('gathers the changes of one event into one message', async () => {
    const notebook = new FakeNotebook();
    notebook.add(0, 'one', 'a');
    notebook.add(1, 'two', 'b');
    const { client } = watch(notebook);
    notebook.cells[0].sharedModel.setSource('aa');
    notebook.cells[1].sharedModel.setSource('bb');
    notebook.cells[1].sharedModel.setSource('bbb');
    await settled();
    expect(client.server.messages).toEqual([
      'notebookDocument/didOpen',
      'notebookDocument/didChange'
    ]);
    expectSame(notebook, client.server);
  });

  it('keeps a cell that moves, and follows its new model', async () => {
    const notebook = new FakeNotebook();
    for (const id of ['a', 'b', 'c']) {
      notebook.add(notebook.cells.length, id, id);
    }
    const { client } = watch(notebook);
    const document = client.documents.get(cellUri('a'));
    notebook.move(0, 2);
    await settled();
    notebook.cells[2].sharedModel.setSource('changed');
    await settled();
    expectSame(notebook, client.server);
    expect(client.documents.get(cellUri('a'))).toBe(document);
  });

  it('opens everything again on a new server', async () => {
    const notebook = new FakeNotebook();
    notebook.add(0, 'a', 'x');
    const { client } = watch(notebook);
    client.isReady = false;
    notebook.cells[0].sharedModel.setSource('y');
    notebook.add(1, 'b', 'z');
    await settled();
    client.isReady = true;
    client.reconnect();
    expectSame(notebook, client.server);
  });

  it('closes every cell with the notebook', () => {
    const notebook = new FakeNotebook();
    notebook.add(0, 'a', 'x');
    const { client, sync } = watch(notebook);
    sync.dispose();
    sync.dispose();
    expect(client.server.texts.size).toBe(0);
    expect(client.documents.size).toBe(0);
  });

  it('tells the server the same as the notebook holds, whatever is done to it', async () => {
    for (let seed = 1; seed <= 60; seed++) {
      const random = generator(seed);
      const notebook = new FakeNotebook();
      notebook.add(0, 'first', 'x\ny');
      const { client } = watch(notebook);
      const removed: any[] = [];
      let next = 0;
      for (let step = 0; step < 40; step++) {
        const size = notebook.cells.length;
        const at = random(Math.max(size, 1));
        switch (random(7)) {
          case 0:
            notebook.add(random(size + 1), `n${next++}`, 'new', random(4) ? 'code' : 'markdown');
            break;
          case 1:
            if (size > 0) {
              removed.push(notebook.remove(at));
            }
            break;
          case 2:
            if (size > 0) {
              notebook.move(at, random(size));
            }
            break;
          case 3: {
            // Undo of a removal: a new model with the old id.
            const cell = removed.pop();
            if (cell) {
              notebook.add(random(size + 1), cell.id, cell.sharedModel.getSource(), cell.type);
            }
            break;
          }
          case 4:
            await settled();
            break;
          default:
            if (size > 0) {
              const text = notebook.cells[at].sharedModel;
              const source = text.getSource();
              const cut = random(source.length + 1);
              text.setSource(
                source.slice(0, cut) + ['+', '\n', ''][random(3)] + source.slice(cut + random(2))
              );
            }
        }
      }
      await settled();
      expectSame(notebook, client.server);
    }
  });
});
