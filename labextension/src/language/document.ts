/**
 * One text that the language server knows: a file, or a cell of a notebook.
 */

import type { ISharedText } from '@jupyter/ydoc';
import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import type { CodeAction, Diagnostic } from 'vscode-languageserver-protocol';

import type { IncrementalChange } from './text';
import { changeBetween, LineIndex } from './text';

export class TextDocument {
  constructor(
    readonly uri: string,
    readonly languageId: string,
    shared: ISharedText
  ) {
    this._shared = shared;
    this._sent = new LineIndex(shared.getSource());
  }

  /** The text as it is now. A notebook makes a new one when a cell moves: see `rebind`. */
  get shared(): ISharedText {
    return this._shared;
  }

  /** Counts the changes that were told to the server. */
  get version(): number {
    return this._version;
  }

  /** The text as it was last told to the server. */
  get sent(): LineIndex {
    return this._sent;
  }

  /** What the server found in the text of this version. */
  get findings(): readonly Diagnostic[] {
    return this._findings;
  }

  get findingsChanged(): ISignal<this, void> {
    return this._findingsChanged;
  }

  /** Whether every change was told to the server. */
  get isCurrent(): boolean {
    return this._shared.getSource() === this._sent.text;
  }

  /** Follow another shared text from now on. */
  rebind(shared: ISharedText): void {
    this._shared = shared;
  }

  /** What must be told to the server, or null. Counts as told. */
  takeChange(): IncrementalChange | null {
    const source = this._shared.getSource();
    const change = changeBetween(this._sent, source);
    if (change !== null) {
      this._sent = new LineIndex(source);
      this._version++;
      this.actions.clear();
    }
    return change;
  }

  /** The whole text, for a server that does not know it yet. Counts as told. */
  takeAll(): { uri: string; languageId: string; version: number; text: string } {
    this._sent = new LineIndex(this._shared.getSource());
    this._version++;
    this.actions.clear();
    return {
      uri: this.uri,
      languageId: this.languageId,
      version: this._version,
      text: this._sent.text
    };
  }

  /** Keep what the server found, unless it was found in an older text. */
  publish(findings: readonly Diagnostic[], version: number | undefined): void {
    if (version !== undefined && version < this._version) {
      return;
    }
    this._findings = findings;
    this.actions.clear();
    this._findingsChanged.emit();
  }

  /** The fixes of findings that were asked for, as long as text and findings stay. */
  readonly actions = new Map<Diagnostic, Promise<CodeAction[]>>();

  dispose(): void {
    this._findings = [];
    this._findingsChanged.emit();
    Signal.clearData(this);
  }

  private _shared: ISharedText;
  private _sent: LineIndex;
  private _version = 0;
  private _findings: readonly Diagnostic[] = [];
  private _findingsChanged = new Signal<this, void>(this);
}
