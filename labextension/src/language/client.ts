/**
 * What this page asks of its language server, and what it hears from it.
 */

import type { ISignal } from '@lumino/signaling';
import { Signal } from '@lumino/signaling';
import type {
  CodeAction,
  Command,
  Diagnostic,
  Hover,
  InitializeParams,
  InitializeResult,
  LogMessageParams,
  Position,
  PublishDiagnosticsParams,
  Range,
  ShowMessageParams
} from 'vscode-languageserver-protocol';

import { RULE_LINK_TEMPLATE } from '../rule-link';
import type { ConnectionState, Socket } from './connection';
import { Connection, ResponseError } from './connection';
import type { TextDocument } from './document';

export const FIX_ALL = 'source.fixAll.hipwright';
const QUICK_FIX = 'quickfix';
const METHOD_NOT_FOUND = -32601;

/** Settings for the language server, by name; those of a project's own file are stronger. */
export type ServerSettings = Record<string, unknown>;

/** Something whose texts are opened on a new server, and whose changes are told before a request. */
export interface DocumentSource {
  /** Tell the server all; it knows nothing. */
  open(): void;
  /** Tell the server what has changed. */
  flush(): void;
}

export interface ClientOptions {
  open: () => Socket;
  /** The folder of all files, as a URI. */
  rootUri: string | null;
  /** Shows a message of the server to the person. */
  onMessage: (message: ShowMessageParams) => void;
}

export class LanguageClient {
  constructor(private readonly _options: ClientOptions) {
    this._connection = new Connection({
      open: _options.open,
      greet: connection => this._greet(connection),
      onNotification: (method, params) => this._hear(method, params),
      onRequest: (method, params) => this._answer(method, params),
      onState: state => {
        if (state.kind === 'ready') {
          for (const source of this._sources) {
            source.open();
          }
        } else {
          // What was found is no longer kept up to date: do not show it as if it were.
          for (const document of this._documents.values()) {
            document.publish([], undefined);
          }
        }
        this._stateChanged.emit(state);
      }
    });
  }

  get state(): ConnectionState {
    return this._connection.state;
  }

  get isReady(): boolean {
    return this._connection.isReady;
  }

  get stateChanged(): ISignal<this, ConnectionState> {
    return this._stateChanged;
  }

  /** Some document has other findings than before, or is gone. */
  get findingsChanged(): ISignal<this, void> {
    return this._findingsChanged;
  }

  get documents(): Iterable<TextDocument> {
    return this._documents.values();
  }

  start(): void {
    this._connection.start();
  }

  stop(): void {
    this._connection.stop();
  }

  restart(): void {
    this._connection.restart();
  }

  configure(settings: ServerSettings): void {
    this._settings = settings;
    if (this.isReady) {
      this._connection.notify('workspace/didChangeConfiguration', {
        settings: { hipwright: settings }
      });
    }
  }

  /** Keep a source of documents open, now and on every new server. */
  addSource(source: DocumentSource): void {
    this._sources.add(source);
    if (this.isReady) {
      source.open();
    }
  }

  removeSource(source: DocumentSource): void {
    this._sources.delete(source);
  }

  addDocument(document: TextDocument): void {
    this._documents.set(document.uri, document);
  }

  removeDocument(document: TextDocument): void {
    if (this._documents.get(document.uri) === document) {
      this._documents.delete(document.uri);
      document.dispose();
      this._findingsChanged.emit();
    }
  }

  document(uri: string): TextDocument | undefined {
    return this._documents.get(uri);
  }

  /** Tell the server something; without a connection this does nothing. */
  notify(method: string, params: unknown): void {
    if (this.isReady) {
      this._connection.notify(method, params);
    }
  }

  /** The fixes of one finding, the preferred one first. Asked once for each state of the text. */
  fixes(document: TextDocument, finding: Diagnostic): Promise<CodeAction[]> {
    this._flush();
    const known = document.actions.get(finding);
    if (known !== undefined) {
      return known;
    }
    const asked = this._codeActions(document, finding.range, [finding], [QUICK_FIX]).then(actions =>
      actions
        .filter(action => belongsTo(action, finding))
        .sort((a, b) => Number(b.isPreferred ?? false) - Number(a.isPreferred ?? false))
    );
    document.actions.set(finding, asked);
    asked.catch(() => document.actions.delete(finding));
    return asked;
  }

  /** The action that applies every safe fix of a document; null when there is none. */
  async fixAll(document: TextDocument): Promise<CodeAction | null> {
    this._flush();
    const whole = { start: { line: 0, character: 0 }, end: endOf(document) };
    const actions = await this._codeActions(document, whole, [], [FIX_ALL]);
    const action = actions.find(candidate => candidate.kind === FIX_ALL);
    return action === undefined ? null : this.resolve(action);
  }

