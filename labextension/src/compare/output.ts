/** What the programs printed: the lines that differ, then all of it. */

import { element } from '../dom';
import { plural } from './format';
import type { OutputComparison, Side, Stream } from './model';
import { number, row, table } from './parts';

export function outputView(output: OutputComparison | null, left: Side, right: Side): HTMLElement {
  const sides = [left, right];
  const hidden = output === null ? 0 : output.differingLines - output.lines.length;
  return element(
    'div',
    {},
    output !== null && element('p', {}, output.sentence),
    output !== null && output.ignored.length > 0 && ignored(output.ignored),
    output !== null &&
      output.lines.length > 0 &&
      table(
        'Lines that differ',
        ['', left.label, right.label, 'Why'],
        output.lines.map(line =>
          row([
            number(lineNumbers(line.leftLine, line.rightLine)),
            element('code', {}, line.left ?? ''),
            element('code', { class: 'hipwright-bad' }, line.right ?? ''),
            line.reason
          ])
        )
      ),
    hidden > 0 && element('p', { class: 'hipwright-note' }, `and ${plural(hidden, 'more line')}`),
    streams('Output', sides, side => side.stdout),
    streams('Error output', sides, side => side.stderr)
  );
}

function ignored(kinds: readonly string[]): HTMLElement {
  return element(
    'p',
    { class: 'hipwright-note' },
    `Left out of the comparison: ${kinds.join('; ')}.`
  );
}

function lineNumbers(left: number | null, right: number | null): string {
  if (left === right || right === null) {
    return String(left ?? '');
  }
  return left === null ? String(right) : `${left} / ${right}`;
}

function streams(
  title: string,
  sides: readonly Side[],
  stream: (side: Side) => Stream
): HTMLElement | null {
  if (sides.every(side => stream(side).text === '')) {
    return null;
  }
  return element(
    'section',
    {},
    element('h4', {}, title),
    element(
      'div',
      { class: 'hipwright-columns' },
      sides.map(side => {
        const { text, cut, bytes } = stream(side);
        return element(
          'div',
          {},
          element('div', { class: 'hipwright-note' }, side.label),
          text === ''
            ? element('p', { class: 'hipwright-note' }, 'nothing')
            : element('pre', { tabindex: '0' }, text),
          cut && element('p', { class: 'hipwright-note' }, `cut; there were ${bytes} bytes or more`)
        );
      })
    )
  );
}
