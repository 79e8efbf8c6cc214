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
  const checked = dialHttp2Options.check(options);
  const proposal = new Proposal(checked);
  const handshake = new ClientConnect(url, proposal.offer);
  const limit = new OpeningLimit(checked);
  let stream: ClientHttp2Stream;
  try {
    await limit.inTime(extendedConnect(session));
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

/** One look for all that open at the same time: Node allows ten pings under way. */
const looks = new WeakMap<ClientHttp2Session, Promise<void>>();

/** RFC 8441 §3: a client MUST NOT ask before the server has sent SETTINGS_ENABLE_CONNECT_PROTOCOL 1. */
async function extendedConnect(session: ClientHttp2Session): Promise<void> {
  const look = looks.get(session) ?? settingsOf(session);
  looks.set(session, look);
  await look;
  if (session.remoteSettings.enableConnectProtocol !== true) {
    throw new HandshakeError('RFC 8441 §3: the server does not take WebSockets over HTTP/2');
  }
}

/** Settles when the server's settings have come: its first frame, so that they are before the answer to a ping. */
function settingsOf(session: ClientHttp2Session): Promise<void> {
  return new Promise((resolve, reject) => {
    // What has ended the session is told by itself, not by the end of its pings.
    const ping = () => session.ping(error => error === null && resolve());
    // Node tells of the connection even after the session was destroyed.
    const onConnect = () => session.destroyed || ping();
    session.once('remoteSettings', () => resolve());
    session.once('error', reject);
    session.once('close', () => reject(new Error('the session is closed')));
    if (session.closed) reject(new Error('the session is closing'));
    else if (session.connecting) session.once('connect', onConnect);
    else ping();
  });
}

function responseOn(stream: ClientHttp2Stream): Promise<ResponseHead> {
  return new Promise((resolve, reject) => {
    stream.once('response', headers => resolve(connectResponse(headerList(headers))));
    stream.once('close', () => reject(broken(stream.errored)));
  });
}
