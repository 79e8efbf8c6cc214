// The client's side of a WebSocket over a duplex: RFC 6455 §4.1.

import { randomBytes } from '../bytes/random-bytes.ts';
import { confirmDeflate } from '../deflate/confirm-deflate.ts';
import type { DeflateAgreement } from '../deflate/deflate-agreement.ts';
import type { DeflateSettings } from '../deflate/deflate-options.ts';
import { offerDeflate } from '../deflate/offer-deflate.ts';
import { ClientHandshake } from '../handshake/client-handshake.ts';
import type { Agreement } from '../handshake/client-offer.ts';
import { type Extension, formatExtensions } from '../handshake/extensions.ts';
import { HandshakeError } from '../handshake/handshake-error.ts';
import { encodeHead, type ResponseHead } from '../handshake/head.ts';
import { HeadDecoder } from '../handshake/head-decoder.ts';
import { type HeadersInput, headerValue } from '../handshake/headers.ts';
import type { ByteDuplex } from '../streams/byte-duplex.ts';
import { OpenWebSocket } from './open-websocket.ts';
import { OpeningExchange } from './opening-exchange.ts';
import { compressionSettings, deflatingOf, type SocketOptions, socketConnection } from './socket-options.ts';

export interface ConnectOptions extends SocketOptions {
  /** Subprotocols, the preferred first: distinct tokens. Default: none. */
  readonly protocols?: string | readonly string[] | undefined;
  /** Further headers of the request; those of the handshake itself are refused. */
  readonly headers?: HeadersInput | undefined;
  /** The Origin header, such as `https://example.com`. Default: none. */
  readonly origin?: string | undefined;
}

/** So much of a failed response's body is kept. */
const maxBodyBytes = 4096;

/**
 * A WebSocket as a client, over any duplex of octets that leads to the server. The duplex stays locked.
 *
 * @param url - `ws:`, `wss:`, `http:` or `https:`; it says what is asked for, not where the duplex leads
 * @throws SyntaxError for a URL or subprotocols that the platform refuses
 * @throws TypeError and RangeError for other options, by name; nothing has been sent then
 * @throws HandshakeError when the server refuses, answers wrongly or too late; `response` has what it said
 */
export async function connectWebSocket(
  duplex: ByteDuplex,
  url: string | { readonly href: string },
  options: ConnectOptions = {},
): Promise<OpenWebSocket> {
  const settings = compressionSettings('client', options);
  const handshake = new ClientHandshake(url, {
    ...options,
    randomBytes: options.randomBytes ?? randomBytes,
    extensions: settings && offerDeflate(settings),
  });
  // Bad options are refused before anything is written; the connection begins when the handshake is done.
  socketConnection('client', options);
  const exchange = new OpeningExchange(duplex, options);
  try {
    exchange.send(encodeHead(handshake.request));
    const decoder = new HeadDecoder({ kind: 'response' });
    const response = await exchange.readHead(decoder);
    const { protocol, extensions } = await agree(handshake, response, decoder, exchange);
    const agreement = settings && confirm(extensions, settings, response);
    const compression = settings && agreement && { settings, agreement };
    const connection = socketConnection('client', options, compression);
    return new OpenWebSocket(
      connection,
      exchange.handOver(decoder.rest()),
      {
        protocol,
        extensions: formatExtensions(extensions),
        compression: agreement,
        deflating: compression && deflatingOf('client', compression),
        request: handshake.request,
        response,
      },
      options,
    );
  } catch (error) {
    exchange.abandon(error);
    throw error;
  }
}

/** What was agreed upon; the error of a response that agrees to nothing has the first octets of its body. */
async function agree(
  handshake: ClientHandshake,
  response: ResponseHead,
  decoder: HeadDecoder<'response'>,
  exchange: OpeningExchange,
): Promise<Agreement> {
  try {
    return handshake.check(response);
  } catch (error) {
    if (error instanceof HandshakeError && error.response !== undefined && response.status !== 101) {
      error.response.body = await exchange.readBody(decoder.rest(), bodyBytes(response));
    }
    throw error;
  }
}

/** The compression that the server's answer agrees to: one that was not offered so fails the handshake. */
function confirm(
  extensions: readonly Extension[],
  settings: DeflateSettings,
  response: ResponseHead,
): DeflateAgreement | undefined {
  try {
    return confirmDeflate(extensions, settings);
  } catch (error) {
    throw new HandshakeError((error as Error).message, { ...response, body: new Uint8Array(0) });
  }
}

/** How much of the body is waited for: without a length that makes sense it goes to the end (RFC 9112 §6.3). */
function bodyBytes({ status, headers }: ResponseHead): number {
  if (status < 200 || status === 204 || status === 304) return 0;
  const length = headerValue(headers, 'content-length') ?? '';
  return /^\d+$/.test(length) ? Math.min(Number(length), maxBodyBytes) : maxBodyBytes;
}
