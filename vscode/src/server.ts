import * as vscode from 'vscode';
import { LanguageClient, RevealOutputChannelOn, State } from 'vscode-languageclient/node';

import { discover, runs } from './discovery';
import type { Found, ServerCommand } from './discovery';
import { linkRules } from './hover';
import { selectedInterpreter } from './interpreter';
import { SELECTOR } from './languages';
import { RULE_TEMPLATE } from './rules';

export type ServerState =
  | { readonly kind: 'off' }
  | { readonly kind: 'starting' }
  | { readonly kind: 'running'; readonly server: ServerCommand }
  | { readonly kind: 'missing'; readonly reason: string }
  | { readonly kind: 'failed'; readonly reason: string };

/** The language server of this window: found, started, restarted, stopped. */
export class Server implements vscode.Disposable {
  constructor(private readonly _output: vscode.LogOutputChannel) {}

  get state(): ServerState {
    return this._state;
  }

  get stateChanged(): vscode.Event<ServerState> {
    return this._stateChanged.event;
  }

  /** The client while the server runs. */
  get client(): LanguageClient | undefined {
    return this._client?.isRunning() === true ? this._client : undefined;
  }

  /** Start anew, with what the settings say now. One start follows the other. */
  restart(): Promise<void> {
    this._last = this._last.then(() => this._stop()).then(() => this._start());
    return this._last;
  }

  async stop(): Promise<void> {
    this._last = this._last.then(() => this._stop());
    await this._last;
  }

  dispose(): void {
    void this.stop();
    this._stateChanged.dispose();
  }

  private async _start(): Promise<void> {
    if (!vscode.workspace.getConfiguration('hipwright').get<boolean>('enable', true)) {
      this._enter({ kind: 'off' });
      return;
    }
    this._enter({ kind: 'starting' });
    const found = await findServer();
    if (found.kind === 'missing') {
      this._output.warn(found.reason);
      this._enter(found);
      return;
    }
    const { server } = found;
    this._output.info(`Starting ${[server.command, ...server.args].join(' ')} (${server.origin})`);
    const client = this._makeClient(server);
    this._client = client;
    try {
      await client.start();
    } catch (error) {
      this._output.error(`The server does not start: ${String(error)}`);
      this._enter({
        kind: 'failed',
        reason: 'the language server does not start. Its output tells why.'
      });
      return;
    }
    this._enter({ kind: 'running', server });
    client.onDidChangeState(({ newState }) => {
      if (this._client !== client) {
        return;
      }
      if (newState === State.Running) {
        this._enter({ kind: 'running', server });
      } else if (newState === State.Stopped) {
        this._enter({ kind: 'failed', reason: 'the language server has stopped.' });
      }
    });
  }

  private async _stop(): Promise<void> {
    const client = this._client;
    this._client = undefined;
    if (client === undefined) {
      return;
    }
    try {
      await client.dispose();
    } catch (error) {
      this._output.warn(`The server did not stop in time: ${String(error)}`);
    }
    this._enter({ kind: 'off' });
  }

  private _makeClient(server: ServerCommand): LanguageClient {
    const folder = vscode.workspace.workspaceFolders?.[0];
    return new LanguageClient(
      'hipwright',
      'hipwright',
      {
        command: server.command,
        args: [...server.args],
        // No shell, and away from the user's files: Python would import what lies beside it.
        options: { env: { ...process.env, PYTHONSAFEPATH: '1', PYTHONUTF8: '1' } }
      },
      {
        documentSelector: SELECTOR,
        outputChannel: this._output,
        revealOutputChannelOn: RevealOutputChannelOn.Never,
        diagnosticCollectionName: 'hipwright',
        diagnosticPullOptions: { onChange: true, onSave: true, onTabs: true },
        ...(folder === undefined ? {} : { workspaceFolder: folder }),
        initializationOptions: {
          settings: vscode.workspace.getConfiguration('hipwright'),
          rulePage: RULE_TEMPLATE
        },
        middleware: {
          provideHover: async (document, position, token, next) =>
            linkRules(await next(document, position, token))
        }
      }
    );
  }

  private _enter(state: ServerState): void {
    this._state = state;
    this._stateChanged.fire(state);
  }

  private _client: LanguageClient | undefined;
  private _last: Promise<void> = Promise.resolve();
  private _state: ServerState = { kind: 'off' };
  private readonly _stateChanged = new vscode.EventEmitter<ServerState>();
}

async function findServer(): Promise<Found> {
  const folder = vscode.workspace.workspaceFolders?.[0];
  const configuration = vscode.workspace.getConfiguration('hipwright', folder?.uri);
  return discover(
    {
      configured: configuration.get<string>('path', ''),
      interpreter: await selectedInterpreter(folder),
      workspaceFolder: folder?.uri.fsPath
    },
    runs
  );
}
