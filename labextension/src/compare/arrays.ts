/** The arrays that came back from the device, element by element. */

import { element } from '../dom';
import { count, error, plural } from './format';
import type { ArrayComparison, Pair, Sample, Side } from './model';
import { number, placeLink, row, table, verdictMark } from './parts';
import type { ShowPlace } from './source';

export function arraysView(pair: Pair, left: Side, right: Side, show: ShowPlace): HTMLElement {
  const rows = pair.arrays.flatMap(array => arrayRows(array, left, right, show));
  return table(
    `Arrays copied back from the device: ${left.label} against ${right.label}`,
    ['', 'Array', 'Copied at', 'Elements', 'Differ', 'Where', 'Largest error'],
    rows
  );
}

function arrayRows(
  array: ArrayComparison,
  left: Side,
  right: Side,
  show: ShowPlace
): HTMLTableRowElement[] {
  const side = array.left === null ? right : left;
  const place = array.left ?? array.right;
  const main = row([
    verdictMark(array.verdict),
    element('code', {}, array.name),
    place === null ? null : placeLink(side, place, show),
    number(`${count(array.elements)} ${place?.type ?? ''}`.trim()),
    number(array.verdict === 'unpaired' ? '' : count(array.differing)),
    array.profile.length > 0 ? strip(array.profile) : null,
    number(largestError(array))
  ]);
  if (array.samples.length === 0) {
    return array.verdict === 'agree' ? [main] : [main, wide(array.sentence)];
  }
  const more = array.differing - array.samples.length;
  const details = element(
    'details',
    { class: 'hipwright-samples', open: array.verdict === 'differ' },
    element('summary', {}, array.sentence),
    element(
      'div',
      { class: 'hipwright-sample-scroll', tabindex: '0' },
      sampleTable(array.samples, left, right)
    ),
    more > 0 && element('p', { class: 'hipwright-note' }, `and ${plural(more, 'more element')}`)
  );
  return [main, wide(details)];
}

function wide(content: string | Node): HTMLTableRowElement {
  return element(
    'tr',
    { class: 'hipwright-wide' },
    element('td', {}),
    element('td', { colspan: '6' }, content)
  );
}

function largestError(array: ArrayComparison): string {
  if (array.verdict === 'unpaired') {
    return '';
  }
  if (array.exact) {
    return 'same bits';
  }
  const parts = [];
  if (array.maxAbsolute !== null) {
    parts.push(error(array.maxAbsolute));
  }
  if (array.maxUlp !== null && array.maxUlp < 1e6) {
    parts.push(`${count(array.maxUlp)} ulp`);
  }
  return parts.join(', ');
}

function sampleTable(samples: Sample[], left: Side, right: Side): HTMLElement {
  return element(
    'table',
    { class: 'hipwright-table hipwright-small' },
    element('caption', {}, 'The first elements that differ'),
    element(
      'thead',
      {},
      element(
        'tr',
        {},
        ['Index', left.label, right.label].map(head => element('th', { scope: 'col' }, head))
      )
    ),
    element(
      'tbody',
      {},
      samples.map(sample =>
        row([
          number(`[${sample.index}]`),
          number(sample.left),
          element('span', { class: 'hipwright-number hipwright-bad' }, sample.right)
        ])
      )
    )
  );
}

/** Where in the array the differences are: one stroke for each slice, darker for more. */
function strip(profile: readonly number[]): HTMLElement {
  const wrong = profile.filter(share => share > 0).length;
  return element(
    'span',
    {
      class: 'hipwright-strip',
      role: 'img',
      'aria-label': `Differences in ${wrong} of ${profile.length} equal parts of the array`,
      title: 'From the first element to the last; darker where more of them differ'
    },
    profile.map(share => {
      const stroke = element('span', {});
      stroke.style.opacity = share > 0 ? String(0.3 + 0.7 * Math.min(share, 1)) : '0';
      return stroke;
    })
  );
}
