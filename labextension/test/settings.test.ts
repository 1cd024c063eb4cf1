import { describe, expect, it } from 'vitest';

import shared from '../../lsp/hipwright/settings.schema.json' with { type: 'json' };
import ours from '../schema/plugin.json' with { type: 'json' };
import { PAGE_SETTINGS, serverSettings } from '../src/settings';

type Settings = Record<string, { type?: string; default?: unknown; enum?: unknown }>;

// What the command line reads, and the notebook's magics in the kernel.
const NOT_OURS = ['exclude', 'targets'];

const theirs = Object.entries(shared.properties as Settings).filter(
  ([name]) => !NOT_OURS.includes(name)
);
const here = ours.properties as Settings;

describe('the settings', () => {
  it('are those of the one schema', () => {
    const names = Object.keys(serverSettings(here));
    expect(names.sort()).toEqual(theirs.map(([name]) => name).sort());
    expect(Object.keys(here)).toEqual(expect.arrayContaining(PAGE_SETTINGS));
  });

  it.each(theirs)('%s is the same', (name, { type = 'string', default: value, enum: choices }) => {
    expect(here[name]).toMatchObject({ type, default: value });
    expect(here[name]?.enum).toEqual(choices);
  });
});
