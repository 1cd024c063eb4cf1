/** What the status line says. */

import { countFindings } from './editor/bar';
import type { ConnectionState } from './language/connection';

/** The line's text and the explanation behind it. */
export function describe(
  state: ConnectionState,
  findings: number | null,
  now: number
): { text: string; title: string; bad: boolean } {
  switch (state.kind) {
    case 'connecting':
      return { text: 'hipwright: starting', title: 'The language server is starting.', bad: false };
    case 'ready':
      return {
        text:
          findings === null ? 'hipwright' : `hipwright: ${countFindings(findings).toLowerCase()}`,
        title: 'The language server is running. Press for what it can do.',
        bad: false
      };
    case 'waiting': {
      const seconds = Math.max(1, Math.ceil((state.until - now) / 1000));
      return {
        text: 'hipwright: not connected',
        title: `${state.reason} Trying again in ${seconds} s.`,
        bad: true
      };
    }
    case 'stopped':
      return { text: 'hipwright: off', title: 'The language server is not running.', bad: true };
  }
}
