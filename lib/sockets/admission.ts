// What a server decides about a request that asks for a WebSocket, and the socket that follows; the same over every
// version of HTTP. Does not know how a response goes out.

import { callable, type OptionRules, type Settled } from '../base/option-rule.ts';
import { acceptDeflate } from '../deflate/accept-deflate.ts';
import { HandshakeError } from '../handshake/handshake-error.ts';
import type { RequestHead, ResponseHead } from '../handshake/head.ts';
import { type HeaderList, type HeadersInput, headersRule } from '../handshake/headers.ts';
import { type OriginPolicy, type OriginSubject, originsRule } from '../handshake/origin-check.ts';
import { type Refusal, type RefusalInit, refusal } from '../handshake/refusal.ts';
import type { ServerOffer } from '../handshake/server-offer.ts';
import { type ProtocolPolicy, protocolChoiceRule } from '../handshake/subprotocols.ts';
import { OpenWebSocket } from './open-websocket.ts';
import type { OpeningExchange } from './opening-exchange.ts';
import {
  deflatingOf,
  type SettledSocketOptions,
  type SocketOptions,
  socketConnection,
  socketRules,
} from './socket-options.ts';

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

/** The same, checked. */
export interface SettledAdmissionOptions
  extends SettledSocketOptions,
    Settled<Omit<AdmissionOptions, keyof SocketOptions | 'protocols' | 'origins' | 'headers'>, 'authorize'> {
  readonly protocols: (offered: readonly string[]) => string | undefined;
  readonly origins: (subject: OriginSubject) => boolean;
  readonly headers: HeaderList;
}

/** Returns the rules of these options. */
export function admissionRules(): OptionRules<SettledAdmissionOptions> {
  return {
    ...socketRules('server'),
    protocols: protocolChoiceRule,
    origins: originsRule,
    authorize: callable(),
    headers: headersRule,
  };
}

/** What a server is willing to open. */
export class Admission {
  readonly #options: SettledAdmissionOptions;

  constructor(options: SettledAdmissionOptions) {
    this.#options = options;
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
    const protocol = await asOurs(() => options.protocols(offer.protocols));
    const settings = options.deflate;
    const accepted = settings && acceptDeflate(offer.extensions, settings);
    const { answer: extensions, agreement } = accepted ?? {};
    const response = offer.accept({ protocol, extensions, headers: options.headers });
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
    if (!this.#options.origins(offer)) {
      const response = offer.reject({ status: 403, body: 'this origin may not connect\n' });
      throw refused(response, `: ${originInWords(offer.origin)}`);
    }
    const init = await exchange.inTime(asOurs(() => this.#options.authorize?.(offer.request)));
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
