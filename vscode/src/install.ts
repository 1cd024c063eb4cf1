import * as vscode from 'vscode';

import type { Server, ServerState } from './server';

const PACKAGE = 'hipwright[lsp]';

/** Say, once in a session, that there is no server, and offer what can be done about it. */
export async function offerToInstall(
  server: Server,
  state: Extract<ServerState, { kind: 'missing' }>
): Promise<void> {
  const install = 'Install';
  const settings = 'Open Settings';
  const { interpreter } = state;
  const choices = interpreter === undefined ? [settings] : [install, settings];
  const chosen = await vscode.window.showWarningMessage(`hipwright: ${state.reason}`, ...choices);
  if (chosen === settings) {
    await vscode.commands.executeCommand('workbench.action.openSettings', 'hipwright.path');
  } else if (chosen === install && interpreter !== undefined) {
    await installInto(interpreter);
    await server.restart();
  }
}

/** Run pip where the user sees it. Resolves when it has ended. */
async function installInto(interpreter: string): Promise<void> {
  const task = new vscode.Task(
    { type: 'process' },
    vscode.TaskScope.Workspace,
    'Install hipwright',
    'hipwright',
    // A process, not a shell: the path of the interpreter is the user's.
    new vscode.ProcessExecution(interpreter, ['-m', 'pip', 'install', PACKAGE])
  );
  const execution = await vscode.tasks.executeTask(task);
  await new Promise<void>(resolve => {
    const subscription = vscode.tasks.onDidEndTaskProcess(ended => {
      if (ended.execution === execution) {
        subscription.dispose();
        resolve();
      }
    });
  });
}
