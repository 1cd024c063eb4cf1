import { describe, expect, it } from 'vitest';

import {
  bytes,
  dimensions,
  error,
  placeText,
  plural,
  ranges,
  seconds,
  sideText
} from '../src/compare/format';
import type { Side } from '../src/compare/model';
import { readComparison } from '../src/compare/model';
import { countText } from '../src/editor/bar';
import { markdownOf } from '../src/editor/markdown';
import { describe as describeStatus } from '../src/status-text';

describe('what a person reads', () => {
  it.each([
    [[3], '3'],
    [[1, 0], '0 and 1'],
    [[0, 1, 2, 3, 8, 32, 33, 34], '0 to 3, 8, 32 to 34'],
    [[5, 5, 5], '5'],
    [[], '']
  ])('lanes %j are %j', (lanes, text) => {
    expect(ranges(lanes)).toBe(text);
  });

  it.each([
    ['original', 'cpu:32', 32, 'cpu:32, 32 lanes'],
    ['64 lanes', 'cpu:64', 64, 'cpu:64'],
    ['on lab2:rocm', 'lab2:rocm', 64, '64 lanes'],
    ['port', 'rocm', null, 'rocm']
  ])('%s on %s with %j lanes has %j beside it', (label, target, warpSize, text) => {
    expect(sideText({ label, target, warpSize } as Side)).toBe(text);
  });

  it('counts', () => {
    expect([plural(1, 'element'), plural(1024, 'element')]).toEqual([
      '1 element',
      '1,024 elements'
    ]);
  });

  it('leaves out dimensions of 1', () => {
    expect([dimensions([12, 1, 1]), dimensions([1, 1, 1]), dimensions([16, 16, 1])]).toEqual([
      '12',
      '1',
      '16 × 16'
    ]);
  });

  it('picks units', () => {
    expect([seconds(0.0000042), seconds(0.41), seconds(3), bytes(48), bytes(49152)]).toEqual([
      '4.20 µs',
      '410 ms',
      '3.00 s',
      '48 B',
      '48 KiB'
    ]);
  });

  it('shows whole errors whole', () => {
    expect([error(665), error(1.5), error(1e-7)]).toEqual(['665', '1.50', '1.00e-7']);
  });

  it('has no text for no place', () => {
    expect(placeText({ file: null, line: 0 })).toBeNull();
    expect(placeText({ file: 'a.cu', line: 3 })).toBe('a.cu:3');
  });

  it('never says that there are no findings when nobody looked', () => {
    expect(countText({ findings: 0, connected: false })).not.toContain('No findings');
    expect(countText({ findings: 0, connected: true })).toBe('No findings');
    expect(countText({ findings: 1, connected: true })).toBe('1 finding');
  });

  it('says when it tries again', () => {
    const state = { kind: 'waiting', reason: 'The server closed.', until: 4000 } as const;
    expect(describeStatus(state, 3, 1500)).toEqual({
      text: 'hipwright: not connected',
      title: 'The server closed. Trying again in 3 s.',
      bad: true
    });
  });
});

describe('hover text', () => {
  it('keeps plain text plain', () => {
    expect(markdownOf({ contents: { kind: 'plaintext', value: 'a*b*' } })).toBe('a\\*b\\*');
    expect(markdownOf({ contents: { kind: 'markdown', value: '**b**' } })).toBe('**b**');
    expect(markdownOf({ contents: ['x', { language: 'cpp', value: 'y' }] })).toBe(
      'x\n\n```cpp\ny\n```'
    );
  });
});

describe('readComparison', () => {
  const good = {
    format: 'hipwright.compare',
    version: 1,
    sides: [{}, {}],
    pairs: [{ left: 0, right: 1 }]
  };

  it('takes what it knows', () => {
    expect(readComparison(good)).toBe(good);
  });

  it.each([
    ['another version', { ...good, version: 2 }],
    ['another format', { ...good, format: 'x' }],
    ['a pair of sides that are not there', { ...good, pairs: [{ left: 0, right: 2 }] }],
    ['no pair', { ...good, pairs: [] }],
    ['text', 'x'],
    ['nothing', null]
  ])('leaves %s to the HTML beside it', (_, data) => {
    expect(readComparison(data)).toBeNull();
  });
});
