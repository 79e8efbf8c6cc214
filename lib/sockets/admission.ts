// What a server decides about a request that asks for a WebSocket, and the socket that follows; the same over every
// version of HTTP. Does not know how a response goes out.

import { checkedFunction } from '../base/callable.ts';
import { acceptDeflate } from '../deflate/accept-deflate.ts';
import type { DeflateSettings } from '../deflate/deflate-options.ts';
import { HandshakeError } from '../handshake/handshake-error.ts';
import type { RequestHead, ResponseHead } from '../handshake/head.ts';
import { checkedHeaders, type HeaderList, type HeadersInput } from '../handshake/headers.ts';
import { type OriginPolicy, originCheck } from '../handshake/origin-check.ts';
import { type Refusal, type RefusalInit, refusal } from '../handshake/refusal.ts';
import type { ServerOffer } from '../handshake/server-offer.ts';
import { type ProtocolPolicy, protocolChoice } from '../handshake/subprotocols.ts';
import { OpenWebSocket } from './open-websocket.ts';
import type { OpeningExchange } from './opening-exchange.ts';
import { compressionSettings, deflatingOf, type SocketOptions, socketConnection } from './socket-options.ts';

/** What a server chooses once it has the request. */
export interface AdmissionOptions extends SocketOptions {
  /**
   * The subprotocol: the first of the client's that is in the list, or what the function chooses among those that are
   * offered; `undefined`: none. Default: none.
   */
  readonly protocols?: ProtocolPolicy | undefined;
  /** Which pages may connect. Default: `'same-origin'`; clients that are no browsers send no Origin and may. */
  readonly origins?: OriginPolicy | undefined;
  /** Decides whether this client may connect: what it returns, if anything, is the response that refuses. */
  readonly authorize?:
    | ((request: RequestHead) => RefusalInit | undefined | Promise<RefusalInit | undefined>)
    | undefined;
  /** Further headers of the response that accepts; those of the handshake itself are refused. */
  readonly headers?: HeadersInput | undefined;
}

/** What a server is willing to open. */
export class Admission {
  readonly #options: AdmissionOptions;
  readonly #mayConnect: ReturnType<typeof originCheck>;
  readonly #decide: AdmissionOptions['authorize'];
  readonly #choose: ReturnType<typeof protocolChoice>;
  readonly #headers: HeaderList;
  readonly #settings: DeflateSettings | undefined;

  /** @throws TypeError and RangeError for bad options, by name */
  constructor(options: AdmissionOptions) {
    this.#options = options;
    this.#mayConnect = originCheck(options.origins);
    this.#decide = checkedFunction('authorize', options.authorize)?.bind(options);
    this.#choose = protocolChoice(options.protocols);
    this.#headers = checkedHeaders(options.headers);
    this.#settings = compressionSettings('server', options);
    // Bad options are refused before anything is written; the connection begins when the handshake is done.
    socketConnection('server', options);
  }

  /**
   * The socket, once `send` has sent the response that accepts.
   *
   * @param rest - octets that were read behind the request
   * @throws HandshakeError for a client that is refused, with the response to send; what else is thrown is our fault
   */
  async open(
    exchange: OpeningExchange,
    offer: ServerOffer,
    rest: Uint8Array,
    send: (response: ResponseHead) => void,
  ): Promise<OpenWebSocket> {
    const options = this.#options;
    await this.#authorize(exchange, offer);
    const protocol = await asOurs(() => this.#choose(offer.protocols));
    const settings = this.#settings;
    const accepted = settings && acceptDeflate(offer.extensions, settings);
    const { answer: extensions, agreement } = accepted ?? {};
    const response = offer.accept({ protocol, extensions, headers: this.#headers });
    send(response);
    const compression = settings && agreement && { settings, agreement };
    const connection = socketConnection('server', options, compression);
    const opening = {
      protocol: protocol ?? '',
      extensions: extensions ?? '',
      compression: agreement,
      deflating: compression && deflatingOf('server', compression),
      request: offer.request,
      response,
    };
    return new OpenWebSocket(connection, exchange.handOver(rest), opening, options);
  }

  async #authorize(exchange: OpeningExchange, offer: ServerOffer): Promise<void> {
    if (!this.#mayConnect(offer)) {
      const response = offer.reject({ status: 403, body: 'this origin may not connect\n' });
      throw refused(response, `: ${originInWords(offer.origin)}`);
    }
    const init = await exchange.inTime(asOurs(() => this.#decide?.(offer.request)));
    if (init !== undefined) throw refused(offer.reject(init));
  }
}

/** What a client is told when its opening failed; a failure of ours is none of its business. `undefined`: nothing. */
export function answerTo(error: unknown): Refusal | undefined {
  return error instanceof HandshakeError ? error.response : refusal({ status: 500 });
}

/** What the application throws is our failure, even a HandshakeError: that is of a WebSocket that it has dialled. */
async function asOurs<T>(ask: () => T | Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw error instanceof HandshakeError ? new Error(error.message, { cause: error }) : error;
  }
}

/** @param why - for our own side only */
function refused(response: Refusal, why = ''): HandshakeError {
  return new HandshakeError(`refused with status ${response.status}${why}`, response);
}

/** Whatever a client may send, in no more than a line. */
function originInWords(origin: string | undefined): string {
  return origin === undefined ? 'no origin' : `origin ${JSON.stringify(origin.slice(0, 100))}`;
}
