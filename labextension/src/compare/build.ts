/** How each side was made and how its run ended. */

import { element } from '../dom';
import { seconds, statusText } from './format';
import type { Side } from './model';
import { placeLink } from './parts';
import type { ShowPlace } from './source';

export function buildView(sides: readonly Side[], show: ShowPlace): HTMLElement {
  return element(
    'div',
    { class: 'hipwright-columns' },
    sides.map(side =>
      element(
        'section',
        {},
        element('h4', {}, side.label),
        element(
          'dl',
          { class: 'hipwright-facts' },
          fact('Target', side.target),
          fact('Device', side.device),
          fact('Compiler', side.toolchain),
          fact('Ended', statusText(side)),
          fact('Compiled in', compileTime(side)),
          side.message !== '' && fact('Message', side.message)
        ),
        side.diagnostics.map(each =>
          element(
            'div',
            { class: 'hipwright-card', 'data-severity': each.severity },
            element('div', {}, `${each.severity}: ${each.message}`),
            element('div', { class: 'hipwright-card-facts' }, placeLink(side, each, show))
          )
        ),
        side.command.length > 0 &&
          element(
            'details',
            {},
            element('summary', {}, 'Compiler command'),
            element('pre', { tabindex: '0' }, side.command.join(' '))
          )
      )
    )
  );
}

function fact(name: string, value: string): DocumentFragment | null {
  if (value === '') {
    return null;
  }
  const fragment = document.createDocumentFragment();
  fragment.append(element('dt', {}, name), element('dd', {}, value));
  return fragment;
}

function compileTime(side: Side): string {
  if (side.cached) {
    return 'taken from the cache';
  }
  return side.compileSeconds === null ? '' : seconds(side.compileSeconds);
}
