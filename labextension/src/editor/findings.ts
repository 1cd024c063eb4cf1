/**
 * The CodeMirror extension of each editor: squiggles, gutter marks, and the bar below.
 */

import { lintGutter, linter, setDiagnostics } from '@codemirror/lint';
import type { Extension, StateEffect } from '@codemirror/state';
import { Compartment } from '@codemirror/state';
import type { PluginValue, ViewUpdate, EditorView } from '@codemirror/view';
import { closeHoverTooltips, showPanel, ViewPlugin } from '@codemirror/view';
import type { ISharedText } from '@jupyter/ydoc';
import type { CodeAction, Diagnostic } from 'vscode-languageserver-protocol';

import type { TextDocument } from '../language/document';
import type { BarActions } from './bar';
import { Bar } from './bar';
import { squiggles, worstSeverity } from './diagnostics';
import { watchNearness } from './nearness';
import { findingTooltip } from './tooltip';

/** What an editor needs to know and to ask. */
export interface EditorHost {
  /** Called when the editor appears; calls `bind` whenever its document is another. */
  attach(shared: ISharedText, view: EditorView, editor: EditorFindings): void;
  detach(editor: EditorFindings): void;
  fixes(document: TextDocument, finding: Diagnostic): Promise<CodeAction[]>;
  /** What the server knows about the place of a finding, rendered. */
  explain(document: TextDocument, finding: Diagnostic): Promise<Node | null>;
  openRule(code: string): void;
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
    this._stopWatching = watchNearness(_view.dom, isNear => this._come(isNear));
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

  /** Bring gutter and bar up to date. */
  refresh(): void {
    if (this._waits()) {
      return;
    }
    const effects = this._extraEffects();
    if (effects.length > 0) {
      this._view.dispatch({ effects });
    }
    this._showBar();
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
    this._stopWatching();
    this._document?.findingsChanged.disconnect(this._findingsChanged, this);
    this._document = null;
    this._host.detach(this);
  }

  private _findingsChanged(): void {
    if (this._waits()) {
      return;
    }
    const { state } = this._view;
    const findings = this._document?.findings ?? [];
    const extras = this._extraEffects();
    if (findings.length > 0) {
      // The gutter takes up marks from the moment that it is there, so it comes first.
      if (extras.length > 0) {
        this._view.dispatch({ effects: extras });
      }
      const shown = squiggles(findings, state.doc, finding => this._tooltip(finding));
      this._view.dispatch(setDiagnostics(this._view.state, shown));
    } else if (this._hasSquiggles) {
      this._view.dispatch(setDiagnostics(state, []), { effects: extras });
    } else if (extras.length > 0) {
      this._view.dispatch({ effects: extras });
    }
    this._hasSquiggles = findings.length > 0;
    this._showBar();
  }

  /**
   * Whether to leave everything until the editor is nearly in sight.
   *
   * A notebook of hundreds of cells would else lay itself out again for each of them.
   */
  private _waits(): boolean {
    if (this._isDestroyed) {
      return true;
    }
    this._isStale = !this._isNear;
    return this._isStale;
  }

  private _come(isNear: boolean): void {
    this._isNear = isNear;
    if (isNear && this._isStale) {
      this._findingsChanged();
    }
  }

  /** What adds or removes the gutter and the bar, where they are not as they should be. */
  private _extraEffects(): StateEffect<unknown>[] {
    const gutter = (this._document?.findings.length ?? 0) > 0;
    const bar = this._host.showsBar() && (gutter || this._isComparable);
    if (gutter === this._hasGutter && bar === (this._bar !== null)) {
      return [];
    }
    this._hasGutter = gutter;
    this._bar = bar ? (this._bar ?? new Bar(this._host.barActions(this._view))) : null;
    const panel = this._bar;
    return [
      this._extras.reconfigure([
        gutter ? lintGutter() : [],
        panel === null ? [] : showPanel.of(() => panel)
      ])
    ];
  }

  private _showBar(): void {
    const document = this._document;
    const findings = document?.findings ?? [];
    this._bar?.show({
      findings: findings.length,
      fixable: findings.filter(isFixable).length,
      worst: worstSeverity(findings),
      comparable: this._isComparable,
      comparing: document !== null && this._host.isComparing(document),
      connected: this._host.isConnected()
    });
  }

  private get _isComparable(): boolean {
    return this._document !== null && this._host.isComparable(this._document);
  }

  private _tooltip(finding: Diagnostic): Node {
    const document = this._document;
    return findingTooltip(finding, {
      fixes: () => (document === null ? Promise.resolve([]) : this._host.fixes(document, finding)),
      explain: () =>
        document === null ? Promise.resolve(null) : this._host.explain(document, finding),
      openRule: code => {
        // The tooltip would stay above the page that opens.
        this._view.dispatch({ effects: closeHoverTooltips });
        this._host.openRule(code);
      },
      apply: action => this._host.apply(action)
    });
  }

  private _document: TextDocument | null = null;
  private _bar: Bar | null = null;
  private _hasGutter = false;
  private _hasSquiggles = false;
  private _isNear = false;
  private _isStale = false;
  private readonly _stopWatching: () => void;
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
