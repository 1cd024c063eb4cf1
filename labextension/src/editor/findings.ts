/**
 * The CodeMirror extension of each editor: squiggles, gutter marks, and the bar below.
 */

import { lintGutter, linter, setDiagnostics } from '@codemirror/lint';
import type { Extension } from '@codemirror/state';
import { Compartment } from '@codemirror/state';
import type { PluginValue, ViewUpdate, EditorView } from '@codemirror/view';
import { showPanel, ViewPlugin } from '@codemirror/view';
import type { ISharedText } from '@jupyter/ydoc';
import type { CodeAction, Diagnostic } from 'vscode-languageserver-protocol';

import type { TextDocument } from '../language/document';
import type { BarActions } from './bar';
import { Bar } from './bar';
import { squiggles, worstSeverity } from './diagnostics';
import { findingTooltip } from './tooltip';

/** What an editor needs to know and to ask. */
export interface EditorHost {
  /** Called when the editor appears; calls `bind` whenever its document is another. */
  attach(shared: ISharedText, view: EditorView, editor: EditorFindings): void;
  detach(editor: EditorFindings): void;
  fixes(document: TextDocument, finding: Diagnostic): Promise<CodeAction[]>;
  /** What the server knows about the place of a finding, rendered. */
  explain(document: TextDocument, finding: Diagnostic): Promise<Node | null>;
  apply(action: CodeAction): void;
  barActions(view: EditorView): BarActions;
  /** Whether the text of this editor can be run on both sides. */
  isComparable(document: TextDocument): boolean;
  isComparing(document: TextDocument): boolean;
  isConnected(): boolean;
  /** Whether to show the bar at all. */
  showsBar(): boolean;
}

export class EditorFindings implements PluginValue {
  constructor(
    private readonly _view: EditorView,
    private readonly _shared: ISharedText,
    private readonly _host: EditorHost,
    private readonly _extras: Compartment
  ) {
    // A view cannot be changed while it is made.
    queueMicrotask(() => {
      if (!this._isDestroyed) {
        _host.attach(_shared, _view, this);
      }
    });
  }

  get view(): EditorView {
    return this._view;
  }

  get shared(): ISharedText {
    return this._shared;
  }

  get document(): TextDocument | null {
    return this._document;
  }

  /** Show the findings of this document from now on. */
  bind(document: TextDocument | null): void {
    if (document === this._document) {
      return;
    }
    this._document?.findingsChanged.disconnect(this._findingsChanged, this);
    this._document = document;
    document?.findingsChanged.connect(this._findingsChanged, this);
    this._findingsChanged();
  }

  /** Bring the bar up to date. */
  refresh(): void {
    if (this._isDestroyed) {
      return;
    }
    const document = this._document;
    const findings = document?.findings ?? [];
    const comparable = document !== null && this._host.isComparable(document);
    const gutter = findings.length > 0;
    const bar = this._host.showsBar() && (gutter || comparable);
    if (gutter !== this._hasGutter || bar !== (this._bar !== null)) {
      this._hasGutter = gutter;
      this._bar = bar ? (this._bar ?? new Bar(this._host.barActions(this._view))) : null;
      const panel = this._bar;
      this._view.dispatch({
        effects: this._extras.reconfigure([
          gutter ? lintGutter() : [],
          panel === null ? [] : showPanel.of(() => panel)
        ])
      });
    }
    this._bar?.show({
      findings: findings.length,
      fixable: findings.filter(isFixable).length,
      worst: worstSeverity(findings),
      comparable,
      comparing: document !== null && this._host.isComparing(document),
      connected: this._host.isConnected()
    });
  }

  update(update: ViewUpdate): void {
    if (update.docChanged && !this._refreshing) {
      this._refreshing = true;
      queueMicrotask(() => {
        this._refreshing = false;
        this.refresh();
      });
    }
  }

  destroy(): void {
    this._isDestroyed = true;
    this._document?.findingsChanged.disconnect(this._findingsChanged, this);
    this._document = null;
    this._host.detach(this);
  }

  private _findingsChanged(): void {
    if (this._isDestroyed) {
      return;
    }
    // The gutter takes up marks from the moment that it is there, so it comes first.
    this.refresh();
    const findings = this._document?.findings ?? [];
    if (findings.length > 0 || this._hasSquiggles) {
      this._hasSquiggles = findings.length > 0;
      this._view.dispatch(
        setDiagnostics(
          this._view.state,
          squiggles(findings, this._view.state.doc, finding => this._tooltip(finding))
        )
      );
    }
  }

  private _tooltip(finding: Diagnostic): Node {
    const document = this._document;
    return findingTooltip(finding, {
      fixes: () => (document === null ? Promise.resolve([]) : this._host.fixes(document, finding)),
      explain: () =>
        document === null ? Promise.resolve(null) : this._host.explain(document, finding),
      apply: action => this._host.apply(action)
    });
  }

  private _document: TextDocument | null = null;
  private _bar: Bar | null = null;
  private _hasGutter = false;
  private _hasSquiggles = false;
  private _refreshing = false;
  private _isDestroyed = false;
}

/** Whether fix-all would fix it. */
export function isFixable(finding: Diagnostic): boolean {
  const data = finding.data as { fixable?: boolean } | undefined;
  return data?.fixable === true;
}

/** The extension for an editor on this shared text. */
export function findingsExtension(shared: ISharedText, host: EditorHost): Extension {
  const extras = new Compartment();
  return [
    linter(null),
    ViewPlugin.define(view => new EditorFindings(view, shared, host, extras)),
    extras.of([])
  ];
}
