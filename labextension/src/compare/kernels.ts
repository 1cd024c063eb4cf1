/** The kernels: how often and how large they were launched, what they cost, and how long they took. */

import { element } from '../dom';
import { bytes, count, dimensions, seconds } from './format';
import type { Launch, Pair, Resources, Side } from './model';
import { number, placeLink, row, table } from './parts';
import type { ShowPlace } from './source';

export function kernelsView(_pair: Pair, left: Side, right: Side, show: ShowPlace): HTMLElement {
  const sides = [left, right];
  const resources = sides.flatMap(side => side.resources.map(each => ({ side, each })));
  return element(
    'div',
    {},
    table(
      'Launches',
      ['Side', 'Kernel', 'Launched at', 'Times', 'Blocks', 'Threads', 'Shared memory', 'Time'],
      sides.flatMap(side => side.launches.map(launch => launchRow(side, launch, show)))
    ),
    sides.some(side => side.times === 'cpu-device') &&
      element(
        'p',
        { class: 'hipwright-note' },
        'No times are shown for the CPU device: they say nothing about a GPU.'
      ),
    resources.length > 0 &&
      table(
        'What the compilers say that the kernels cost',
        [
          'Side',
          'Kernel',
          'Architecture',
          'Vector registers',
          'Scalar registers',
          'Shared memory',
          'Scratch',
          'Spills',
          'Occupancy'
        ],
        resources.map(({ side, each }) => resourceRow(side, each))
      )
  );
}

function launchRow(side: Side, launch: Launch, show: ShowPlace): HTMLTableRowElement {
  return row([
    side.label,
    element('code', {}, launch.kernel),
    placeLink(side, launch, show),
    number(count(launch.count)),
    number(dimensions(launch.grid)),
    number(dimensions(launch.block)),
    number(launch.sharedMemoryBytes === 0 ? '' : bytes(launch.sharedMemoryBytes)),
    number(side.times === 'gpu' && launch.seconds !== null ? seconds(launch.seconds) : '')
  ]);
}

function resourceRow(side: Side, each: Resources): HTMLTableRowElement {
  const known = (value: number | null, format = count): HTMLElement =>
    number(value === null ? '' : format(value));
  return row([
    side.label,
    element('code', {}, each.kernel),
    each.architecture ?? '',
    known(each.vectorRegisters),
    known(each.scalarRegisters),
    known(each.sharedMemoryBytes, bytes),
    known(each.scratchBytes, bytes),
    known(each.spills),
    known(each.occupancy)
  ]);
}
