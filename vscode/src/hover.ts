import * as vscode from 'vscode';

import { commandLinks } from './links';

/** A hover whose links to rules open: the editor follows none but those of commands it trusts. */
export function linkRules(hover: vscode.Hover | null | undefined): vscode.Hover | null | undefined {
  if (hover == null) {
    return hover;
  }
  const contents = hover.contents.map(content => {
    if (!(content instanceof vscode.MarkdownString)) {
      return content;
    }
    const linked = new vscode.MarkdownString(commandLinks(content.value));
    linked.isTrusted = { enabledCommands: ['hipwright.openRule'] };
    return linked;
  });
  return new vscode.Hover(contents, hover.range);
}
