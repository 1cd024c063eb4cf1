import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import type { ConnectionState, Socket } from '../src/language/connection';
import {
  Connection,
  ConnectionLost,
  FIRST_PAUSE,
  LONGEST_PAUSE,
  ResponseError,
  STEADY
} from '../src/language/connection';

class FakeSocket implements Socket {
  sent: Record<string, unknown>[] = [];
  closed = false;
  onopen: Socket['onopen'] = null;
  onmessage: Socket['onmessage'] = null;
  onclose: Socket['onclose'] = null;

  send(data: string): void {
    this.sent.push(JSON.parse(data) as Record<string, unknown>);
  }

  close(): void {
    this.closed = true;
  }

  receive(message: object): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }
}

interface Setup {
  connection: Connection;
  sockets: FakeSocket[];
  states: ConnectionState['kind'][];
  heard: [string, unknown][];
}

function setup(greet: () => Promise<void> = () => Promise.resolve()): Setup {
  const sockets: FakeSocket[] = [];
  const states: ConnectionState['kind'][] = [];
  const heard: [string, unknown][] = [];
  const connection = new Connection({
    open: () => {
      const socket = new FakeSocket();
      sockets.push(socket);
      return socket;
    },
    greet,
    onNotification: (method, params) => heard.push([method, params]),
    onRequest: method => {
      if (method !== 'known') {
        throw new Error(`unknown ${method}`);
      }
      return 7;
    },
    onState: state => states.push(state.kind)
  });
  return { connection, sockets, states, heard };
}

async function opened(given: Setup): Promise<FakeSocket> {
  given.connection.start();
  const socket = given.sockets[given.sockets.length - 1] as FakeSocket;
  socket.onopen?.({} as never);
  await vi.advanceTimersByTimeAsync(0);
  return socket;
}

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

describe('Connection', () => {
  it('is ready once the greeting is answered', async () => {
    const given = setup();
    await opened(given);
    expect(given.states).toEqual(['connecting', 'ready']);
  });

  it('gives each answer to the one who asked', async () => {
    const given = setup();
    const socket = await opened(given);
    const first = given.connection.request('first', {});
    const second = given.connection.request('second', {});
    const failed = given.connection.request('third', {});
    const [a, b, c] = socket.sent.map(message => message.id);
    socket.receive({ jsonrpc: '2.0', id: b, result: 2 });
    socket.receive({ jsonrpc: '2.0', id: a, result: 1 });
    socket.receive({ jsonrpc: '2.0', id: c, error: { code: -32803, message: 'no' } });
    expect(await first).toBe(1);
    expect(await second).toBe(2);
    await expect(failed).rejects.toThrow(ResponseError);
  });

  it('answers the server, also what it does not know', async () => {
    const given = setup();
    const socket = await opened(given);
    socket.receive({ jsonrpc: '2.0', id: 'a', method: 'known' });
    socket.receive({ jsonrpc: '2.0', id: 'b', method: 'other' });
    await vi.advanceTimersByTimeAsync(0);
    expect(socket.sent).toEqual([
      { jsonrpc: '2.0', id: 'a', result: 7 },
      { jsonrpc: '2.0', id: 'b', error: { code: -32601, message: 'unknown other' } }
    ]);
  });

  it('hears notifications', async () => {
    const given = setup();
    const socket = await opened(given);
    socket.receive({ jsonrpc: '2.0', method: 'note', params: [1] });
    expect(given.heard).toEqual([['note', [1]]]);
  });

  it('fails what waits when the socket closes, and comes back', async () => {
    const given = setup();
    const socket = await opened(given);
    const asked = given.connection.request('never', {});
    socket.onclose?.({ code: 1011, reason: 'The language server ended.' });
    await expect(asked).rejects.toThrow(ConnectionLost);
    expect(given.connection.state).toMatchObject({
      kind: 'waiting',
      reason: 'The language server ended.'
    });
    await expect(given.connection.request('now', {})).rejects.toThrow(ConnectionLost);
    await vi.advanceTimersByTimeAsync(FIRST_PAUSE);
    expect(given.sockets).toHaveLength(2);
    given.sockets[1]?.onopen?.({} as never);
    await vi.advanceTimersByTimeAsync(0);
    expect(given.connection.isReady).toBe(true);
  });

  it('waits longer each time, up to a limit', () => {
    const given = setup();
    given.connection.start();
    const pauses = [];
    for (let turn = 0; turn < 9; turn++) {
      given.sockets[turn]?.onclose?.({ code: 1006, reason: '' });
      const { state } = given.connection;
      const pause = state.kind === 'waiting' ? state.until - Date.now() : -1;
      pauses.push(pause);
      vi.advanceTimersByTime(pause);
    }
    expect(pauses[0]).toBe(FIRST_PAUSE);
    expect(pauses[1]).toBe(2 * FIRST_PAUSE);
    expect(pauses[8]).toBe(LONGEST_PAUSE);
  });

  it('does not count a good connection as another failure', async () => {
    const given = setup();
    given.connection.start();
    given.sockets[0]?.onclose?.({ code: 1006, reason: '' });
    await vi.advanceTimersByTimeAsync(FIRST_PAUSE);
    given.sockets[1]?.onopen?.({} as never);
    await vi.advanceTimersByTimeAsync(STEADY);
    given.sockets[1]?.onclose?.({ code: 1006, reason: '' });
    const { state } = given.connection;
    expect(state.kind === 'waiting' && state.until - Date.now()).toBe(FIRST_PAUSE);
  });

  it('treats a greeting that fails as a lost connection', async () => {
    const given = setup(() => Promise.reject(new Error('wrong version')));
    const socket = await opened(given);
    expect(given.connection.state).toMatchObject({ kind: 'waiting', reason: 'wrong version' });
    expect(socket.closed).toBe(true);
  });

  it('leaves an old socket alone after a restart', async () => {
    const given = setup();
    const old = await opened(given);
    given.connection.restart();
    expect(old.closed).toBe(true);
    old.onclose?.({ code: 1000, reason: '' });
    old.receive({ jsonrpc: '2.0', method: 'late' });
    expect(given.connection.state.kind).toBe('connecting');
    expect(given.heard).toEqual([]);
    expect(given.sockets).toHaveLength(2);
  });

  it('stays closed when it is stopped', async () => {
    const given = setup();
    const socket = await opened(given);
    given.connection.stop();
    socket.onclose?.({ code: 1000, reason: '' });
    await vi.advanceTimersByTimeAsync(LONGEST_PAUSE);
    expect(given.connection.state.kind).toBe('stopped');
    expect(given.sockets).toHaveLength(1);
  });
});
