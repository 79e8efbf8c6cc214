// Opens a WebSocket by its URL: TCP, TLS or a Unix socket of Node, or a duplex of the caller's own.

import { connect as connectTcp, isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import { callable, object, type Settled, text } from '../base/option-rule.ts';
import { OptionTable } from '../base/option-table.ts';
import type { WebSocketUrl } from '../handshake/websocket-url.ts';
import { ClientOpening } from '../sockets/client-opening.ts';
import { dialOpening } from '../sockets/dial-websocket.ts';
import type { OpenWebSocket } from '../sockets/open-websocket.ts';
import { type ConnectOptions, connectRules, type SettledConnectOptions } from '../sockets/proposal.ts';
import type { ByteDuplex } from '../streams/byte-duplex.ts';
import { watched } from './diagnostics.ts';
import { nodeDuplex } from './node-duplex.ts';

/** The options of {@link dial}. */
export interface DialOptions extends ConnectOptions {
  /** Options of `tls.connect`, such as `ca`, `cert` and `key`. Default: Node's, with the URL's host as server name. */
  readonly tls?: ConnectionOptions | undefined;
  /** A Unix socket to dial in place of host and port. */
  readonly socketPath?: string | undefined;
  /**
   * Opens the transport in place of Node's own, for proxies and the like: it leads to `hostname` and `port`, with TLS
   * where `secure`. The signal aborts when nobody waits any more.
   */
  readonly connect?:
    | ((target: WebSocketUrl, signal: AbortSignal) => DialTransport | Promise<DialTransport>)
    | undefined;
}

/** What leads to a server: a Node stream or a pair of Web Streams. */
export type DialTransport = Duplex | ByteDuplex;

/** The same, checked. */
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
 * A WebSocket as a client, dialled by its URL. A `user:password@` in it becomes Basic authorization; no redirects are
 * followed. The handshake's timeout and signal hold for dialling, too.
 *
 * @param url - `ws:`, `wss:`, `http:` or `https:`
 * @throws SyntaxError for a URL or subprotocols that the platform refuses
 * @throws TypeError and RangeError for other options, by name, before anything is dialled
 * @throws HandshakeError when dialling fails, or the server refuses, answers wrongly or too late; `response` has what it
 * said, `cause` what broke the transport
 */
export async function dial(
  url: string | { readonly href: string },
  options: DialOptions = {},
): Promise<OpenWebSocket> {
  return await dialPrepared(new ClientOpening(url, dialOptions.check(options)));
}

/**
 * {@link dial} for an opening that is ready.
 *
 * @param signal - in place of that of its options
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
  if (connect !== undefined) {
    return await dialOpening((target, signal) => opened(connect(target, signal)), opening, signal);
  }
  return await dialOpening(target => nodeDuplex(connectSocket(target, options)), opening, signal, true);
}

/** The socket, while it still connects: what is written waits in it. */
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

/** What is there at once is taken at once: it may fail before anybody else listens. */
function opened(transport: DialTransport | Promise<DialTransport>): ByteDuplex | Promise<ByteDuplex> {
  return 'then' in transport ? transport.then(asByteDuplex) : asByteDuplex(transport);
}

function asByteDuplex(transport: DialTransport): ByteDuplex {
  return 'pipe' in transport ? nodeDuplex(transport) : transport;
}
