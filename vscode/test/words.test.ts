import { describe as group, expect, it } from 'vitest';

import { commandLinks } from '../src/links';
import { counted, describe } from '../src/words';

const running = { kind: 'running', server: { command: 'hipwright', origin: 'the path' } } as const;

group('the status item', () => {
  it('counts findings, and those with a safe fix', () => {
    expect(counted([{ data: { fixable: true } }, { data: { fixable: false } }, {}])).toEqual({
      total: 3,
      fixable: 1
    });
  });

  it('says what was found', () => {
    expect(describe(running, { total: 3, fixable: 3 })).toEqual({
      text: '$(wand) hipwright 3',
      tooltip: 'hipwright: 3 findings here, all with a safe fix.\nRuns from the path.',
      problem: false
    });
    expect(describe(running, { total: 1, fixable: 0 }).tooltip).toContain('1 finding here, none');
    expect(describe(running, { total: 0, fixable: 0 }).text).toBe('$(check) hipwright');
  });

  it('says why nothing runs', () => {
    const state = { kind: 'missing', reason: 'not installed.' } as const;
    expect(describe(state, { total: 0, fixable: 0 })).toMatchObject({
      tooltip: 'hipwright: not installed.',
      problem: true
    });
  });
});

group('links in a hover', () => {
  it('become commands for rules, and stay for all else', () => {
    expect(
      commandLinks('[About](hipwright-rule:/WARP004.md) [AMD](https://rocm.docs.amd.com/)')
    ).toBe(
      '[About](command:hipwright.openRule?%5B%22WARP004%22%5D) [AMD](https://rocm.docs.amd.com/)'
    );
  });
});
