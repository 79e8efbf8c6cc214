// Serves WebSockets on a server of Node: every client that is let in gets a handler, and the socket ends with it.

// `Symbol.asyncDispose` is not in ES2022, and not every runtime's types declare it.
/// <reference lib="esnext.disposable" preserve="true" />
import type { IncomingHttpHeaders } from 'node:http';
import { CloseCode } from '../base/close-code.ts';
import { described } from '../base/described.ts';
import { callable, kind, type Settled } from '../base/option-rule.ts';
import { OptionTable } from '../base/option-table.ts';
import { HandshakeError } from '../handshake/handshake-error.ts';
import {
  type AdmissionOptions,
  type Authorization,
  admissionRules,
  type ContextOf,
  type SettledAdmissionOptions,
} from '../sockets/admission.ts';
import { closeInfoOf } from '../sockets/close-info.ts';
import type { OpenWebSocket } from '../sockets/open-websocket.ts';
import { type DrainOptions, SocketGroup } from '../sockets/socket-group.ts';
import { refusing, route, type ServedRequest, type WebSocketHost } from './upgrade-router.ts';

/** Options of {@link serve}: those of `upgrade`, and these. */
export interface ServeOptions<Answer extends Authorization = Authorization> extends AdmissionOptions<Answer> {
  /**
   * The requests that are taken, by their path without the query: the path itself, such as `'/chat'`, a pattern, or a
   * function that also gets the headers, with names in lower case. Default: all.
   */
  readonly path?: string | RegExp | ((path: string, headers: IncomingHttpHeaders) => boolean) | undefined;
  /**
   * Hears of every client that is refused, handler that throws, and WebSocket that does not end cleanly; `socket` is
   * absent if none was opened. Default: errors that no client can cause go to `console.error`, the others nowhere.
   */
  readonly onError?: ((error: unknown, socket: OpenWebSocket | undefined) => unknown) | undefined;
}

/** WebSockets that are served on a server. */
export interface WebSocketService<Context = unknown> {
  /** The open sockets. */
  readonly sockets: SocketGroup<Context>;
  /**
   * Refuses new clients with 503, and closes all sockets with 1001, going away. Resolves when all have ended; those that
   * take longer than `timeoutMs` are cut, and it gives their number.
   */
  drain(options?: DrainOptions): Promise<number>;
  /** Leaves the server, and closes all sockets as `drain` does. The server goes on; it can be given to `serve` again. */
  close(): Promise<void>;
  /** The same as `close`. */
  [Symbol.asyncDispose](): Promise<void>;
}

interface SettledServeOptions
  extends SettledAdmissionOptions,
    Settled<Pick<ServeOptions, 'path' | 'onError'>, 'path'> {}

const serveOptions = /* @__PURE__ */ new OptionTable<SettledServeOptions>('serve', () => ({
  ...admissionRules(),
  path: kind<ServeOptions['path'] & {}>('a path, a RegExp or a function', isPath),
  onError: callable<SettledServeOptions['onError']>(reportFaults),
}));

/**
 * Serves WebSockets on an HTTP, HTTPS or HTTP/2 server of Node. `handler` is called with each socket that is opened. The
 * socket closes with 1000 when the handler returns or its promise resolves; with 1011 when it throws, or with the code
 * and reason of the WebSocketError that it throws. A handler that only adds listeners keeps the socket open with
 * `return socket.closed`.
 *
 * Several services share one server by their `path`; the first that takes a request has it. A request that none takes is
 * refused with 404, unless the server has other listeners for it. Nothing that a client does is an unhandled rejection.
 *
 * `authorize` may hand on a context: `socket.context`. TypeScript knows its type if the parameter of `authorize` is declared,
 * as in `authorize: (request: RequestHead) => ({ context: userOf(request) })`.
 *
 * An HTTP/2 server gets the setting `enableConnectProtocol`.
 *
 * @throws TypeError and RangeError for bad options, by name
 * @example
 * const server = createServer().listen(8080);
 * serve(server, async socket => {
 *   for await (const message of socket.readable) await socket.send(message);
 * });
 */
