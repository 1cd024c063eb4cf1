/**
 * The line in the status bar: how the language server is, and how many findings there are.
 */

import { Widget } from '@lumino/widgets';

import { button, element } from './dom';
import type { ConnectionState } from './language/connection';
import { describe } from './status-text';

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