  /** Fill in the edit of an action that came without. */
  async resolve(action: CodeAction): Promise<CodeAction> {
    if (action.edit !== undefined) {
      return action;
    }
    return this._connection.request<CodeAction>('codeAction/resolve', action);
  }

  async hover(document: TextDocument, position: Position): Promise<Hover | null> {
    this._flush();
    return this._connection.request<Hover | null>('textDocument/hover', {
      textDocument: { uri: document.uri },
      position
    });
  }

  /** The page of a rule as Markdown; null when there is no such rule. */
  async rulePage(code: string): Promise<string | null> {
    const answer = await this._connection.request<{ markdown: string | null }>('hipwright/rule', {
      code
    });
    return answer.markdown;
  }

  private async _codeActions(
    document: TextDocument,
    range: Range,
    diagnostics: readonly Diagnostic[],
    only: string[]
  ): Promise<CodeAction[]> {
    const answer = await this._connection.request<(CodeAction | Command)[] | null>(
      'textDocument/codeAction',
      {
        textDocument: { uri: document.uri },
        range,
        context: { diagnostics, only, triggerKind: 1 }
      }
    );
    return (answer ?? []).filter((entry): entry is CodeAction => typeof entry.command !== 'string');
  }

  /** A request is about the text as it is now. */
  private _flush(): void {
    for (const source of this._sources) {
      source.flush();
    }
  }

  private async _greet(connection: Connection): Promise<void> {
    const params: InitializeParams = {
      processId: null,
      clientInfo: { name: 'hipwright for JupyterLab' },
      rootUri: this._options.rootUri,
      workspaceFolders:
        this._options.rootUri === null ? null : [{ uri: this._options.rootUri, name: 'files' }],
      initializationOptions: { settings: this._settings, rulePage: RULE_LINK_TEMPLATE },
      capabilities: {
        general: { positionEncodings: ['utf-16'] },
        workspace: {
          configuration: true,
          didChangeConfiguration: { dynamicRegistration: false },
          workspaceEdit: { documentChanges: true }
        },
        textDocument: {
          synchronization: { dynamicRegistration: false },
          publishDiagnostics: {
            relatedInformation: true,
            versionSupport: true,
            codeDescriptionSupport: true,
            dataSupport: true,
            tagSupport: { valueSet: [1, 2] }
          },
          codeAction: {
            dynamicRegistration: false,
            isPreferredSupport: true,
            dataSupport: true,
            resolveSupport: { properties: ['edit'] },
            codeActionLiteralSupport: { codeActionKind: { valueSet: [QUICK_FIX, FIX_ALL] } }
          },
          hover: { contentFormat: ['markdown', 'plaintext'] }
        },
        notebookDocument: { synchronization: { executionSummarySupport: false } }
      }
    };
    await connection.request<InitializeResult>('initialize', params);
    connection.notify('initialized', {});
  }

  private _hear(method: string, params: unknown): void {
    if (method === 'textDocument/publishDiagnostics') {
      const { uri, version, diagnostics } = params as PublishDiagnosticsParams;
      const document = this._documents.get(uri);
      if (document !== undefined) {
        document.publish(diagnostics, version);
        this._findingsChanged.emit();
      }
    } else if (method === 'window/showMessage') {
      this._options.onMessage(params as ShowMessageParams);
    } else if (method === 'window/logMessage') {
      const { message } = params as LogMessageParams;
      // eslint-disable-next-line no-console -- the log of the server belongs in the log of the page
      console.debug(`hipwright: ${message}`);
    }
  }

  private _answer(method: string, params: unknown): unknown {
    switch (method) {
      case 'workspace/configuration': {
        const { items } = params as { items: { section?: string }[] };
        return items.map(item => (item.section === 'hipwright' ? this._settings : null));
      }
      case 'client/registerCapability':
      case 'client/unregisterCapability':
      case 'window/workDoneProgress/create':
        return null;
      case 'workspace/workspaceFolders':
        return null;
      default:
        throw new ResponseError(`This client does not know ${method}.`, METHOD_NOT_FOUND);
    }
  }

  private readonly _connection: Connection;
  private readonly _sources = new Set<DocumentSource>();
  private readonly _documents = new Map<string, TextDocument>();
  private readonly _stateChanged = new Signal<this, ConnectionState>(this);
  private readonly _findingsChanged = new Signal<this, void>(this);
  private _settings: ServerSettings = {};
}

function endOf(document: TextDocument): Position {
  return document.sent.position(document.sent.text.length);
}

/** Whether an action is about this finding, and not about a neighbour on the same place. */
function belongsTo(action: CodeAction, finding: Diagnostic): boolean {
  return (
    action.diagnostics === undefined ||
    action.diagnostics.some(
      other =>
        other.code === finding.code &&
        other.message === finding.message &&
        other.range.start.line === finding.range.start.line &&
        other.range.start.character === finding.range.start.character
    )
  );
}
