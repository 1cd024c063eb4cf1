import { describe, expect, it } from 'vitest';

import { changeBetween, LineIndex, replacements } from '../src/language/text';
import { generator } from './random';

const ALPHABET = ['a', 'b', ' ', '\n', '\r\n', '\r', 'é', '😀', '𝄞', '\u2028', '\f'];

function randomText(random: (below: number) => number, length: number): string {
  return Array.from({ length }, () => ALPHABET[random(ALPHABET.length)]).join('');
}

/** Applies a change as a server would: by lines and UTF-16 columns. */
function applied(text: string, change: NonNullable<ReturnType<typeof changeBetween>>): string {
  const index = new LineIndex(text);
  const start = index.offset(change.range.start);
  const end = index.offset(change.range.end);
  expect(end - start).toBe(change.rangeLength);
  return text.slice(0, start) + change.text + text.slice(end);
}

describe('LineIndex', () => {
  it('ends lines at \\n, \\r\\n and \\r, and nowhere else', () => {
    const index = new LineIndex('a\nb\r\nc\rd\fe\u2028f');
    expect(index.lineCount).toBe(4);
    expect(index.position(5)).toEqual({ line: 2, character: 0 });
    expect(index.offset({ line: 3, character: 2 })).toBe(9);
  });

  it('counts columns in UTF-16 units', () => {
    expect(new LineIndex('😀x').position(2)).toEqual({ line: 0, character: 2 });
  });

  it('takes what lies beyond a line as the end of that line', () => {
    const index = new LineIndex('ab\r\ncd');
    expect(index.offset({ line: 0, character: 99 })).toBe(2);
    expect(index.offset({ line: 9, character: 0 })).toBe(6);
  });

  it('goes from offset to position and back', () => {
    const random = generator(1);
    for (let turn = 0; turn < 200; turn++) {
      const text = randomText(random, 30);
      const index = new LineIndex(text);
      for (let offset = 0; offset <= text.length; offset++) {
        const inPair = text[offset - 1] === '\r' && text[offset] === '\n';
        if (!inPair) {
          expect(index.offset(index.position(offset))).toBe(offset);
        }
      }
    }
  });
});

describe('changeBetween', () => {
  it('is null for equal texts', () => {
    expect(changeBetween(new LineIndex('a\nb'), 'a\nb')).toBeNull();
  });

  it('sends only what was typed', () => {
    expect(changeBetween(new LineIndex('int x;\nint y;'), 'int x;\nint yy;')).toEqual({
      range: { start: { line: 1, character: 5 }, end: { line: 1, character: 5 } },
      rangeLength: 0,
      text: 'y'
    });
  });

  it('makes one text into any other, and cuts no character or line end in two', () => {
    const random = generator(2);
    for (let turn = 0; turn < 3000; turn++) {
      const before = randomText(random, random(12));
      const from = random(before.length + 1);
      const to = from + random(before.length - from + 1);
      const after = before.slice(0, from) + randomText(random, random(4)) + before.slice(to);
      const change = changeBetween(new LineIndex(before), after);
      if (change === null) {
        expect(after).toBe(before);
      } else {
        expect(applied(before, change)).toBe(after);
        // A half of a pair comes only out of a text that was cut in the first place.
        if (isWhole(before) && isWhole(after)) {
          expect(isWhole(change.text)).toBe(true);
        }
      }
    }
  });
});

function isWhole(text: string): boolean {
  return !/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(text);
}

describe('replacements', () => {
  const at = (line: number, from: number, to: number): { start: object; end: object } => ({
    start: { line, character: from },
    end: { line, character: to }
  });

  it('come last first, so that each can be applied as it stands', () => {
    const edits = [
      { range: at(0, 0, 4), newText: 'hip' },
      { range: at(1, 0, 1), newText: 'x' },
      { range: at(1, 1, 1), newText: 'y' }
    ];
    expect(replacements(new LineIndex('cuda\nb'), edits as never)).toEqual([
      { start: 6, end: 6, text: 'y' },
      { start: 5, end: 6, text: 'x' },
      { start: 0, end: 4, text: 'hip' }
    ]);
  });

  it('refuse edits that overlap', () => {
    const edits = [
      { range: at(0, 0, 3), newText: '' },
      { range: at(0, 2, 4), newText: '' }
    ];
    expect(() => replacements(new LineIndex('cuda'), edits as never)).toThrow(/overlap/);
  });
});
