// Serves WebSockets on a Node server: calls a handler for each admitted client, and closes the socket after it.

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

/** The options of {@link serve}, in addition to those of `upgrade`. */
export interface ServeOptions<Answer extends Authorization = Authorization> extends AdmissionOptions<Answer> {
  /**
   * Selects the requests to serve by their path without the query: the path itself, such as `'/chat'`, a pattern, or a
   * function that also gets the headers, with names in lower case. Default: all requests.
   */
  readonly path?: string | RegExp | ((path: string, headers: IncomingHttpHeaders) => boolean) | undefined;
  /**
   * Called for every refused client, for every handler that throws, and for every WebSocket that does not end cleanly.
   * `socket` is absent if none was opened. Default: prints errors that a client cannot cause with `console.error`.
   */
  readonly onError?: ((error: unknown, socket: OpenWebSocket | undefined) => unknown) | undefined;
}

/** A service of WebSockets on a server. */
export interface WebSocketService<Context = unknown> {
  /** The open sockets. */
  readonly sockets: SocketGroup<Context>;
  /**
   * Refuses new clients with 503 and closes all sockets with 1001, going away. Resolves when all have ended, with the number
   * of sockets that were terminated because they took longer than `timeoutMs`.
   */
  drain(options?: DrainOptions): Promise<number>;
  /** Stops the service and closes all sockets as `drain` does. The server keeps running and can be passed to `serve` again. */
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
 * Serves WebSockets on an HTTP, HTTPS or HTTP/2 server of Node. Calls `handler` with each opened socket. The socket closes
 * with 1000 when the handler returns or its promise resolves, and with 1011 when it throws, or with the code and reason of a
 * WebSocketError that it throws. A handler that only adds listeners keeps the socket open with `return socket.closed`.
 *
 * Several services can share a server by their `path`: the first one that matches gets the request. A request that none
 * matches is refused with 404, unless the server has other listeners for it. No client can cause an unhandled rejection.
 *
 * `authorize` may return a context, which becomes `socket.context`. TypeScript infers its type if you declare the parameter of
 * `authorize`, as in `authorize: (request: RequestHead) => ({ context: userOf(request) })`.
 *
 * An HTTP/2 server gets the setting `enableConnectProtocol`.
 *
 * @throws TypeError and RangeError for invalid options; the message names the option
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

  /** Runs the handler. Reports an unclean end once, even if the handler fails with the same error. */
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
    // If `onError` itself fails, its error is printed.
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
  // `test` of a global pattern would start at its last position.
  if (typeof expected === 'object') return path.search(expected) >= 0;
  const answer: unknown = expected(path, headers);
  if (typeof answer === 'boolean') return answer;
  throw new TypeError(`path must return true or false (got ${described(answer)})`);
}

/** Returns true if the handler failed only because the socket had closed cleanly. */
function isEnd(error: unknown, socket: OpenWebSocket): boolean {
  return socket.closing && (error as { name?: unknown } | null | undefined)?.name === 'InvalidStateError';
}

/** Prints errors that a client cannot cause. */
function reportFaults(error: unknown): void {
  const byClient =
    error instanceof HandshakeError || (error as Error | null | undefined)?.name === 'WebSocketError';
  if (!byClient) console.error(error);
}
