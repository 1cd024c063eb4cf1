/** What the kernel is asked to do when a cell is compared. */

import type { CellMagic } from '../language/magic';

/** The code that compares a cell, for an IPython kernel. */
export function comparisonCode(magic: CellMagic): string {
  const asked = magic.options.split(/\s+/).includes('--compare');
  const line = asked ? magic.options : `--compare ${magic.options}`.trim();
  return [
    'get_ipython().extension_manager.load_extension("hipwright")',
    `get_ipython().run_cell_magic("${magic.name}", ${literal(line)}, ${literal(magic.body)})`
  ].join('\n');
}

/** A JSON string is a Python string of the same text; line ends of Unicode are escaped for readers. */
function literal(text: string): string {
  return JSON.stringify(text).replace(/[\u2028\u2029]/g, end =>
    end === '\u2028' ? '\\u2028' : '\\u2029'
  );
}
