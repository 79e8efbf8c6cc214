// What a client asks for, and the socket that follows when the server has agreed; the same over every version of HTTP.
// Does not know how a request goes out, or how its response comes in.

import { flag, type OptionRules, type Settled, text } from '../base/option-rule.ts';
import { confirmDeflate } from '../deflate/confirm-deflate.ts';
import type { DeflateAgreement } from '../deflate/deflate-agreement.ts';
import type { DeflateSettings } from '../deflate/deflate-options.ts';
import { offerDeflate } from '../deflate/offer-deflate.ts';
import type { Agreement, ClientOffer, ClientOfferOptions } from '../handshake/client-offer.ts';
import { type Extension, formatExtensions } from '../handshake/extensions.ts';
import { HandshakeError } from '../handshake/handshake-error.ts';
import type { ResponseHead } from '../handshake/head.ts';
import type { HeaderList } from '../handshake/header-fields.ts';
import { type HeadersInput, headersRule } from '../handshake/headers.ts';
import { ResponseBody } from '../handshake/response-body.ts';
import { offeredProtocolsRule } from '../handshake/subprotocols.ts';
import { type HeadOptions, headRules } from './head-options.ts';
import { OpenWebSocket } from './open-websocket.ts';
import type { OpeningExchange } from './opening-exchange.ts';
import {
  deflatingOf,
  type SettledSocketOptions,
  type SocketOptions,
  socketConnection,
  socketRules,
} from './socket-options.ts';

/** The options of `connectWebSocket`. */
export interface ConnectOptions extends SocketOptions, HeadOptions {
  /** Subprotocols, the preferred first: distinct tokens. Default: none. */
  readonly protocols?: string | readonly string[] | undefined;
  /**
   * Whether the opening fails if the server chooses none of `protocols`, as it does in browsers. Default: true; `false`
   * opens the WebSocket with the protocol ''.
   */
  readonly requireProtocol?: boolean | undefined;
  /** Further headers of the request; those of the handshake itself are refused. */
  readonly headers?: HeadersInput | undefined;
  /** The Origin header, such as `https://example.com`. Default: none. */
  readonly origin?: string | undefined;
}

/** The same, checked. */
export interface SettledConnectOptions extends SettledSocketOptions, Settled<HeadOptions> {
  readonly protocols: readonly string[];
  readonly requireProtocol: boolean;
  readonly headers: HeaderList;
  readonly origin: string | undefined;
}

/** Returns the rules of these options. */
export function connectRules(): OptionRules<SettledConnectOptions> {
  return {
    ...socketRules('client'),
    ...headRules(),
    protocols: offeredProtocolsRule,
    requireProtocol: flag(true),
    headers: headersRule,
    origin: text(),
  };
}

/** What a client is willing to open. */
export class Proposal {
  /** What the handshake is to ask for. */
  readonly offer: ClientOfferOptions;
  readonly #options: SettledConnectOptions;

  constructor(options: SettledConnectOptions) {
    const { protocols, headers, origin, deflate } = options;
    this.offer = { protocols, headers, origin, extensions: deflate && offerDeflate(deflate) };
    this.#options = options;
  }

  /**
   * The socket, from the response that has come.
   *
   * @param rest - bytes that were read after it
   * @param ownsInput - whether the chunks of the transport are ours, unless the options say so themselves
   * @throws HandshakeError for a response that opens no WebSocket, with the first octets of its body
   */
  async open(
    exchange: OpeningExchange,
    handshake: ClientOffer,
    response: ResponseHead,
    rest: Uint8Array<ArrayBuffer>,
    ownsInput = false,
  ): Promise<OpenWebSocket> {
    const { protocol, extensions } = await agree(exchange, handshake, response, rest);
    if (protocol === '' && this.#options.requireProtocol) checkNoneOffered(handshake, response);
    const options = this.#options;
    const settings = options.deflate;
    const agreement = settings && confirm(extensions, settings, response);
    const compression = settings && agreement && { settings, agreement };
    const connection = socketConnection('client', options, compression, options.ownsInput ?? ownsInput);
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
    if (!(error instanceof HandshakeError) || error.response === undefined) throw error;
    const body = new ResponseBody(response);
    await exchange.readBody(rest, body);
    const { message, code, cause } = error;
    throw new HandshakeError(message, { code, cause, response: { ...error.response, body: body.take() } });
  }
}

/** The WebSockets standard fails such an opening; RFC 6455 §4.1 leaves it to the client. */
function checkNoneOffered({ protocols }: ClientOffer, response: ResponseHead): void {
  if (protocols.length === 0) return;
  const offered = protocols.map(protocol => `"${protocol}"`).join(', ');
  const message = `the server chose none of the offered subprotocols ${offered} (requireProtocol: false opens without one)`;
  throw new HandshakeError(message, {
    code: 'ERR_NO_PROTOCOL',
    response: { ...response, body: new Uint8Array(0) },
  });
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
    const refusal = { ...response, body: new Uint8Array(0) };
    throw new HandshakeError((error as Error).message, { code: 'ERR_BAD_RESPONSE', response: refusal });
  }
}
