/** A row of tabs and the panel below it, for mouse, keyboard and screen reader. */

import { element } from '../dom';

export interface Tab {
  name: string;
  /** Stands behind the name: how many, or nothing. */
  badge?: string;
  bad?: boolean;
  /** Makes the content, when it is first looked at. */
  content: () => HTMLElement;
}

let made = 0;

export class Tabs {
  constructor(
    private readonly _tabs: readonly Tab[],
    selected: string
  ) {
    const id = `hipwright-tabs-${made++}`;
    this._buttons = _tabs.map((tab, index) => {
      const made = element(
        'button',
        {
          type: 'button',
          role: 'tab',
          id: `${id}-tab-${index}`,
          'aria-controls': `${id}-panel-${index}`,
          class: 'hipwright-tab'
        },
        tab.name,
        tab.badge !== undefined &&
          element(
            'span',
            { class: tab.bad ? 'hipwright-badge hipwright-bad' : 'hipwright-badge' },
            tab.badge
          )
      );
      made.addEventListener('click', () => this.select(index));
      made.addEventListener('keydown', event => this._key(event, index));
      return made;
    });
    this._panels = _tabs.map((_, index) =>
      element('div', {
        role: 'tabpanel',
        id: `${id}-panel-${index}`,
        'aria-labelledby': `${id}-tab-${index}`,
        tabindex: '0',
        class: 'hipwright-panel'
      })
    );
    this.node = element(
      'div',
      { class: 'hipwright-tabs' },
      element('div', { role: 'tablist', class: 'hipwright-tablist' }, this._buttons),
      this._panels
    );
    this.select(
      Math.max(
        0,
        _tabs.findIndex(tab => tab.name === selected)
      )
    );
  }

  readonly node: HTMLElement;

  select(index: number): void {
    this._buttons.forEach((button, at) => {
      button.setAttribute('aria-selected', String(at === index));
      button.tabIndex = at === index ? 0 : -1;
    });
    this._panels.forEach((panel, at) => {
      panel.hidden = at !== index;
    });
    const panel = this._panels[index];
    const tab = this._tabs[index];
    if (panel && tab && !this._filled.has(index)) {
      this._filled.add(index);
      panel.append(tab.content());
    }
  }

  selectName(name: string): void {
    const index = this._tabs.findIndex(tab => tab.name === name);
    if (index >= 0) {
      this.select(index);
    }
  }

  private _key(event: KeyboardEvent, index: number): void {
    const last = this._tabs.length - 1;
    const moves: Record<string, number> = {
      ArrowRight: index === last ? 0 : index + 1,
      ArrowLeft: index === 0 ? last : index - 1,
      Home: 0,
      End: last
    };
    const next = moves[event.key];
    if (next !== undefined) {
      event.preventDefault();
      event.stopPropagation();
      this.select(next);
      this._buttons[next]?.focus();
    }
  }

  private readonly _buttons: HTMLButtonElement[];
  private readonly _panels: HTMLElement[];
  private readonly _filled = new Set<number>();
}
