/**
 * The line in the status bar: how the language server is, and how many findings there are.
 */

import { Widget } from '@lumino/widgets';

import { button, element } from './dom';
import { countFindings } from './editor/bar';
import type { ConnectionState } from './language/connection';

/** The line's text and the explanation behind it. */
export function describe(
  state: ConnectionState,
  findings: number | null,
  now: number
): { text: string; title: string; bad: boolean } {
  switch (state.kind) {
    case 'connecting':
      return { text: 'hipwright: starting', title: 'The language server is starting.', bad: false };
    case 'ready':
      return {
        text:
          findings === null ? 'hipwright' : `hipwright: ${countFindings(findings).toLowerCase()}`,
        title: 'The language server is running. Press for what it can do.',
        bad: false
      };
    case 'waiting': {
      const seconds = Math.max(1, Math.ceil((state.until - now) / 1000));
      return {
        text: 'hipwright: not connected',
        title: `${state.reason} Trying again in ${seconds} s.`,
        bad: true
      };
    }
    case 'stopped':
      return { text: 'hipwright: off', title: 'The language server is not running.', bad: true };
  }
}

export class StatusItem extends Widget {
  constructor(press: (anchor: HTMLElement) => void) {
    super({ node: element('div', { class: 'hipwright-status' }) });
    this._button = button('hipwright', { class: 'hipwright-status-button' }, () =>
      press(this.node)
    );
    this._button.setAttribute('aria-haspopup', 'menu');
    this.node.append(this._button);
  }

  display(state: ConnectionState, findings: number | null): void {
    const { text, title, bad } = describe(state, findings, Date.now());
    this._button.textContent = text;
    this._button.title = title;
    this.node.classList.toggle('hipwright-status-bad', bad);
  }

  private readonly _button: HTMLButtonElement;
}
