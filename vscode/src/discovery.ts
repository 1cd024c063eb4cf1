/**
 * Where the language server is: a program and its arguments.
 *
 * The setting comes first, then the Python interpreter that the user selected, then what is on the
 * path. Nothing is installed, and no shell is asked.
 */

import { execFile } from 'node:child_process';
import * as os from 'node:os';
import * as path from 'node:path';

export interface ServerCommand {
  readonly command: string;
  readonly args: readonly string[];
  /** For the output and the status item. */
  readonly origin: string;
}

export interface Candidates {
  /** The setting `hipwright.path`; empty when it is not set. */
  readonly configured: string;
  /** The interpreter that the user selected, where one is. */
  readonly interpreter: string | undefined;
  readonly workspaceFolder: string | undefined;
}

export type Found =
  | { readonly kind: 'found'; readonly server: ServerCommand }
  | { readonly kind: 'missing'; readonly reason: string };

/** Whether a program runs and ends well. */
export type Probe = (command: string, args: readonly string[]) => Promise<boolean>;

const PROBE_TIMEOUT = 20_000; // milliseconds; a cold start from a network drive takes its time

/** What asks a Python interpreter whether it has the server, without starting one. */
export const PYTHON_PROBE = [
  '-c',
  'import importlib.util as u, sys; sys.exit(0 if u.find_spec("hipwright") and u.find_spec("pygls") else 1)'
];

export async function discover(candidates: Candidates, probe: Probe): Promise<Found> {
  const configured = candidates.configured.trim();
  if (configured !== '') {
    const command = expand(configured, candidates.workspaceFolder);
    if (await probe(command, ['--version'])) {
      return found(command, ['lsp'], 'the setting hipwright.path');
    }
    return {
      kind: 'missing',
      reason: `the setting hipwright.path is ${command}, which does not run.`
    };
  }
  const { interpreter } = candidates;
  if (interpreter !== undefined && (await probe(interpreter, PYTHON_PROBE))) {
    return found(interpreter, ['-m', 'hipwright', 'lsp'], 'the selected Python interpreter');
  }
  if (await probe('hipwright', ['--version'])) {
    return found('hipwright', ['lsp'], 'the path');
  }
  for (const python of pythonNames()) {
    if (await probe(python, PYTHON_PROBE)) {
      return found(python, ['-m', 'hipwright', 'lsp'], `${python} on the path`);
    }
  }
  return {
    kind: 'missing',
    reason:
      interpreter === undefined
        ? 'the language server is not installed, or not on the path.'
        : `the language server is not installed in ${interpreter}.`
  };
}

/** A path of the settings, with `~` and `${workspaceFolder}` replaced. */
export function expand(value: string, workspaceFolder: string | undefined): string {
  const expanded = value.replaceAll('${workspaceFolder}', workspaceFolder ?? '');
  return /^~(?=$|[/\\])/.test(expanded) ? path.join(os.homedir(), expanded.slice(1)) : expanded;
}

export const runs: Probe = (command, args) =>
  new Promise(resolve => {
    execFile(command, [...args], { timeout: PROBE_TIMEOUT, windowsHide: true }, error => {
      resolve(error === null);
    });
  });

function found(command: string, args: readonly string[], origin: string): Found {
  return { kind: 'found', server: { command, args, origin } };
}

function pythonNames(): readonly string[] {
  return process.platform === 'win32' ? ['py', 'python'] : ['python3', 'python'];
}
