/**
 * The line below a CUDA cell: how many findings, and what to do about them.
 */

import type { Panel } from '@codemirror/view';

import { button, element } from '../dom';

export interface BarState {
  findings: number;
  fixable: number;
  /** The text is a program that can be run on both sides. */
  comparable: boolean;
  comparing: boolean;
  /** The worst severity among the findings, or null when there are none. */
  worst: string | null;
  /** The language server is there; without it nothing is known about the text. */
  connected: boolean;
}

export interface BarActions {
  fixAll: () => void;
  compare: () => void;
  next: () => void;
}

export class Bar implements Panel {
  constructor(actions: BarActions) {
    this._count = button('', { class: 'hipwright-bar-count' }, actions.next);
    this._fixAll = button('', { class: 'hipwright-button' }, actions.fixAll);
    this._compare = button('Compare', { class: 'hipwright-button' }, actions.compare);
    this.dom = element(
      'div',
      { class: 'hipwright-bar', role: 'toolbar', 'aria-label': 'CUDA to HIP' },
      this._count,
      element('span', { class: 'hipwright-bar-space' }),
      this._fixAll,
      this._compare
    );
  }

  readonly dom: HTMLElement;

  show(state: BarState): void {
    this.dom.dataset.severity = state.connected ? (state.worst ?? 'none') : 'unknown';
    this._count.textContent = countText(state);
    this._count.disabled = state.findings === 0;
    this._count.title = state.findings === 0 ? '' : 'Go to the next finding (F8)';
    this._fixAll.hidden = state.fixable === 0;
    this._fixAll.textContent = state.fixable === 1 ? 'Fix it' : `Fix all ${state.fixable}`;
    this._fixAll.title = 'Apply every fix that keeps the meaning on 32 and 64 lanes';
    this._compare.hidden = !state.comparable;
    this._compare.disabled = state.comparing;
    this._compare.setAttribute('aria-busy', String(state.comparing));
    this._compare.textContent = state.comparing ? 'Comparing…' : 'Compare';
    this._compare.title =
      'Run the original and its port side by side, and compare every array that comes back';
  }

  private readonly _count: HTMLButtonElement;
  private readonly _fixAll: HTMLButtonElement;
  private readonly _compare: HTMLButtonElement;
}

export function countText(state: Pick<BarState, 'findings' | 'connected'>): string {
  if (!state.connected) {
    return 'Waiting for the language server';
  }
  return countFindings(state.findings);
}

export function countFindings(count: number): string {
  if (count === 0) {
    return 'No findings';
  }
  return count === 1 ? '1 finding' : `${count} findings`;
}
