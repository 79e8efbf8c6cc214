// Opens a WebSocket as a client by its URL, over TCP, TLS or a Unix socket of Node, or over a duplex of the caller.

import { connect as connectTcp, isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import { callable, object, type Settled, text } from '../base/option-rule.ts';
import { OptionTable } from '../base/option-table.ts';
import { broken, HandshakeError } from '../handshake/handshake-error.ts';
import type { WebSocketUrl } from '../handshake/websocket-url.ts';
import { ClientOpening } from '../sockets/client-opening.ts';
import { dialOpening } from '../sockets/dial-websocket.ts';
import type { OpenWebSocket } from '../sockets/open-websocket.ts';
import { type ConnectOptions, connectRules, type SettledConnectOptions } from '../sockets/proposal.ts';
import type { ByteDuplex } from '../streams/byte-duplex.ts';
import { watched } from './diagnostics.ts';
import { nodeDuplex } from './node-duplex.ts';
import { socketMemory } from './node-memory.ts';

/** The options of {@link dial}. */
export interface DialOptions extends ConnectOptions {
  /** Options for `tls.connect`, such as `ca`, `cert` and `key`. Default: Node's, with the URL's host as server name. */
  readonly tls?: ConnectionOptions | undefined;
  /** The path of a Unix socket to dial instead of host and port. */
  readonly socketPath?: string | undefined;
  /**
   * Opens the transport instead of Node, for example through a proxy: to `hostname` and `port`, with TLS if `secure`. The
   * signal aborts if the opening has failed or timed out.
   */
  readonly connect?:
    | ((target: WebSocketUrl, signal: AbortSignal) => DialTransport | Promise<DialTransport>)
    | undefined;
}

/** A transport to a server: a Node stream or a pair of Web Streams. */
export type DialTransport = Duplex | ByteDuplex;

/** {@link DialOptions}, checked and with their defaults. */
export interface SettledDialOptions
  extends SettledConnectOptions,
    Settled<Omit<DialOptions, keyof ConnectOptions>, 'tls' | 'socketPath' | 'connect'> {}

export const dialOptions: OptionTable<SettledDialOptions> = /* @__PURE__ */ new OptionTable('dial', () => ({
  ...connectRules(),
  tls: object(),
  socketPath: text(),
  connect: callable(),
}));

/**
 * Opens a WebSocket as a client by its URL. A `user:password@` in it becomes Basic authorization. Redirects are not followed.
 * The timeout and the signal of the handshake apply to dialling, too.
 *
 * @param url - `ws:`, `wss:`, `http:` or `https:`
 * @throws SyntaxError for a URL or subprotocols that the WebSocket standard rejects
 * @throws TypeError and RangeError for other invalid options, before it dials; the message names the option
 * @throws HandshakeError if dialling fails, or the server refuses, or responds invalidly or too late; `response` is its
 * response, if any, and `cause` the error of the transport
 */
export async function dial(
  url: string | { readonly href: string },
  options: DialOptions = {},
): Promise<OpenWebSocket> {
  return await dialPrepared(new ClientOpening(url, dialOptions.check(options)));
}

/**
 * {@link dial} for a prepared opening.
 *
 * @param signal - used instead of the signal of its options
 */
export function dialPrepared(
  opening: ClientOpening<SettledDialOptions>,
  signal?: AbortSignal,
): Promise<OpenWebSocket> {
  return watched('client', open(opening, signal));
}

async function open(
  opening: ClientOpening<SettledDialOptions>,
  signal: AbortSignal | undefined,
): Promise<OpenWebSocket> {
  const { options } = opening;
  const { connect } = options;
  try {
    if (connect !== undefined) {
      return await dialOpening((target, limit) => opened(connect(target, limit.signal)), opening, signal);
    }
    return await dialOpening(
      target => nodeDuplex(connectSocket(target, options)),
      opening,
      signal,
      socketMemory,
    );
  } catch (error) {
    throw error instanceof HandshakeError && isDialError(error.cause)
      ? broken(error.cause, 'the transport could not be opened')
      : error;
  }
}

/** Returns true for an error of Node from before the transport was open. It comes after the request was written to the socket. */
function isDialError(cause: unknown): boolean {
  // The error for a name with several addresses has an error for each of them.
  const first = cause instanceof AggregateError ? cause.errors[0] : cause;
  const { syscall } = Object(first) as NodeJS.ErrnoException;
  return syscall === 'connect' || syscall === 'getaddrinfo';
}

/** Returns a socket that is still connecting. Written bytes wait in it. */
function connectSocket({ hostname, port, secure }: WebSocketUrl, options: SettledDialOptions): Duplex {
  const { socketPath } = options;
  const where = socketPath === undefined ? { host: hostname, port } : { path: socketPath };
  const common = { noDelay: true, allowHalfOpen: true };
  if (!secure) return connectTcp({ ...where, ...common });
  // RFC 6066 §3: no server name for an address, and none with a trailing dot.
  const servername = isIP(hostname) === 0 ? { servername: hostname.replace(/\.$/, '') } : {};
  return connectTls({
    ALPNProtocols: ['http/1.1'],
    host: hostname,
    ...servername,
    ...options.tls,
    ...where,
    ...common,
  });
}

/** Adapts a transport, at once if it is not a promise: it may fail before anything else listens to it. */
function opened(transport: DialTransport | Promise<DialTransport>): ByteDuplex | Promise<ByteDuplex> {
  return 'then' in transport ? transport.then(asByteDuplex) : asByteDuplex(transport);
}

function asByteDuplex(transport: DialTransport): ByteDuplex {
  return 'pipe' in transport ? nodeDuplex(transport) : transport;
}
