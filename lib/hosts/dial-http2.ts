// Opens a WebSocket as a client on a stream of a Node HTTP/2 session: RFC 8441.

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
 * Opens a WebSocket as a client on its own stream of an HTTP/2 session, which can carry many. Waits until the session is
 * connected and the server has allowed extended CONNECT. The caller owns the session, listens to its 'error' event, and
 * closes it. The WebSockets end with the session.
 *
 * @param url - `ws:`, `wss:`, `http:` or `https:`; it fills the request and does not choose where the session leads
 * @throws SyntaxError for a URL or subprotocols that the WebSocket standard rejects
 * @throws TypeError and RangeError for other invalid options, before anything is sent; the message names the option
 * @throws HandshakeError if the session cannot open WebSockets, or the server refuses, or responds invalidly or too late;
 * `response` is its response, if any, and `cause` the error of the transport
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

/** The settings check of each session, shared by all openings. A failed check is removed. */
const checks = new WeakMap<ClientHttp2Session, Promise<boolean>>();

/** Milliseconds until a check that could not be made is tried again. */
const pauseMs = 20;

/** RFC 8441 §3: a client MUST NOT use extended CONNECT before the server has sent SETTINGS_ENABLE_CONNECT_PROTOCOL 1. */
async function extendedConnect(session: ClientHttp2Session, limit: OpeningLimit): Promise<void> {
  const allowed = () => session.remoteSettings.enableConnectProtocol === true;
  if (allowed()) return;
  while (!(await limit.inTime(settingsCheck(session))) && !allowed()) await limit.inTime(pause(limit));
  if (allowed()) return;
  const message = 'RFC 8441 §3: the server does not take WebSockets over HTTP/2';
  throw new HandshakeError(message, { code: 'ERR_HTTP2_UNSUPPORTED' });
}

function pause({ clock }: OpeningLimit): Promise<void> {
  return new Promise(resolve => clock.setTimeout(resolve, pauseMs));
}

function settingsCheck(session: ClientHttp2Session): Promise<boolean> {
  const known = checks.get(session);
  if (known !== undefined) return known;
  const check = settingsOf(session);
  checks.set(session, check);
  const forget = () => checks.delete(session);
  check.then(seen => seen || forget(), forget);
  return check;
}

/**
 * Resolves with true when the server's settings have arrived. They are its first frame, so they precede the answer to a ping.
 * Resolves with false if the session cannot send a ping now, because Node allows only ten pending ones.
 */
function settingsOf(session: ClientHttp2Session): Promise<boolean> {
  let forget!: () => void;
  const settings = new Promise<boolean>((resolve, reject) => {
    const onSettings = () => resolve(true);
    const onClose = () => reject(new Error('the session is closed'));
    // If the session ends, its 'error' and 'close' events give the reason, not the error of the ping.
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
