/**
 * The notebooks and files that are open here, what was found in them, and the editors that show it.
 */

import { Notification } from '@jupyterlab/apputils';
import { PathExt } from '@jupyterlab/coreutils';
import type { DocumentRegistry, IDocumentWidget } from '@jupyterlab/docregistry';
import type { FileEditor } from '@jupyterlab/fileeditor';
import type { INotebookModel, NotebookPanel } from '@jupyterlab/notebook';
import type { ISharedText, YBaseCell } from '@jupyter/ydoc';
import type { EditorView } from '@codemirror/view';
import type { CodeAction, WorkspaceEdit } from 'vscode-languageserver-protocol';

import type { EditorFindings } from './editor/findings';
import type { LanguageClient } from './language/client';
import type { TextDocument } from './language/document';
import { FileSync } from './language/file';
import { isProgram } from './language/magic';
import { NotebookSync } from './language/notebook';
import type { Replacement } from './language/text';
import { replacements } from './language/text';

/** Files that are watched, by their ending, and what the language server calls their language. */
const LANGUAGES: Record<string, string> = {
  '.cu': 'cuda-cpp',
  '.cuh': 'cuda-cpp',
  '.hip': 'hip',
  '.c': 'c',
  '.cc': 'cpp',
  '.cpp': 'cpp',
  '.cxx': 'cpp',
  '.h': 'cpp',
  '.hh': 'cpp',
  '.hpp': 'cpp',
  '.py': 'python'
};

/** Files that can be compiled and compared by themselves. */
const PROGRAMS = ['.cu', '.hip'];

interface Registered {
  /** How many widgets show it. Two views of a notebook share one model, and it is told once. */
  users: number;
  sync: NotebookSync | FileSync;
}

export class Workspace {
  constructor(
    readonly client: LanguageClient,
    private readonly _rootUri: string | null
  ) {}

  /** Watch a notebook until its panel is closed. */
  async addNotebook(panel: NotebookPanel): Promise<void> {
    await panel.context.ready;
    this._register(panel.context, panel, uri => {
      const model = panel.context.model as INotebookModel;
      return new NotebookSync(this.client, uri, model, (shared, document) =>
        this._bind(shared, document)
      );
    });
  }

  /** Watch a file until its editor is closed; a file of another kind is left alone. */
  async addFile(widget: IDocumentWidget<FileEditor>): Promise<void> {
    await widget.context.ready;
    this._register(widget.context, widget, uri => {
      const language = LANGUAGES[PathExt.extname(widget.context.path).toLowerCase()];
      if (language === undefined) {
        return null;
      }
      const sync = new FileSync(this.client, uri, language, widget.content.model.sharedModel);
      this._bind(sync.document.shared, sync.document);
      return sync;
    });
  }

  documentOf(shared: ISharedText): TextDocument | undefined {
    return this._byText.get(shared);
  }

  /** The documents of a notebook, in the order of its cells. */
  documentsOf(model: DocumentRegistry.IModel): TextDocument[] {
    const sync = this._registered.get(model)?.sync;
    if (sync === undefined) {
      return [];
    }
    return sync instanceof NotebookSync ? sync.documents : [sync.document];
  }

  /** Whether a document is a program by itself, that can be compared with its port. */
  isComparable(document: TextDocument): boolean {
    return (
      isProgram(document.shared.getSource()) ||
      PROGRAMS.some(ending => document.uri.toLowerCase().endsWith(ending))
    );
  }

  attach(editor: EditorFindings): void {
    this._editors.add(editor);
    editor.bind(this._byText.get(editor.shared) ?? null);
  }

  detach(editor: EditorFindings): void {
    this._editors.delete(editor);
  }

  editorOf(view: EditorView): EditorFindings | undefined {
    return [...this._editors].find(editor => editor.view === view);
  }

  get editors(): Iterable<EditorFindings> {
    return this._editors;
  }

  /** Bring all bars up to date. */
  refresh(): void {
    for (const editor of this._editors) {
      editor.refresh();
    }
  }