export function serve<Answer extends Authorization = Authorization>(
  server: WebSocketHost,
  handler: (socket: OpenWebSocket<ContextOf<Answer>>) => unknown,
  options: ServeOptions<Answer> = {},
): WebSocketService<ContextOf<Answer>> {
  if (typeof (server as Partial<WebSocketHost> | null)?.listenerCount !== 'function') {
    throw new TypeError(`server must be an http, https or http2 server of Node (got ${described(server)})`);
  }
  if (typeof handler !== 'function') {
    throw new TypeError(`handler must be a function (got ${described(handler)})`);
  }
  return new Service<ContextOf<Answer>>(server, handler, serveOptions.check(options));
}

class Service<Context> implements WebSocketService<Context> {
  readonly sockets: SocketGroup<Context> = new SocketGroup();
  readonly #handler: (socket: OpenWebSocket<Context>) => unknown;
  readonly #options: SettledServeOptions;
  readonly #leave: () => void;
  #draining = false;

  constructor(
    server: WebSocketHost,
    handler: (socket: OpenWebSocket<Context>) => unknown,
    options: SettledServeOptions,
  ) {
    this.#handler = handler;
    this.#options = options;
    this.#leave = route(server, request => this.#take(request));
  }

  drain(options?: DrainOptions): Promise<number> {
    this.#draining = true;
    return this.sockets.drain(options);
  }

  async close(): Promise<void> {
    this.#leave();
    await this.drain();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #take(request: ServedRequest): boolean {
    try {
      if (!takes(this.#options.path, request)) return false;
      const options = this.#draining ? unavailable() : this.#options;
      void this.#serve(request.open(options));
    } catch (error) {
      this.#report(error);
      request.open(failed()).catch(() => {});
    }
    return true;
  }

  async #serve(opening: Promise<OpenWebSocket>): Promise<void> {
    try {
      const socket = (await opening) as OpenWebSocket<Context>;
      this.sockets.add(socket);
      await this.#handle(socket);
    } catch (error) {
      this.#report(error);
    }
  }

  /** Reports an end that is not clean once, whether or not the handler has failed by it. */
  async #handle(socket: OpenWebSocket<Context>): Promise<void> {
    let fault: unknown;
    try {
      const handler = this.#handler;
      await handler(socket);
      socket.close({ closeCode: CloseCode.NormalClosure });
    } catch (error) {
      fault = error;
      if (!isEnd(error, socket)) this.#report(error, socket);
      const { closeCode = CloseCode.InternalError, reason } = closeInfoOf(error);
      socket.close({ closeCode, reason });
    }
    await socket.closed.catch(error => {
      if (error !== fault) this.#report(error, socket);
    });
  }

  #report(error: unknown, socket?: OpenWebSocket): void {
    const { onError } = this.#options;
    // An application whose report fails still has a console.
    new Promise(resolve => resolve(onError(error, socket))).catch(failure => console.error(failure));
  }
}

const unavailable = /* @__PURE__ */ refusing(503);
const failed = /* @__PURE__ */ refusing(500);

function isPath(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'function' || value instanceof RegExp;
}

function takes(expected: ServeOptions['path'], { path, headers }: ServedRequest): boolean {
  if (expected === undefined) return true;
  if (typeof expected === 'string') return path === expected;
  // Not `test`: that of a global pattern begins where the last one has ended.
  if (typeof expected === 'object') return path.search(expected) >= 0;
  const answer: unknown = expected(path, headers);
  if (typeof answer === 'boolean') return answer;
  throw new TypeError(`path must return true or false (got ${described(answer)})`);
}

/** Whether a handler has failed only because the socket had closed cleanly meanwhile. */
function isEnd(error: unknown, socket: OpenWebSocket): boolean {
  return socket.closing && (error as { name?: unknown } | null | undefined)?.name === 'InvalidStateError';
}

/** Prints what is not of a client's doing. */
function reportFaults(error: unknown): void {
  const byClient =
    error instanceof HandshakeError || (error as Error | null | undefined)?.name === 'WebSocketError';
  if (!byClient) console.error(error);
}
