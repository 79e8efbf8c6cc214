// Opens a WebSocket from the 'stream' event of Node's HTTP/2 servers: RFC 8441.

import type { IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import { coded } from '../base/coded.ts';
import { OptionTable } from '../base/option-table.ts';
import { connectHeaders } from '../handshake/connect-head.ts';
import type { ResponseHead } from '../handshake/head.ts';
import { ServerConnect } from '../handshake/server-connect.ts';
import {
  Admission,
  type AdmissionOptions,
  type Authorization,
  admissionRules,
  answerTo,
  type ContextOf,
  type SettledAdmissionOptions,
} from '../sockets/admission.ts';
import type { OpenWebSocket } from '../sockets/open-websocket.ts';
import { OpeningExchange } from '../sockets/opening-exchange.ts';
import { OpeningLimit } from '../sockets/opening-limit.ts';
import { watched } from './diagnostics.ts';
import { headerList, headerObject, http2Duplex } from './http2-duplex.ts';
import { streamMemory } from './node-memory.ts';

const noBytes = new Uint8Array(0);

const upgradeHttp2Options = /* @__PURE__ */ new OptionTable('upgradeHttp2', admissionRules);

/** The streams that were used for a WebSocket, because a second one would write into the first. */
const upgraded = new WeakSet<ServerHttp2Stream>();

/**
 * Opens a WebSocket as a server from the arguments of the 'stream' event of an HTTP/2 server for an extended CONNECT. The
 * server needs the setting `enableConnectProtocol: true`. If it also has a listener for 'request', use its 'connect' event
 * with `request.stream` and `request.headers`, because Node then refuses each CONNECT without a listener for that event.
 * Handle the rejection: any client can cause one, and Node ends a process that leaves it unhandled.
 *
 * @throws TypeError and RangeError for invalid options, after a reset of the stream; the message names the option
 * @throws HandshakeError if the client is refused; `response` is the response that was sent
 * @example
 * const server = createSecureServer({ key, cert, settings: { enableConnectProtocol: true } });
 * server.on('stream', (stream, headers) => {
 *   if (headers[':protocol'] === 'websocket') upgradeHttp2(stream, headers).then(serve).catch(console.error);
 *   else respond(stream, headers);
 * });
 */
export async function upgradeHttp2<Answer extends Authorization = Authorization>(
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  options: AdmissionOptions<Answer> = {},
): Promise<OpenWebSocket<ContextOf<Answer>>> {
  const opened = await upgradeHttp2Checked(stream, headers, () => upgradeHttp2Options.check(options));
  return opened as OpenWebSocket<ContextOf<Answer>>;
}

/**
 * {@link upgradeHttp2} with a function that returns checked options.
 *
 * @param options - called after the stream was adopted, so that it is reset if the options are invalid
 */
export function upgradeHttp2Checked(
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  options: () => SettledAdmissionOptions,
): Promise<OpenWebSocket> {
  return watched('server', open(stream, headers, options));
}

async function open(
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  options: () => SettledAdmissionOptions,
): Promise<OpenWebSocket> {
  if (upgraded.has(stream)) {
    const message = "stream was given to upgradeHttp2() before: is there a second 'stream' listener?";
    throw coded(new Error(message), 'ERR_ALREADY_UPGRADED');
  }
  upgraded.add(stream);
  const duplex = http2Duplex(stream);
  try {
    const checked = options();
    const admission = new Admission(checked, streamMemory);
    const exchange = new OpeningExchange(duplex, new OpeningLimit(checked));
    return await admit(stream, headers, admission, exchange);
  } catch (error) {
    if (!duplex.writable.locked) await duplex.writable.abort(error);
    throw error;
  }
}

async function admit(
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  admission: Admission,
  exchange: OpeningExchange,
): Promise<OpenWebSocket> {
  try {
    const offer = new ServerConnect(headerList(headers));
    return await admission.open(exchange, offer, noBytes, response => respond(stream, response));
  } catch (error) {
    try {
      refuse(stream, error);
    } finally {
      exchange.abandon(error);
    }
    throw error;
  }
}

/** Sends the response, unless the client has gone away; the next read reports that. */
function respond(stream: ServerHttp2Stream, response: ResponseHead): void {
  if (!stream.closed && !stream.destroyed) stream.respond(headerObject(connectHeaders(response)));
}

/** Sends a refusal and ends the stream in both directions. */
function refuse(stream: ServerHttp2Stream, error: unknown): void {
  const response = answerTo(error);
  if (response === undefined || stream.headersSent) return;
  respond(stream, response);
  stream.end(response.body);
  // RFC 9113 §8.1: NO_ERROR after a complete response tells the client to stop sending.
  stream.close();
}
