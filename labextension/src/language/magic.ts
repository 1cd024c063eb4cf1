/**
 * Cells whose first line says that they are CUDA or HIP.
 */

/** Where a cell says what it is. */
export interface CellMagic {
  /** `cuda` or `hip`. */
  name: 'cuda' | 'hip';
  /** What stands behind the name on that line. */
  options: string;
  /** The program: what stands below that line. */
  body: string;
}

// IPython passes over blank lines before a magic.
const MAGIC = /^(?:[ \t]*(?:\r\n|\r|\n))*%%(cuda|hip)(?![\w-])[ \t]*([^\r\n]*)(?:\r\n|\r|\n|$)/;

/** The magic of a cell that begins with `%%cuda` or `%%hip`; null for any other cell. */
export function cellMagic(source: string): CellMagic | null {
  const match = MAGIC.exec(source);
  if (match === null) {
    return null;
  }
  return {
    name: match[1] as CellMagic['name'],
    options: (match[2] ?? '').trim(),
    body: source.slice(match[0].length)
  };
}

/** Whether a cell can be run by itself, and is not kept as a file for other cells. */
export function isProgram(source: string): boolean {
  const magic = cellMagic(source);
  return magic !== null && !/(?:^|\s)--name(?:[\s=]|$)/.test(magic.options);
}
