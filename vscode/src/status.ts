import * as vscode from 'vscode';

import type { Server, ServerState } from './server';
import { counted, describe } from './words';

/** The status item: whether the server runs, and what it found in the active editor. */
export function showStatus(server: Server): vscode.Disposable {
  const item = vscode.window.createStatusBarItem('hipwright', vscode.StatusBarAlignment.Right, 90);
  item.name = 'hipwright';
  item.command = 'hipwright.showMenu';
  const update = (): void => {
    draw(item, server.state);
  };
  update();
  item.show();
  return vscode.Disposable.from(
    item,
    server.stateChanged(update),
    vscode.window.onDidChangeActiveTextEditor(update),
    vscode.window.onDidChangeActiveNotebookEditor(update),
    vscode.languages.onDidChangeDiagnostics(update)
  );
}

function draw(item: vscode.StatusBarItem, state: ServerState): void {
  const { text, tooltip, problem } = describe(state, counted(shownFindings()));
  item.text = text;
  item.tooltip = tooltip;
  item.backgroundColor = problem
    ? new vscode.ThemeColor('statusBarItem.warningBackground')
    : undefined;
}

function shownFindings(): vscode.Diagnostic[] {
  const notebook = vscode.window.activeNotebookEditor?.notebook;
  const active = vscode.window.activeTextEditor?.document.uri;
  const uris =
    notebook !== undefined
      ? notebook.getCells().map(cell => cell.document.uri)
      : active !== undefined
        ? [active]
        : [];
  return uris
    .flatMap(uri => vscode.languages.getDiagnostics(uri))
    .filter(diagnostic => diagnostic.source === 'hipwright');
}

/** What the status item opens. */
export async function showMenu(server: Server): Promise<void> {
  const always = [
    { label: '$(debug-restart) Restart the language server', command: 'hipwright.restart' },
    { label: '$(output) Show output', command: 'hipwright.showOutput' },
    { label: '$(gear) Open settings', command: 'hipwright.openSettings' }
  ];
  const { kind } = server.state;
  const first =
    kind === 'running'
      ? [
          { label: '$(wand) Port this file', command: 'hipwright.port' },
          { label: '$(diff) Show the port side by side', command: 'hipwright.showPort' },
          { label: '$(list-flat) Show problems', command: 'workbench.actions.view.problems' }
        ]
      : kind === 'missing'
        ? [{ label: '$(cloud-download) Install hipwright', command: 'hipwright.install' }]
        : [];
  const chosen = await vscode.window.showQuickPick([...first, ...always], { title: 'hipwright' });
  if (chosen !== undefined) {
    await vscode.commands.executeCommand(chosen.command);
  }
}
