// A client for JSON-RPC 2.0 over WebSocket that reconnects when the connection is lost.
//
// In your own program, import from 'wsluice/node' and 'wsluice'.

import { setTimeout as delay } from 'node:timers/promises';
import type { OpenWebSocket } from '../lib/index.ts';
import { type DialOptions, dial } from '../lib/node.ts';

/** The error with which the server answers a call. */
export class RpcError extends Error {
  readonly code: number;

  constructor({ code, message }: { readonly code: number; readonly message: string }) {
    super(message);
    this.code = code;
  }
}

interface RpcMessage {
  readonly id: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string };
}

interface Call {
  readonly json: string;
  /** True if the call may be sent again on a new connection, although the server may have executed it already. */
  readonly repeatable: boolean;
  sent: boolean;
  resolve(result: unknown): void;
  reject(error: unknown): void;
}

export interface RpcOptions extends DialOptions {
  /**
   * The longest wait before the first attempt to reconnect, in milliseconds. It doubles with each attempt, up to 30 s. Each wait is
   * a random time between half of it and all of it. Default: 250.
   */
  readonly retryMs?: number;
  /** Called for each notification of the server. */
  readonly onNotification?: (method: string, params: unknown) => void;
}

export class RpcClient {
  readonly #url: string;
  readonly #options: DialOptions;
  readonly #retryMs: number;
  readonly #onNotification: (method: string, params: unknown) => void;
  readonly #calls = new Map<number, Call>();
  readonly #stop = new AbortController();
  #socket: OpenWebSocket | undefined;
  #count = 0;
  /** Settles after `close()`. */
  readonly closed: Promise<void>;

  constructor(url: string, { retryMs = 250, onNotification = () => {}, ...options }: RpcOptions = {}) {
    this.#url = url;
    this.#options = options;
    this.#retryMs = retryMs;
    this.#onNotification = onNotification;
    this.closed = this.#run();
  }

  /**
   * Calls a method, and resolves with its result. Waits for a connection if there is none. If the connection is lost before the
   * answer has arrived, a `repeatable` call is sent again; any other call rejects.
   */
  call(
    method: string,
    params?: unknown,
    { repeatable = false }: { readonly repeatable?: boolean } = {},
  ): Promise<unknown> {
    if (this.#stop.signal.aborted) return Promise.reject(new Error('the client is closed'));
    const id = ++this.#count;
    const json = JSON.stringify({ jsonrpc: '2.0', id, method, params });
    return new Promise((resolve, reject) => {
      const call = { json, repeatable, sent: false, resolve, reject };
      this.#calls.set(id, call);
      this.#send(call);
    });
  }

  /** Closes the connection. Pending calls reject. */
  async close(): Promise<void> {
    this.#stop.abort();
    this.#socket?.close({ closeCode: 1000 });
    await this.closed;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    for (let attempt = 0; !signal.aborted; attempt += 1) {
      try {
        const socket = await dial(this.#url, { ...this.#options, signal });
        attempt = -1;
        await this.#converse(socket);
      } catch {
        // Try again below.
      }
      this.#lose();
      const longest = Math.min(this.#retryMs * 2 ** Math.max(attempt, 0), 30_000);
      await delay(longest * (0.5 + Math.random() / 2), undefined, { signal }).catch(() => {});
    }
    for (const { reject } of this.#calls.values()) reject(new Error('the client was closed'));
    this.#calls.clear();
  }

  /** Settles when the connection has ended. */
  async #converse(socket: OpenWebSocket): Promise<void> {
    this.#socket = socket;
    for (const call of this.#calls.values()) this.#send(call);
    for await (const message of socket) this.#take(JSON.parse(String(message)));
    await socket.closed;
  }

  #send(call: Call): void {
    if (this.#socket === undefined || this.#socket.closing) return;
    call.sent = true;
    // If this fails, the connection ends, and `#lose` handles the call.
    void this.#socket.send(call.json);
  }

  #take({ id, method, params, result, error }: RpcMessage): void {
    if (method !== undefined) return this.#onNotification(method, params);
    const call = this.#calls.get(id);
    this.#calls.delete(id);
    if (error !== undefined) call?.reject(new RpcError(error));
    else call?.resolve(result);
  }

  #lose(): void {
    this.#socket = undefined;
    for (const [id, call] of this.#calls) {
      if (!call.sent || call.repeatable) continue;
      this.#calls.delete(id);
      call.reject(new Error('the connection was lost before the answer arrived'));
    }
  }
}
