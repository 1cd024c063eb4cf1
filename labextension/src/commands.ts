/**
 * What a person can ask for, from the palette, menus, toolbars, keys and the bar below a cell.
 */

import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import { CodeCell } from '@jupyterlab/cells';
import type { CodeMirrorEditor } from '@jupyterlab/codemirror';
import type { IDocumentWidget } from '@jupyterlab/docregistry';
import type { FileEditor, IEditorTracker } from '@jupyterlab/fileeditor';
import type { INotebookTracker } from '@jupyterlab/notebook';
import { NotebookPanel } from '@jupyterlab/notebook';
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { EditorView } from '@codemirror/view';
import { Menu } from '@lumino/widgets';
import type { CodeAction, Diagnostic } from 'vscode-languageserver-protocol';

import { compareFile } from './compare/file';
import { compareCell } from './compare/run';
import { countFindings } from './editor/bar';
import { extentOf, positionIn } from './editor/diagnostics';
import { isFixable } from './editor/findings';
import { compareIcon, fixIcon } from './icons';
import type { TextDocument } from './language/document';
import type { Workspace } from './workspace';

export const Commands = {
  fixAllHere: 'hipwright:fix-all-here',
  fixAll: 'hipwright:fix-all',
  quickFix: 'hipwright:quick-fix',
  nextFinding: 'hipwright:next-finding',
  previousFinding: 'hipwright:previous-finding',
  compare: 'hipwright:compare',
  restart: 'hipwright:restart-server',
  apply: 'hipwright:apply-fix'
} as const;

const SHORT = { autoClose: 4000 } as const;

export interface CommandHost {
  app: JupyterFrontEnd;
  notebooks: INotebookTracker | null;
  files: IEditorTracker | null;
  workspace: Workspace;
  rendermime: IRenderMimeRegistry;
  trans: TranslationBundle;
}

export class Actions {
  constructor(private readonly _host: CommandHost) {}

  /** Documents that a comparison is running for. */
  readonly comparing = new Set<TextDocument>();

  /** The notebook or the file in front. */
  get current(): NotebookPanel | IDocumentWidget<FileEditor> | null {
    const { app, notebooks, files } = this._host;
    const front = app.shell.currentWidget;
    if (notebooks?.currentWidget && (front === null || front === notebooks.currentWidget)) {
      return notebooks.currentWidget;
    }
    if (files?.currentWidget && (front === null || front === files.currentWidget)) {
      return files.currentWidget;
    }
    return null;
  }

  /** The documents of what is in front, in order. */
  get documents(): TextDocument[] {
    const widget = this.current;
    return widget === null ? [] : this._host.workspace.documentsOf(widget.context.model);
  }

  /** The document of the active cell, or of the file in front. */
  get activeDocument(): TextDocument | null {
    const widget = this.current;
    if (widget instanceof NotebookPanel) {
      const cell = widget.content.activeCell;
      return cell === null
        ? null
        : (this._host.workspace.documentOf(cell.model.sharedModel) ?? null);
    }
    return this.documents[0] ?? null;
  }

  get activeCell(): CodeCell | null {
    const widget = this.current;
    const cell = widget instanceof NotebookPanel ? widget.content.activeCell : null;
    return cell instanceof CodeCell ? cell : null;
  }

  /** Apply every safe fix of some documents, and say what was done and what is left. */
  async fixAll(documents: readonly TextDocument[]): Promise<void> {
    const { workspace } = this._host;
    const fixable = documents.filter(document => document.findings.some(isFixable));
    if (fixable.length === 0) {
      const left = sum(documents.map(document => document.findings.length));
      Notification.info(
        left === 0
          ? 'There is nothing to fix here.'
          : `Nothing can be fixed safely: ${countFindings(left)} for you to decide.`,
        SHORT
      );
      return;
    }
    const fixed = sum(fixable.map(document => document.findings.filter(isFixable).length));
    const left = sum(documents.map(({ findings }) => findings.length)) - fixed;
    try {
      const actions = await Promise.all(fixable.map(document => workspace.client.fixAll(document)));
      const done = await workspace.apply(actions.filter(action => action !== null));
      if (done) {
        const rest = left === 0 ? '' : ` ${countFindings(left)} left for you to decide.`;
        Notification.success(`Fixed ${countFindings(fixed)}.${rest}`, SHORT);
      }
    } catch (error) {
      Notification.error(error instanceof Error ? error.message : String(error), SHORT);
    }
  }

