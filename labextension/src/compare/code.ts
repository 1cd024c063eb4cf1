/** What the kernel is asked to do when a cell is compared. */

import type { CellMagic } from '../language/magic';

/** The code that compares a cell, for an IPython kernel. */
export function comparisonCode(magic: CellMagic): string {
  const words = magic.options.split(/\s+/).filter(word => word !== '');
  // What stands behind -- is for the program.
  const end = words.indexOf('--');
  const own = end < 0 ? words : words.slice(0, end);
  const line = [own.includes('--compare') ? '' : '--compare', magic.options];
  // %%hip takes CUDA and HIP, and sees which it is.
  return [
    'get_ipython().extension_manager.load_extension("hipwright")',
    `get_ipython().run_cell_magic("hip", ${literal(line.join(' ').trim())}, ${literal(magic.body)})`
  ].join('\n');
}

/** A JSON string is a Python string of the same text; line ends of Unicode are escaped for readers. */
function literal(text: string): string {
  return JSON.stringify(text).replace(/[\u2028\u2029]/g, end =>
    end === '\u2028' ? '\\u2028' : '\\u2029'
  );
}
