/** Pieces that several parts of the view share. */

import { element } from '../dom';
import { placeText } from './format';
import type { Place, Side, Verdict } from './model';
import type { ShowPlace } from './source';

const SYMBOLS: Record<Verdict, string> = {
  agree: '✓',
  differ: '≠',
  failed: '✕',
  warning: '!',
  skipped: '–',
  unpaired: '≠'
};

const WORDS: Record<Verdict, string> = {
  agree: 'agrees',
  differ: 'differs',
  failed: 'failed',
  warning: 'needs a look',
  skipped: 'not compared',
  unpaired: 'only on one side'
};

/** A verdict as a round mark; its word is there for those who do not see it. */
export function verdictMark(verdict: Verdict): HTMLElement {
  return element(
    'span',
    {
      class: 'hipwright-verdict',
      'data-verdict': verdict,
      role: 'img',
      'aria-label': WORDS[verdict] ?? verdict,
      title: WORDS[verdict] ?? verdict
    },
    SYMBOLS[verdict] ?? '?'
  );
}

/** A place as a link to the line in the source beside it. */
export function placeLink(side: Side, place: Place, show: ShowPlace): HTMLElement | null {
  const text = placeText(place);
  if (text === null) {
    return null;
  }
  if (!side.sources.some(({ name }) => name === place.file)) {
    return element('span', { class: 'hipwright-place' }, text);
  }
  const link = element(
    'button',
    { type: 'button', class: 'hipwright-place', title: 'Show this line' },
    text
  );
  link.addEventListener('click', () => show(side, place));
  return link;
}

/** A table with a head. Numbers stand to the right: give the indexes of their columns. */
export function table(
  caption: string,
  heads: (string | Node)[],
  rows: HTMLTableRowElement[]
): HTMLElement {
  return element(
    'div',
    { class: 'hipwright-scroll' },
    element(
      'table',
      { class: 'hipwright-table' },
      element('caption', {}, caption),
      element(
        'thead',
        {},
        element(
          'tr',
          {},
          heads.map(head => element('th', { scope: 'col' }, head))
        )
      ),
      element('tbody', {}, rows)
    )
  );
}

type Cell = string | Node | null;

export function row(cells: Cell[], attributes: Record<string, string> = {}): HTMLTableRowElement {
  return element(
    'tr',
    attributes,
    cells.map(cell => element('td', {}, cell))
  );
}

export function number(text: string): HTMLElement {
  return element('span', { class: 'hipwright-number' }, text);
}
