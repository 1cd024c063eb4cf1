import * as vscode from 'vscode';

import { ruleRequest } from './protocol';
import type { Server } from './server';

const SCHEME = 'hipwright-rule';

/** How the server is to address the page of a rule. */
export const RULE_TEMPLATE = `${SCHEME}:/{code}.md`;

/** Serves the pages of the rules from the server that runs, so that they are of its version. */
export function provideRulePages(server: Server): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
      async provideTextDocumentContent(uri) {
        const code = /^\/([A-Z]+\d+)\.md$/.exec(uri.path)?.[1];
        const client = server.client;
        if (code === undefined) {
          return `There is no rule at ${uri.toString()}.`;
        }
        if (client === undefined) {
          return 'The hipwright language server is not running.';
        }
        const { markdown } = await client.sendRequest(ruleRequest, { code });
        return markdown ?? `There is no rule ${code}.`;
      }
    }),
    vscode.commands.registerCommand('hipwright.openRule', async (code: unknown) => {
      if (typeof code === 'string') {
        await vscode.commands.executeCommand(
          'markdown.showPreviewToSide',
          vscode.Uri.from({ scheme: SCHEME, path: `/${code}.md` })
        );
      }
    })
  );
}
