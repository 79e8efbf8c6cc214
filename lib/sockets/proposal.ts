// The offer of a client, and the socket that follows from the server's response. The same for every version of HTTP: the
// caller sends the request and reads the response.

import { flag, type OptionRules, type Settled, text } from '../base/option-rule.ts';
import { confirmDeflate } from '../deflate/confirm-deflate.ts';
import type { DeflateAgreement } from '../deflate/deflate-agreement.ts';
import type { DeflateSettings } from '../deflate/deflate-options.ts';
import { offerDeflate } from '../deflate/offer-deflate.ts';
import type { Agreement, ClientOffer, SettledClientOffer } from '../handshake/client-offer.ts';
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
  type TransportMemory,
} from './socket-options.ts';

/** The options of `connectWebSocket`. */
export interface ConnectOptions extends SocketOptions, HeadOptions {
  /** The subprotocols to offer, the preferred first: distinct tokens. Default: none. */
  readonly protocols?: string | readonly string[] | undefined;
  /**
   * Whether the opening fails if the server chooses none of `protocols`, as it does in browsers. If false, the WebSocket
   * opens with the protocol ''. Default: true.
   */
  readonly requireProtocol?: boolean | undefined;
  /** Additional headers of the request. Headers of the handshake itself are rejected. */
  readonly headers?: HeadersInput | undefined;
  /** The Origin header, such as `https://example.com`. Default: none. */
  readonly origin?: string | undefined;
}

/** {@link ConnectOptions}, checked and with their defaults. */
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

/** The offer of a client, from its options. */
export class Proposal {
  /** The options of the handshake. */
  readonly offer: SettledClientOffer;
  readonly #options: SettledConnectOptions;

  constructor(options: SettledConnectOptions) {
    const { protocols, headers, origin, deflate } = options;
    this.offer = { protocols, headers, origin, extensions: deflate && offerDeflate(deflate) };
    this.#options = options;
  }

  /**
   * Checks the response and returns the socket.
   *
   * @param rest - the bytes read after the response
   * @param memory - how the memory of the transport may be used
   * @throws HandshakeError for a response that does not open a WebSocket, with the beginning of its body
   */
  async open(
    exchange: OpeningExchange,
    handshake: ClientOffer,
    response: ResponseHead,
    rest: Uint8Array<ArrayBuffer>,
    memory?: TransportMemory,
  ): Promise<OpenWebSocket> {
    const { protocol, extensions } = await agree(exchange, handshake, response, rest);
    if (protocol === '' && this.#options.requireProtocol) checkNoneOffered(handshake, response);
    const options = this.#options;
    const settings = options.deflate;
    const agreement = settings && confirm(extensions, settings, response);
    const compression = settings && agreement && { settings, agreement };
    const connection = socketConnection('client', options, compression, memory);
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

/** Returns the agreement, or throws an error with the beginning of the response's body. */
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

/** Fails if subprotocols were offered, as the WebSocket standard does; RFC 6455 §4.1 leaves it to the client. */
function checkNoneOffered({ protocols }: ClientOffer, response: ResponseHead): void {
  if (protocols.length === 0) return;
  const offered = protocols.map(protocol => `"${protocol}"`).join(', ');
  const message = `the server chose none of the offered subprotocols ${offered} (requireProtocol: false opens without one)`;
  throw new HandshakeError(message, {
    code: 'ERR_NO_PROTOCOL',
    response: { ...response, body: new Uint8Array(0) },
  });
}

/** Returns the compression that the server has accepted. Fails the handshake if it differs from the offer. */
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
