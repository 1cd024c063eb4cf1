/**
 * Findings of the language server as CodeMirror shows them.
 */

import type { Diagnostic as Squiggle } from '@codemirror/lint';
import type { Text } from '@codemirror/state';
import type { EditorView } from '@codemirror/view';
import type { Diagnostic, Position } from 'vscode-languageserver-protocol';

const SEVERITIES: Squiggle['severity'][] = ['error', 'warning', 'info', 'hint'];
const UNNECESSARY = 1;
const DEPRECATED = 2;

export function severityOf(finding: Diagnostic): Squiggle['severity'] {
  return SEVERITIES[(finding.severity ?? 2) - 1] ?? 'warning';
}

/** The worst severity of some findings; null when there are none. */
export function worstSeverity(findings: readonly Diagnostic[]): Squiggle['severity'] | null {
  const worst = Math.min(...findings.map(({ severity }) => severity ?? 2));
  return SEVERITIES[worst - 1] ?? null;
}

/** What a finding says, as plain text. */
export function messageOf({ message }: Diagnostic): string {
  return typeof message === 'string' ? message : message.value;
}

/** The offset of a position; what lies beyond a line or the text is its end. */
export function offsetIn(text: Text, position: Position): number {
  if (position.line >= text.lines) {
    return text.length;
  }
  const line = text.line(position.line + 1);
  return Math.min(line.from + position.character, line.to);
}

export function positionIn(text: Text, offset: number): Position {
  const line = text.lineAt(offset);
  return { line: line.number - 1, character: offset - line.from };
}

/** Where a finding is; never empty, so that there is something to see. */
export function extentOf(finding: Diagnostic, text: Text): { from: number; to: number } {
  let from = offsetIn(text, finding.range.start);
  let to = Math.max(offsetIn(text, finding.range.end), from);
  if (from === to) {
    if (to < text.length) {
      to++;
    } else if (from > 0) {
      from--;
    }
  }
  return { from, to };
}

export function squiggles(
  findings: readonly Diagnostic[],
  text: Text,
  render: (finding: Diagnostic, view: EditorView) => Node
): Squiggle[] {
  return findings
    .map(finding => ({
      ...extentOf(finding, text),
      severity: severityOf(finding),
      message: messageOf(finding),
      markClass: markClass(finding),
      renderMessage: (view: EditorView) => render(finding, view)
    }))
    .sort((a, b) => a.from - b.from || a.to - b.to);
}

function markClass(finding: Diagnostic): string {
  const classes = ['hipwright-mark'];
  if (finding.tags?.includes(UNNECESSARY)) {
    classes.push('hipwright-unnecessary');
  }
  if (finding.tags?.includes(DEPRECATED)) {
    classes.push('hipwright-deprecated');
  }
  return classes.join(' ');
}
