/**
 * Texts as the language server protocol counts them: lines, and UTF-16 units in a line.
 */

import type { Position, Range, TextEdit } from 'vscode-languageserver-protocol';

/** A change of one stretch of a text, in the protocol's shape. */
export interface IncrementalChange {
  range: Range;
  rangeLength: number;
  text: string;
}

const LINE_END = /\r\n|\r|\n/g;

/** Finds lines in one text that does not change. */
export class LineIndex {
  constructor(readonly text: string) {
    this._starts = [0];
    for (const match of text.matchAll(LINE_END)) {
      this._starts.push(match.index + match[0].length);
    }
  }

  get lineCount(): number {
    return this._starts.length;
  }

  /** The position of an offset; an offset beyond the end is the end. */
  position(offset: number): Position {
    const wanted = Math.min(Math.max(offset, 0), this.text.length);
    let low = 0;
    let high = this._starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this._starts[middle] ?? 0) <= wanted) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return { line: low, character: wanted - (this._starts[low] ?? 0) };
  }

  /** The offset of a position; a position beyond its line is the end of that line. */
  offset(position: Position): number {
    const start = this._starts[position.line];
    if (start === undefined) {
      return position.line < 0 ? 0 : this.text.length;
    }
    return Math.min(start + Math.max(position.character, 0), this._contentEnd(position.line));
  }

  private _contentEnd(line: number): number {
    const next = this._starts[line + 1];
    if (next === undefined) {
      return this.text.length;
    }
    const pair = this.text[next - 1] === '\n' && this.text[next - 2] === '\r';
    return next - (pair ? 2 : 1);
  }

  private _starts: number[];
}

/**
 * The one change that makes `before` into `after`, or null when they are equal.
 *
 * It never cuts a surrogate pair or a CR LF in two: a server that counts in bytes or lines could
 * not follow.
 */
export function changeBetween(before: LineIndex, after: string): IncrementalChange | null {
  const old = before.text;
  if (old === after) {
    return null;
  }
  const shorter = Math.min(old.length, after.length);
  let start = 0;
  while (start < shorter && old.charCodeAt(start) === after.charCodeAt(start)) {
    start++;
  }
  while (start > 0 && (cuts(old, start) || cuts(after, start))) {
    start--;
  }
  let oldEnd = old.length;
  let newEnd = after.length;
  while (
    oldEnd > start &&
    newEnd > start &&
    old.charCodeAt(oldEnd - 1) === after.charCodeAt(newEnd - 1)
  ) {
    oldEnd--;
    newEnd--;
  }
  while (oldEnd < old.length && (cuts(old, oldEnd) || cuts(after, newEnd))) {
    oldEnd++;
    newEnd++;
  }
  return {
    range: { start: before.position(start), end: before.position(oldEnd) },
    rangeLength: oldEnd - start,
    text: after.slice(start, newEnd)
  };
}

/** Whether an offset lies inside what belongs together. */
function cuts(text: string, offset: number): boolean {
  if (offset <= 0 || offset >= text.length) {
    return false;
  }
  const left = text.charCodeAt(offset - 1);
  const right = text.charCodeAt(offset);
  const surrogates = left >= 0xd800 && left < 0xdc00 && right >= 0xdc00 && right < 0xe000;
  return surrogates || (left === 13 && right === 10);
}

/** One replacement, as offsets. */
export interface Replacement {
  start: number;
  end: number;
  text: string;
}

/**
 * The protocol's edits as replacements, last first, so that each can be applied as it stands.
 *
 * Throws when two edits overlap: the protocol forbids it, and half a fix is worse than none.
 */
export function replacements(index: LineIndex, edits: readonly TextEdit[]): Replacement[] {
  const ordered = edits
    .map((edit, order) => ({
      order,
      start: index.offset(edit.range.start),
      end: index.offset(edit.range.end),
      text: edit.newText
    }))
    .sort((a, b) => a.start - b.start || a.end - b.end || a.order - b.order);
  let reached = 0;
  for (const edit of ordered) {
    if (edit.start < reached || edit.end < edit.start) {
      throw new Error('The language server sent edits that overlap.');
    }
    reached = edit.end;
  }
  return ordered.reverse().map(({ start, end, text }) => ({ start, end, text }));
}

/** Whether two ranges are the same. */
export function sameRange(a: Range, b: Range): boolean {
  return (
    a.start.line === b.start.line &&
    a.start.character === b.start.character &&
    a.end.line === b.end.line &&
    a.end.character === b.end.character
  );
}
