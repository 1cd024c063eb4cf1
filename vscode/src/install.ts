import * as vscode from 'vscode';

import { selectedInterpreter } from './interpreter';
import type { Server, ServerState } from './server';

const PACKAGE = 'hipwright[lsp]';

/** Say, once in a session, that there is no server, and offer what can be done about it. */
export async function offerToInstall(
  state: Extract<ServerState, { kind: 'missing' }>
): Promise<void> {
  const choices = new Map([
    ['Install', 'hipwright.install'],
    ['Open Settings', 'hipwright.openSettings']
  ]);
  const chosen = await vscode.window.showWarningMessage(
    `hipwright: ${state.reason}`,
    ...choices.keys()
  );
  const command = chosen === undefined ? undefined : choices.get(chosen);
  if (command !== undefined) {
    await vscode.commands.executeCommand(command);
  }
}

export function registerInstall(server: Server): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.commands.registerCommand('hipwright.openSettings', () =>
      vscode.commands.executeCommand(
        'workbench.action.openSettings',
        '@ext:hipwright.hipwright-vscode'
      )
    ),
    vscode.commands.registerCommand('hipwright.install', async () => {
      const interpreter = await selectedInterpreter(vscode.workspace.workspaceFolders?.[0]);
      if (interpreter === undefined) {
        void vscode.window.showWarningMessage(
          'hipwright: select a Python interpreter to install into (command "Python: Select Interpreter"), or set hipwright.path.'
        );
        return;
      }
      await installInto(interpreter);
      await server.restart();
    })
  );
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
