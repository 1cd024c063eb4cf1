import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';

import { portRequest } from './protocol';
import type { PortedDocument, PortParams } from './protocol';
import type { Server } from './server';

const SCHEME = 'hipwright-port';

/** The commands that port what is in the active editor, or show what that would be. */
export function registerPort(server: Server): vscode.Disposable {
  const previews = new PortPreviews(server);
  return vscode.Disposable.from(
    previews,
    vscode.commands.registerCommand('hipwright.port', () => withClient(server, portActive)),
    vscode.commands.registerCommand('hipwright.showPort', (uri: unknown) =>
      withClient(server, async () => {
        const active = vscode.window.activeTextEditor?.document.uri;
        const asked = uri instanceof vscode.Uri ? uri : active;
        if (asked !== undefined) {
          await previews.show(asked);
        }
      })
    )
  );
}

async function withClient(
  server: Server,
  action: (client: LanguageClient) => Promise<void>
): Promise<void> {
  const { client } = server;
  if (client === undefined) {
    void vscode.window.showWarningMessage(
      'hipwright: the language server is not running. Its status is at the bottom right.'
    );
    return;
  }
  await action(client);
}

/** Apply every safe fix to the active notebook or text, as one change that one undo takes back. */
async function portActive(client: LanguageClient): Promise<void> {
  const notebook = vscode.window.activeNotebookEditor?.notebook;
  const document = vscode.window.activeTextEditor?.document;
  const asked: PortParams | undefined =
    notebook !== undefined
      ? { notebookDocument: { uri: client.code2ProtocolConverter.asUri(notebook.uri) } }
      : document !== undefined
        ? { textDocuments: [{ uri: client.code2ProtocolConverter.asUri(document.uri) }] }
        : undefined;
  if (asked === undefined) {
    return;
  }
  const { documents } = await client.sendRequest(portRequest, asked);
  const edit = new vscode.WorkspaceEdit();
  let changes = 0;
  for (const ported of documents) {
    const uri = client.protocol2CodeConverter.asUri(ported.uri);
    if (!isCurrent(uri, ported)) {
      void vscode.window.showWarningMessage(
        'hipwright: the text changed in the meantime. Nothing was done; try again.'
      );
      return;
    }
    const edits = await client.protocol2CodeConverter.asTextEdits(ported.edits);
    changes += edits.length;
    edit.set(uri, edits);
  }
  if (changes > 0) {
    await vscode.workspace.applyEdit(edit);
  }
  vscode.window.setStatusBarMessage(summary(changes), 5000);
}

function isCurrent(uri: vscode.Uri, ported: PortedDocument): boolean {
  const open = vscode.workspace.textDocuments.find(
    document => document.uri.toString() === uri.toString()
  );
  return open?.version === ported.version;
}

function summary(changes: number): string {
  if (changes === 0) {
    return 'hipwright: no safe fix is left to apply';
  }
  return `hipwright: ${changes} ${changes === 1 ? 'change' : 'changes'}`;
}

/** The port of a text beside the text, kept up to date while that is edited. */
class PortPreviews implements vscode.TextDocumentContentProvider, vscode.Disposable {
  constructor(private readonly _server: Server) {
    this._subscriptions = vscode.Disposable.from(
      this._changed,
      vscode.workspace.registerTextDocumentContentProvider(SCHEME, this),
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        const preview = previewOf(document.uri);
        if (this._shown.has(preview.toString())) {
          this._changed.fire(preview);
        }
      }),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => {
        this._shown.delete(uri.toString());
      })
    );
  }

  get onDidChange(): vscode.Event<vscode.Uri> {
    return this._changed.event;
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const { client } = this._server;
    if (client === undefined) {
      return '// The hipwright language server is not running.\n';
    }
    const original = originalOf(uri);
    const { documents } = await client.sendRequest(portRequest, {
      textDocuments: [{ uri: client.code2ProtocolConverter.asUri(original) }]
    });
    return documents[0]?.text ?? '// This text is not open, or not CUDA.\n';
  }

  async show(original: vscode.Uri): Promise<void> {
    const preview = previewOf(original);
    this._shown.add(preview.toString());
    this._changed.fire(preview); // what was shown before may be out of date
    const name = original.path.slice(original.path.lastIndexOf('/') + 1);
    await vscode.commands.executeCommand('vscode.diff', original, preview, `${name}: CUDA ↔ HIP`, {
      preview: true
    });
  }

  dispose(): void {
    this._subscriptions.dispose();
  }

  private readonly _changed = new vscode.EventEmitter<vscode.Uri>();
  private readonly _shown = new Set<string>();
  private readonly _subscriptions: vscode.Disposable;
}

/** The address of a port: the original's, with its whole address kept in the query. */
function previewOf(original: vscode.Uri): vscode.Uri {
  return vscode.Uri.from({ scheme: SCHEME, path: original.path, query: original.toString() });
}

function originalOf(preview: vscode.Uri): vscode.Uri {
  return vscode.Uri.parse(preview.query, true);
}
