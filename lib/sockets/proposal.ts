// What a client asks for, and the socket that follows when the server has agreed; the same over every version of HTTP.
// Does not know how a request goes out, or how its response comes in.

import { confirmDeflate } from '../deflate/confirm-deflate.ts';
import type { DeflateAgreement } from '../deflate/deflate-agreement.ts';
import type { DeflateSettings } from '../deflate/deflate-options.ts';
import { offerDeflate } from '../deflate/offer-deflate.ts';
import type { Agreement, ClientOffer, ClientOfferOptions } from '../handshake/client-offer.ts';
import { type Extension, formatExtensions } from '../handshake/extensions.ts';
import { HandshakeError } from '../handshake/handshake-error.ts';
import type { ResponseHead } from '../handshake/head.ts';
import type { HeadersInput } from '../handshake/headers.ts';
import { ResponseBody } from '../handshake/response-body.ts';
import { OpenWebSocket } from './open-websocket.ts';
import type { OpeningExchange } from './opening-exchange.ts';
import { compressionSettings, deflatingOf, type SocketOptions, socketConnection } from './socket-options.ts';

export interface ConnectOptions extends SocketOptions {
  /** Subprotocols, the preferred first: distinct tokens. Default: none. */
  readonly protocols?: string | readonly string[] | undefined;
  /** Further headers of the request; those of the handshake itself are refused. */
  readonly headers?: HeadersInput | undefined;
  /** The Origin header, such as `https://example.com`. Default: none. */
  readonly origin?: string | undefined;
}

/** What a client is willing to open. */
export class Proposal {
  /** What the handshake is to ask for. */
  readonly offer: ClientOfferOptions;
  readonly #options: ConnectOptions;
  readonly #settings: DeflateSettings | undefined;

  /** @throws TypeError and RangeError for bad options, by name; those of the handshake are left to it */
  constructor(options: ConnectOptions) {
    const { protocols, headers, origin } = options;
    const settings = compressionSettings('client', options);
    this.offer = { protocols, headers, origin, extensions: settings && offerDeflate(settings) };
    this.#options = options;
    this.#settings = settings;
    // Bad options are refused before anything is written; the connection begins when the handshake is done.
    socketConnection('client', options);
  }

  /**
   * The socket, from the response that has come.
   *
   * @param rest - octets that were read behind it
   * @throws HandshakeError for a response that opens no WebSocket, with the first octets of its body
   */
  async open(
    exchange: OpeningExchange,
    handshake: ClientOffer,
    response: ResponseHead,
    rest: Uint8Array<ArrayBuffer>,
  ): Promise<OpenWebSocket> {
    const { protocol, extensions } = await agree(exchange, handshake, response, rest);
    const settings = this.#settings;
    const agreement = settings && confirm(extensions, settings, response);
    const options = this.#options;
    const compression = settings && agreement && { settings, agreement };
    const connection = socketConnection('client', options, compression);
    const opening = {
      protocol,
      extensions: formatExtensions(extensions),
      compression: agreement,
      deflating: compression && deflatingOf('client', compression),
      request: handshake.request,
      response,
    };
    return new OpenWebSocket(connection, exchange.handOver(rest), opening, options);
  }
}

/** What was agreed upon; the error of a response that agrees to nothing has the first octets of its body. */
async function agree(
  exchange: OpeningExchange,
  handshake: ClientOffer,
  response: ResponseHead,
  rest: Uint8Array<ArrayBuffer>,
): Promise<Agreement> {
  try {
    return handshake.check(response);
  } catch (error) {
    if (error instanceof HandshakeError && error.response !== undefined) {
      const body = new ResponseBody(response);
      await exchange.readBody(rest, body);
      error.response.body = body.take();
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
