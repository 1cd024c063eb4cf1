/**
 * hipwright for VS Code: a thin client. What there is to find, and how to fix it, is the language
 * server's; here is how it is found, started, and shown.
 */

import * as vscode from 'vscode';

import { offerToInstall, registerInstall } from './install';
import { onInterpreterChange } from './interpreter';
import { CUDA_LANGUAGES } from './languages';
import { registerPort } from './port';
import { provideRulePages } from './rules';
import { Server } from './server';
import { showMenu, showStatus } from './status';

// Settings of the server itself come to it on their own; these decide which one there is.
const RESTARTING = ['hipwright.enable', 'hipwright.path', 'python.defaultInterpreterPath'];

let server: Server | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const output = vscode.window.createOutputChannel('hipwright', { log: true });
  const started = new Server(output);
  server = started;
  let offered = false;
  context.subscriptions.push(
    output,
    started,
    showStatus(started),
    registerPort(started),
    registerInstall(started),
    provideRulePages(started),
    vscode.commands.registerCommand('hipwright.restart', () => started.restart()),
    vscode.commands.registerCommand('hipwright.showOutput', () => {
      output.show();
    }),
    vscode.commands.registerCommand('hipwright.showMenu', () => showMenu(started)),
    started.stateChanged(state => {
      if (state.kind === 'missing' && !offered) {
        offered = true;
        void offerToInstall(state);
      }
    }),
    vscode.workspace.onDidChangeConfiguration(event => {
      if (RESTARTING.some(section => event.affectsConfiguration(section))) {
        void started.restart();
      }
    }),
    vscode.window.onDidChangeActiveTextEditor(tellWhatCanBePorted),
    vscode.window.onDidChangeActiveNotebookEditor(tellWhatCanBePorted)
  );
  tellWhatCanBePorted();
  await started.restart();
  context.subscriptions.push(await onInterpreterChange(() => void started.restart()));
}

export async function deactivate(): Promise<void> {
  await server?.stop();
}

/** Show our commands where they can do something. */
function tellWhatCanBePorted(): void {
  const document = vscode.window.activeTextEditor?.document;
  const isCuda =
    document !== undefined &&
    (CUDA_LANGUAGES.includes(document.languageId) || /\.(cu|cuh|hip)$/.test(document.uri.path));
  const isNotebook = vscode.window.activeNotebookEditor !== undefined;
  void vscode.commands.executeCommand('setContext', 'hipwright.canPort', isCuda || isNotebook);
}