  /** Show the fixes at the cursor as a menu. */
  async quickFix(): Promise<void> {
    const { workspace, app } = this._host;
    const document = this.activeDocument;
    const view = document === null ? null : this._viewOf(document);
    if (document === null || view === null) {
      return;
    }
    const head = view.state.selection.main.head;
    const here = findingsAt(document, view, head);
    if (here.length === 0) {
      Notification.info('No finding on this line.', SHORT);
      return;
    }
    const found = await Promise.all(here.map(finding => workspace.client.fixes(document, finding)));
    this._offered = found.flat();
    const menu = new Menu({ commands: app.commands });
    this._offered.forEach((_, index) => menu.addItem({ command: Commands.apply, args: { index } }));
    if (this._offered.length === 0) {
      Notification.info('This finding has no fix that can be applied for you.', SHORT);
      menu.dispose();
      return;
    }
    const place = view.coordsAtPos(head);
    menu.aboutToClose.connect(() => requestAnimationFrame(() => view.focus()));
    menu.open(place?.left ?? 0, place?.bottom ?? 0);
    menu.activeIndex = 0;
  }

  /** Put the cursor on the next finding, going from cell to cell and round. */
  async go(step: 1 | -1): Promise<void> {
    const widget = this.current;
    const documents = this.documents;
    const active = this.activeDocument;
    const start = active === null ? 0 : Math.max(documents.indexOf(active), 0);
    for (let turn = 0; turn <= documents.length; turn++) {
      const index = (start + step * turn + 2 * documents.length) % documents.length;
      const document = documents[index];
      if (document === undefined) {
        break;
      }
      const target = this._next(document, step, turn === 0 && document === active);
      if (target !== null && widget !== null) {
        await this._show(widget, document, target);
        return;
      }
    }
    Notification.info('There are no findings here.', SHORT);
  }

  /** Compare the program of a cell, or of the file in front, with its port. */
  async compare(cell: CodeCell | null): Promise<void> {
    const { workspace, app, rendermime } = this._host;
    const widget = this.current;
    let document: TextDocument | null | undefined = null;
    let work: () => Promise<void> = () => Promise.resolve();
    if (widget instanceof NotebookPanel) {
      if (cell !== null && widget.content.widgets.includes(cell)) {
        document = workspace.documentOf(cell.model.sharedModel);
        work = () => compareCell(widget, cell);
      }
    } else if (widget !== null) {
      document = this.activeDocument;
      work = () => compareFile(app, rendermime, widget);
    }
    if (!document || this.comparing.has(document)) {
      return;
    }
    this.comparing.add(document);
    workspace.refresh();
    try {
      await work();
    } catch (error) {
      Notification.error(error instanceof Error ? error.message : String(error), SHORT);
    } finally {
      this.comparing.delete(document);
      workspace.refresh();
    }
  }

  /** The cell that holds an editor. */
  cellOf(view: EditorView): CodeCell | null {
    const widget = this.current;
    if (!(widget instanceof NotebookPanel)) {
      return null;
    }
    const cell = widget.content.widgets.find(candidate => candidate.node.contains(view.dom));
    return cell instanceof CodeCell ? cell : null;
  }

  /** One of the fixes that the menu shows. */
  offered(index: number): CodeAction | undefined {
    return this._offered[index];
  }

  private _next(document: TextDocument, step: 1 | -1, fromCursor: boolean): Diagnostic | null {
    const findings = [...document.findings].sort(
      (a, b) =>
        a.range.start.line - b.range.start.line || a.range.start.character - b.range.start.character
    );
    const view = this._viewOf(document);
    if (!fromCursor || view === null) {
      return (step === 1 ? findings[0] : findings[findings.length - 1]) ?? null;
    }
    const cursor = view.state.selection.main.from;
    const text = view.state.doc;
    const beyond = (finding: Diagnostic): boolean =>
      step === 1 ? extentOf(finding, text).from > cursor : extentOf(finding, text).from < cursor;
    return (step === 1 ? findings.find(beyond) : findings.reverse().find(beyond)) ?? null;
  }

