import * as os from 'node:os';

import { describe, expect, it } from 'vitest';

import { discover, expand, PYTHON_PROBE, runs } from '../src/discovery';
import type { Candidates, Probe } from '../src/discovery';

const NOTHING: Candidates = { configured: '', interpreter: undefined, workspaceFolder: undefined };

/** A machine where only these programs run; what was tried is kept. */
function machine(...working: string[]): { probe: Probe; tried: string[] } {
  const tried: string[] = [];
  return {
    tried,
    probe: (command, args) => {
      tried.push([command, ...args].join(' '));
      return Promise.resolve(working.includes(command));
    }
  };
}

describe('discover', () => {
  it('takes the setting first, and nothing else when it is set', async () => {
    const { probe, tried } = machine('/opt/hipwright', '/env/python');
    const found = await discover(
      { configured: ' /opt/hipwright ', interpreter: '/env/python', workspaceFolder: '/work' },
      probe
    );
    expect(found).toMatchObject({ server: { command: '/opt/hipwright', args: ['lsp'] } });
    expect(tried).toEqual(['/opt/hipwright --version']);
  });

  it('says so when the setting does not run, instead of taking another one', async () => {
    const { probe } = machine('/env/python', 'hipwright');
    const found = await discover(
      { ...NOTHING, configured: '/gone', interpreter: '/env/python' },
      probe
    );
    expect(found).toEqual({
      kind: 'missing',
      reason: 'the setting hipwright.path is /gone, which does not run.'
    });
  });

  it('takes the selected interpreter before the path', async () => {
    const { probe } = machine('/env/python', 'hipwright', 'python3');
    const found = await discover({ ...NOTHING, interpreter: '/env/python' }, probe);
    expect(found).toMatchObject({
      server: { command: '/env/python', args: ['-m', 'hipwright', 'lsp'] }
    });
  });

  it.each([
    ['hipwright', ['lsp']],
    ['python3', ['-m', 'hipwright', 'lsp']]
  ])('finds %s on the path', async (command, args) => {
    const { probe } = machine(command);
    const found = await discover({ ...NOTHING, interpreter: '/env/python' }, probe);
    expect(found).toMatchObject({ server: { command, args } });
  });

  it('names the interpreter that it could be installed into', async () => {
    const found = await discover({ ...NOTHING, interpreter: '/env/python' }, machine().probe);
    expect(found).toEqual({
      kind: 'missing',
      reason: 'the language server is not installed in /env/python.'
    });
  });
});

describe('runs', () => {
  it('tells what runs from what does not', async () => {
    expect(await runs(process.execPath, ['--version'])).toBe(true);
    expect(await runs(process.execPath, ['-e', 'process.exit(3)'])).toBe(false);
    expect(await runs('/no/such/program', PYTHON_PROBE)).toBe(false);
  });
});

describe('expand', () => {
  it('knows the home and the workspace', () => {
    expect(expand('~/bin/hipwright', undefined)).toBe(`${os.homedir()}/bin/hipwright`);
    expect(expand('${workspaceFolder}/.venv/bin/hipwright', '/work')).toBe(
      '/work/.venv/bin/hipwright'
    );
    expect(expand('/a/~b', '/work')).toBe('/a/~b');
  });
});
