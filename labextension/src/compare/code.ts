/** What the kernel is asked to do when a cell is compared. */

import type { CellMagic } from '../language/magic';

/**
 * Where to compare unless the cell says it: on the CPU device, with 32 and with 64 lanes. A CUDA
 * program runs as it is on the first and ported on the second; a HIP program runs on both.
 */
const TARGETS = 'cpu:32,cpu:64';

/** The code that compares a cell, for an IPython kernel. */
export function comparisonCode(magic: CellMagic): string {
  const words = magic.options.split(/\s+/).filter(word => word !== '');
  // What stands behind -- is for the program.
  const end = words.indexOf('--');
  const own = end < 0 ? words : words.slice(0, end);
  const line = [
    own.includes('--compare') ? '' : '--compare',
    own.some(word => word === '--on' || word.startsWith('--on=')) ? '' : `--on ${TARGETS}`,
    magic.options
  ].filter(part => part !== '');
  // %%hip takes CUDA and HIP, and sees which it is.
  return [
    'get_ipython().extension_manager.load_extension("hipwright")',
    `get_ipython().run_cell_magic("hip", ${literal(line.join(' '))}, ${literal(magic.body)})`
  ].join('\n');
}

/** A JSON string is a Python string of the same text; line ends of Unicode are escaped for readers. */
function literal(text: string): string {
  return JSON.stringify(text).replace(/[\u2028\u2029]/g, end =>
    end === '\u2028' ? '\\u2028' : '\\u2029'
  );
}
