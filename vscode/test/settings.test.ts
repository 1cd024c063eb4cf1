import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

interface Setting {
  type?: string;
  enum?: string[];
  default: unknown;
  items?: unknown;
  pattern?: string;
}

function load(path: string): unknown {
  return JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'));
}

const shared = (
  load('../../lsp/hipwright/settings.schema.json') as { properties: Record<string, Setting> }
).properties;
const ours = (
  load('../package.json') as {
    contributes: { configuration: { properties: Record<string, Setting> } };
  }
).contributes.configuration.properties;

// What is about this editor, and what only the command line and the magics read.
const OUR_OWN = ['enable', 'path', 'trace.server'];
const NOT_OURS = ['exclude', 'targets'];

describe('the settings', () => {
  it('are those of the one schema', () => {
    const names = Object.keys(ours).map(name => name.replace(/^hipwright\./, ''));
    expect(names.filter(name => !OUR_OWN.includes(name)).sort()).toEqual(
      Object.keys(shared)
        .filter(name => !NOT_OURS.includes(name))
        .sort()
    );
  });

  it.each(Object.keys(shared).filter(name => !NOT_OURS.includes(name)))('%s is the same', name => {
    const here = ours[`hipwright.${name}`];
    const there = shared[name];
    expect(here?.default).toEqual(there?.default);
    expect(here?.enum).toEqual(there?.enum);
    expect(here?.items).toEqual(there?.items);
    expect(here?.pattern).toBe(there?.pattern);
    expect(here?.type).toBe(there?.type ?? 'string');
  });
});