  /**
   * Apply actions of the language server, all or none; each text can be undone in one step.
   *
   * Says so when a text has changed since the server looked at it, or is not open here.
   */
  async apply(actions: readonly CodeAction[]): Promise<boolean> {
    try {
      const resolved = await Promise.all(actions.map(action => this.client.resolve(action)));
      const changes = resolved.flatMap(action =>
        action.edit === undefined ? [] : this._changes(action.edit)
      );
      for (const { document, edits } of changes) {
        replaceIn(document.shared, edits);
      }
      return true;
    } catch (error) {
      Notification.error(error instanceof Error ? error.message : String(error), {
        autoClose: 8000
      });
      return false;
    }
  }

  private _changes(edit: WorkspaceEdit): { document: TextDocument; edits: Replacement[] }[] {
    const changes = [];
    for (const change of edit.documentChanges ?? []) {
      if (!('textDocument' in change)) {
        throw new Error('This fix would rename or remove files; it was not applied.');
      }
      changes.push({
        uri: change.textDocument.uri,
        version: change.textDocument.version,
        edits: change.edits
      });
    }
    for (const [uri, edits] of Object.entries(edit.changes ?? {})) {
      changes.push({ uri, version: null, edits });
    }
    return changes.map(({ uri, version, edits }) => {
      const document = this.client.document(uri);
      if (document === undefined) {
        throw new Error(`This fix would change ${uri}, which is not open; it was not applied.`);
      }
      if (!document.isCurrent || (version !== null && version !== document.version)) {
        throw new Error('The text has changed in the meantime; the fix was not applied.');
      }
      const plain = edits.map(one => {
        if (!('newText' in one)) {
          throw new Error('The language server sent an edit that this client does not know.');
        }
        return one;
      });
      return { document, edits: replacements(document.sent, plain) };
    });
  }

  private _bind(shared: ISharedText, document: TextDocument): void {
    if (this._byText.get(shared) === document) {
      return;
    }
    this._byText.set(shared, document);
    for (const editor of this._editors) {
      if (editor.shared === shared) {
        editor.bind(document);
      }
    }
  }

  private _register(
    context: DocumentRegistry.Context,
    widget: IDocumentWidget,
    make: (uri: string) => NotebookSync | FileSync | null
  ): void {
    const model = context.model;
    if (widget.isDisposed) {
      return;
    }
    const known = this._registered.get(model);
    if (known !== undefined) {
      known.users++;
    } else {
      const sync = make(this._uriOf(context));
      if (sync === null) {
        return;
      }
      this._registered.set(model, { users: 1, sync });
      context.pathChanged.connect(() => {
        const entry = this._registered.get(model);
        if (entry !== undefined) {
          entry.sync.dispose();
          const renamed = make(this._uriOf(context));
          if (renamed === null) {
            this._registered.delete(model);
          } else {
            entry.sync = renamed;
          }
        }
      });
    }
    widget.disposed.connect(() => {
      const entry = this._registered.get(model);
      if (entry !== undefined && --entry.users === 0) {
        this._registered.delete(model);
        entry.sync.dispose();
      }
    });
  }

  /** The address of a document: its file, where the server has files, so that its settings are found. */
  private _uriOf(context: DocumentRegistry.Context): string {
    const drive = context.path.includes(':') ? (context.path.split(':', 1)[0] ?? '') : '';
    const path = encodePath(drive === '' ? context.path : context.path.slice(drive.length + 1));
    // RTC is the drive of files that several people edit together: they are the server's files.
    if (this._rootUri !== null && (drive === '' || drive === 'RTC')) {
      return `${this._rootUri.replace(/\/$/, '')}/${path}`;
    }
    return `jupyter://${encodeURIComponent(drive)}/${path}`;
  }

  private readonly _registered = new Map<DocumentRegistry.IModel, Registered>();
  private readonly _byText = new WeakMap<ISharedText, TextDocument>();
  private readonly _editors = new Set<EditorFindings>();
}

function encodePath(path: string): string {
  return path
    .split('/')
    .filter(part => part !== '')
    .map(encodeURIComponent)
    .join('/');
}

/** Replace parts of a text, last part first, as one step that can be undone by itself. */
function replaceIn(shared: ISharedText, edits: readonly Replacement[]): void {
  // What was typed just before would otherwise be undone together with the fix.
  const undo = (shared as Partial<YBaseCell<never>>).undoManager;
  undo?.stopCapturing();
  shared.transact(() => {
    for (const { start, end, text } of edits) {
      shared.updateSource(start, end, text);
    }
  });
  undo?.stopCapturing();
}
