// Opens a WebSocket on a stream of an HTTP/2 session of Node's: RFC 8441.

import type { ClientHttp2Session, ClientHttp2Stream } from 'node:http2';
import { OptionTable } from '../base/option-table.ts';
import { ClientConnect } from '../handshake/client-connect.ts';
import { connectResponse } from '../handshake/connect-head.ts';
import { broken, HandshakeError } from '../handshake/handshake-error.ts';
import type { ResponseHead } from '../handshake/head.ts';
import type { OpenWebSocket } from '../sockets/open-websocket.ts';
import { OpeningExchange } from '../sockets/opening-exchange.ts';
import { OpeningLimit } from '../sockets/opening-limit.ts';
import { type ConnectOptions, connectRules, Proposal } from '../sockets/proposal.ts';
import { watched } from './diagnostics.ts';
import { headerList, headerObject, http2Duplex } from './http2-duplex.ts';

const dialHttp2Options = /* @__PURE__ */ new OptionTable('dialHttp2', connectRules);

/**
 * A WebSocket as a client, on a stream of its own of an HTTP/2 session, which carries many. Waits until the session is
 * connected and the server has allowed extended CONNECT. The session stays the caller's: who opened it listens to its
 * 'error', and closes it; its end is the end of the WebSockets on it.
 *
 * @param url - `ws:`, `wss:`, `http:` or `https:`; it says what is asked for, not where the session leads
 * @throws SyntaxError for a URL or subprotocols that the platform refuses
 * @throws TypeError and RangeError for other options, by name; nothing has been sent then
 * @throws HandshakeError when the session cannot open WebSockets, or the server refuses, answers wrongly or too late;
 * `response` has what it said, `cause` what broke the transport
 * @example
 * const session = connect('https://example.com').on('error', console.error);
 * const socket = await dialHttp2(session, 'wss://example.com/chat');
 */
export async function dialHttp2(
  session: ClientHttp2Session,
  url: string | { readonly href: string },
  options: ConnectOptions = {},
): Promise<OpenWebSocket> {
  return await watched('client', open(session, url, options));
}

async function open(
  session: ClientHttp2Session,
  url: string | { readonly href: string },
  options: ConnectOptions,
): Promise<OpenWebSocket> {
  const checked = dialHttp2Options.check(options);
  const proposal = new Proposal(checked);
  const handshake = new ClientConnect(url, proposal.offer);
  const limit = new OpeningLimit(checked);
  let stream: ClientHttp2Stream;
  try {
    await extendedConnect(session, limit);
    stream = session.request(headerObject(handshake.headers));
  } catch (error) {
    limit.release();
    throw error instanceof HandshakeError || error === checked.signal?.reason ? error : broken(error);
  }
  const exchange = new OpeningExchange(http2Duplex(stream), limit);
  try {
    const response = await exchange.inTime(responseOn(stream));
    return await proposal.open(exchange, handshake, response, new Uint8Array(0));
  } catch (error) {
    exchange.abandon(error);
    throw error;
  }
}

/** One look for all that open at the same time, and for all later ones. One that has failed is forgotten. */
const looks = new WeakMap<ClientHttp2Session, Promise<boolean>>();

/** Milliseconds until a look that could not be taken is tried again. */
const pauseMs = 20;

/** RFC 8441 §3: a client MUST NOT ask before the server has sent SETTINGS_ENABLE_CONNECT_PROTOCOL 1. */
async function extendedConnect(session: ClientHttp2Session, limit: OpeningLimit): Promise<void> {
  const allowed = () => session.remoteSettings.enableConnectProtocol === true;
  if (allowed()) return;
  while (!(await limit.inTime(look(session))) && !allowed()) await limit.inTime(pause(limit));
  if (allowed()) return;
  const message = 'RFC 8441 §3: the server does not take WebSockets over HTTP/2';
  throw new HandshakeError(message, { code: 'ERR_HTTP2_UNSUPPORTED' });
}

function pause({ clock }: OpeningLimit): Promise<void> {
  return new Promise(resolve => clock.setTimeout(resolve, pauseMs));
}

function look(session: ClientHttp2Session): Promise<boolean> {
  const known = looks.get(session);
  if (known !== undefined) return known;
  const look = settingsOf(session);
  looks.set(session, look);
  const forget = () => looks.delete(session);
  look.then(seen => seen || forget(), forget);
  return look;
}

/**
 * Settles when the server's settings have come: its first frame, so that they are before the answer to a ping. `false`:
 * the session can send no ping now, because Node allows ten under way.
 */
function settingsOf(session: ClientHttp2Session): Promise<boolean> {
  let forget!: () => void;
  const settings = new Promise<boolean>((resolve, reject) => {
    const onSettings = () => resolve(true);
    const onClose = () => reject(new Error('the session is closed'));
    // If the session ends, its 'error' and 'close' say why, not the end of the ping.
    const ping = () =>
      session.ping(error => (error === null || !session.destroyed) && resolve(error === null));
    // Node emits 'connect' even after the session was destroyed.
    const onConnect = () => {
      if (!session.destroyed) ping();
    };
    forget = () => {
      session.off('remoteSettings', onSettings).off('error', reject);
      session.off('close', onClose).off('connect', onConnect);
    };
    session.on('remoteSettings', onSettings).on('error', reject).on('close', onClose);
    if (session.closed) reject(new Error('the session is closing'));
    else if (session.connecting) session.on('connect', onConnect);
    else ping();
  });
  settings.then(forget, forget);
  return settings;
}

function responseOn(stream: ClientHttp2Stream): Promise<ResponseHead> {
  return new Promise((resolve, reject) => {
    stream.once('response', headers => resolve(connectResponse(headerList(headers))));
    stream.once('close', () => reject(broken(stream.errored)));
  });
}