  private async _show(
    widget: NotebookPanel | IDocumentWidget<FileEditor>,
    document: TextDocument,
    finding: Diagnostic
  ): Promise<void> {
    if (widget instanceof NotebookPanel) {
      const notebook = widget.content;
      const index = notebook.widgets.findIndex(cell => cell.model.sharedModel === document.shared);
      if (index < 0) {
        return;
      }
      notebook.activeCellIndex = index;
      notebook.mode = 'edit';
      await notebook.scrollToItem(index);
      await notebook.widgets[index]?.ready;
    }
    const view = this._viewOf(document);
    if (view !== null) {
      const { from, to } = extentOf(finding, view.state.doc);
      view.dispatch({ selection: { anchor: from, head: to }, scrollIntoView: true });
      view.focus();
    }
  }

  private _viewOf(document: TextDocument): EditorView | null {
    const widget = this.current;
    const cell =
      widget instanceof NotebookPanel
        ? widget.content.widgets.find(each => each.model.sharedModel === document.shared)
        : null;
    const editor =
      widget instanceof NotebookPanel ? cell?.editor : (widget?.content.editor ?? null);
    return (editor as CodeMirrorEditor | null | undefined)?.editor ?? null;
  }

  private _offered: CodeAction[] = [];
}

/** The findings under the cursor, or else those on its line. */
function findingsAt(document: TextDocument, view: EditorView, offset: number): Diagnostic[] {
  const text = view.state.doc;
  const under = document.findings.filter(finding => {
    const { from, to } = extentOf(finding, text);
    return from <= offset && offset <= to;
  });
  if (under.length > 0) {
    return under;
  }
  const { line } = positionIn(text, offset);
  return document.findings.filter(
    ({ range }) => range.start.line <= line && line <= range.end.line
  );
}

export function addCommands(host: CommandHost, actions: Actions): void {
  const { app, workspace, trans } = host;
  const { commands } = app;
  const fixableHere = (): boolean => actions.activeDocument?.findings.some(isFixable) ?? false;
  const anyFixable = (): boolean =>
    actions.documents.some(document => document.findings.some(isFixable));
  const comparable = (): boolean => {
    const document = actions.activeDocument;
    return document !== null && workspace.isComparable(document);
  };

  commands.addCommand(Commands.fixAllHere, {
    label: () =>
      actions.activeCell === null
        ? trans.__('Fix All CUDA Findings in File')
        : trans.__('Fix All CUDA Findings in Cell'),
    caption: trans.__('Apply every fix that keeps the meaning on 32 and 64 lanes'),
    icon: fixIcon,
    isEnabled: fixableHere,
    execute: () => {
      const document = actions.activeDocument;
      return actions.fixAll(document === null ? [] : [document]);
    }
  });
  commands.addCommand(Commands.fixAll, {
    label: args => (args.toolbar ? '' : trans.__('Fix All CUDA Findings in Notebook')),
    caption: trans.__('Fix all CUDA findings that are safe to fix in the whole notebook'),
    icon: fixIcon,
    isEnabled: anyFixable,
    execute: () => actions.fixAll(actions.documents)
  });
  commands.addCommand(Commands.quickFix, {
    label: trans.__('Fix CUDA Finding at Cursor…'),
    isEnabled: () => (actions.activeDocument?.findings.length ?? 0) > 0,
    execute: () => actions.quickFix()
  });
  commands.addCommand(Commands.nextFinding, {
    label: trans.__('Next CUDA Finding'),
    isEnabled: () => actions.documents.length > 0,
    execute: () => actions.go(1)
  });
  commands.addCommand(Commands.previousFinding, {
    label: trans.__('Previous CUDA Finding'),
    isEnabled: () => actions.documents.length > 0,
    execute: () => actions.go(-1)
  });
  commands.addCommand(Commands.compare, {
    label: args =>
      args.toolbar
        ? ''
        : actions.activeCell === null
          ? trans.__('Compare CUDA File with Its Port')
          : trans.__('Compare CUDA Cell with Its Port'),
    caption: trans.__('Run the original and its port side by side'),
    icon: compareIcon,
    isEnabled: comparable,
    isVisible: comparable,
    execute: () => actions.compare(actions.activeCell)
  });
  commands.addCommand(Commands.restart, {
    label: trans.__('Restart hipwright Language Server'),
    execute: () => workspace.client.restart()
  });
  commands.addCommand(Commands.apply, {
    label: args => actions.offered(args.index as number)?.title ?? '',
    execute: async args => {
      const action = actions.offered(args.index as number);
      if (action !== undefined) {
        await workspace.apply([action]);
      }
    }
  });
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
