/**
 * JSON-RPC over a websocket that comes back by itself.
 *
 * One message a frame, as the server's `/hipwright/lsp` speaks. When the socket closes, waiting
 * requests fail, and it is opened again after a pause that doubles up to a limit.
 */

/** The part of a WebSocket that is used here. */
export interface Socket {
  send(data: string): void;
  close(): void;
  onopen: ((event: never) => unknown) | null;
  onmessage: ((event: { data: unknown }) => unknown) | null;
  onclose: ((event: { code: number; reason: string }) => unknown) | null;
}

export type ConnectionState =
  /** The socket is being opened. */
  | { kind: 'connecting' }
  /** The socket is open and greeted. */
  | { kind: 'ready' }
  /** The socket closed; it will be opened again at `until` (milliseconds since 1970). */
  | { kind: 'waiting'; reason: string; until: number }
  /** Closed on purpose. */
  | { kind: 'stopped' };

export interface ConnectionOptions {
  /** Opens a new socket. */
  open: () => Socket;
  /** Greets the server on a new socket; the connection is ready once it resolves. */
  greet: (connection: Connection) => Promise<void>;
  onNotification: (method: string, params: unknown) => void;
  /** Answers a request of the server. */
  onRequest: (method: string, params: unknown) => unknown;
  onState: (state: ConnectionState) => void;
}

/** The answer to a request is an error that the server sent. */
export class ResponseError extends Error {
  constructor(
    message: string,
    readonly code: number
  ) {
    super(message);
    this.name = 'ResponseError';
  }
}

/** The connection went before the answer came. */
export class ConnectionLost extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'ConnectionLost';
  }
}

export const FIRST_PAUSE = 500;
export const LONGEST_PAUSE = 20_000;
/** A connection that held this long was a good one: the next pause is the first one again. */
export const STEADY = 10_000;
const METHOD_NOT_FOUND = -32601;

interface Message {
  jsonrpc: '2.0';
  id?: number | string | null;
  method?: string;
  params?: unknown;
  result?: unknown;
  error?: { code: number; message: string };
}

interface Waiting {
  resolve: (result: unknown) => void;
  reject: (error: Error) => void;
}

export class Connection {
  constructor(private readonly _options: ConnectionOptions) {}

  get state(): ConnectionState {
    return this._state;
  }

  get isReady(): boolean {
    return this._state.kind === 'ready';
  }

  /** Open the connection and keep it open. */
  start(): void {
    if (this._state.kind === 'stopped') {
      this._pause = FIRST_PAUSE;
      this._connect();
    }
  }

  /** Close for good. */
  stop(): void {
    this._drop('The language server was stopped.');
    this._become({ kind: 'stopped' });
  }

  /** Close, and open anew at once. */
  restart(): void {
    this._drop('The language server was restarted.');
    this._pause = FIRST_PAUSE;
    this._connect();
  }

  /**
   * Ask the server.
   *
   * Fails with ResponseError when it answers with an error, and with ConnectionLost when there is
   * no connection, or it goes before the answer comes.
   */
  request<Result>(method: string, params: unknown): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      if (!this._open) {
        reject(new ConnectionLost('The language server is not connected.'));
        return;
      }
      const id = this._nextId++;
      this._waiting.set(id, { resolve: resolve as (result: unknown) => void, reject });
      this._send({ jsonrpc: '2.0', id, method, params });
    });
  }

  /** Tell the server. Without a connection this does nothing. */
  notify(method: string, params: unknown): void {
    if (this._open) {
      this._send({ jsonrpc: '2.0', method, params });
    }
  }

  private _connect(): void {
    this._become({ kind: 'connecting' });
    let socket: Socket;
    try {
      socket = this._options.open();
    } catch (error) {
      this._retry(error instanceof Error ? error.message : String(error));
      return;
    }
    this._socket = socket;
    const current = (): boolean => this._socket === socket;
    socket.onopen = () => {
      if (!current()) {
        return;
      }
      this._open = true;
      this._options.greet(this).then(
        () => {
          if (current()) {
            this._readySince = Date.now();
            this._become({ kind: 'ready' });
          }
        },
        (error: unknown) => {
          if (current()) {
            this._lost(error instanceof Error ? error.message : String(error));
          }
        }
      );
    };
    socket.onmessage = event => {
      if (current() && typeof event.data === 'string') {
        this._receive(event.data);
      }
    };
    socket.onclose = event => {
      if (current()) {
        this._lost(event.reason || 'The connection to the server closed.');
      }
    };
  }

  private _lost(reason: string): void {
    if (this._readySince !== null && Date.now() - this._readySince >= STEADY) {
      this._pause = FIRST_PAUSE;
    }
    this._drop(reason);
    this._retry(reason);
  }

  private _retry(reason: string): void {
    const pause = this._pause;
    this._pause = Math.min(pause * 2, LONGEST_PAUSE);
    this._timer = setTimeout(() => {
      this._timer = null;
      this._connect();
    }, pause);
    this._become({ kind: 'waiting', reason, until: Date.now() + pause });
  }

  /** Let go of the socket and of all who wait for it. */
  private _drop(reason: string): void {
    if (this._timer !== null) {
      clearTimeout(this._timer);
      this._timer = null;
    }
    const socket = this._socket;
    this._socket = null;
    this._open = false;
    this._readySince = null;
    socket?.close();
    const waiting = [...this._waiting.values()];
    this._waiting.clear();
    for (const { reject } of waiting) {
      reject(new ConnectionLost(reason));
    }
  }

  private _receive(data: string): void {
    const message = JSON.parse(data) as Message;
    if (message.method === undefined) {
      this._settle(message);
    } else if (message.id === undefined || message.id === null) {
      this._options.onNotification(message.method, message.params);
    } else {
      this._answer(message.id, message.method, message.params);
    }
  }

  private _settle(message: Message): void {
    const waiting = this._waiting.get(message.id as number);
    if (waiting === undefined) {
      return;
    }
    this._waiting.delete(message.id as number);
    if (message.error) {
      waiting.reject(new ResponseError(message.error.message, message.error.code));
    } else {
      waiting.resolve(message.result);
    }
  }

  private _answer(id: number | string, method: string, params: unknown): void {
    const socket = this._socket;
    const reply = (answer: Partial<Message>): void => {
      if (this._socket === socket && this._open) {
        this._send({ jsonrpc: '2.0', id, ...answer });
      }
    };
    Promise.resolve()
      .then(() => this._options.onRequest(method, params))
      .then(
        result => reply({ result: result ?? null }),
        (error: unknown) => {
          const code = error instanceof ResponseError ? error.code : METHOD_NOT_FOUND;
          reply({
            error: { code, message: error instanceof Error ? error.message : String(error) }
          });
        }
      );
  }

  private _send(message: Message): void {
    this._socket?.send(JSON.stringify(message));
  }

  private _become(state: ConnectionState): void {
    this._state = state;
    this._options.onState(state);
  }

  private _state: ConnectionState = { kind: 'stopped' };
  private _socket: Socket | null = null;
  private _open = false;
  private _readySince: number | null = null;
  private _pause = FIRST_PAUSE;
  private _timer: ReturnType<typeof setTimeout> | null = null;
  private _nextId = 1;
  private readonly _waiting = new Map<number, Waiting>();
}
