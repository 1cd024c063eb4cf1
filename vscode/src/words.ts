/** What the status item says. */

export interface Counts {
  readonly total: number;
  /** Those with a fix that is safe to apply. */
  readonly fixable: number;
}

export interface Words {
  readonly text: string;
  readonly tooltip: string;
  /** Whether the user has something to do before anything works. */
  readonly problem: boolean;
}

interface State {
  readonly kind: 'off' | 'starting' | 'running' | 'missing' | 'failed';
  readonly reason?: string;
  readonly server?: { readonly command: string; readonly origin: string };
}

/** Count findings; the server says of each whether it can be fixed. */
export function counted(findings: readonly object[]): Counts {
  let fixable = 0;
  for (const finding of findings) {
    // The client library keeps what the server attached, under a name that is not in the types.
    const { data } = finding as { data?: { fixable?: unknown } };
    if (data?.fixable === true) {
      fixable += 1;
    }
  }
  return { total: findings.length, fixable };
}

export function describe(state: State, counts: Counts): Words {
  switch (state.kind) {
    case 'off':
      return words('$(circle-slash) hipwright', 'hipwright is off.');
    case 'starting':
      return words('$(loading~spin) hipwright', 'hipwright is starting.');
    case 'missing':
    case 'failed':
      return words('$(warning) hipwright', `hipwright: ${state.reason ?? 'not running.'}`, true);
    case 'running': {
      const where = state.server === undefined ? '' : `\nRuns from ${state.server.origin}.`;
      if (counts.total === 0) {
        return words('$(check) hipwright', `hipwright found nothing to change here.${where}`);
      }
      const fixable =
        counts.fixable === counts.total ? 'all' : counts.fixable === 0 ? 'none' : counts.fixable;
      const noun = counts.total === 1 ? 'finding' : 'findings';
      return words(
        `$(wand) hipwright ${counts.total}`,
        `hipwright: ${counts.total} ${noun} here, ${fixable} with a safe fix.${where}`
      );
    }
  }
}

function words(text: string, tooltip: string, problem = false): Words {
  return { text, tooltip, problem };
}
