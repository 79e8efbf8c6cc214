// A client's opening handshake over HTTP/1.1 before it begins. Its request is complete, so all arguments are valid.

import { ClientHandshake, clientHandshakeOptions } from '../handshake/client-handshake.ts';
import { failure, HandshakeError } from '../handshake/handshake-error.ts';
import { encodeHead, type ResponseHead } from '../handshake/head.ts';
import { ResponseHeadDecoder } from '../handshake/response-head-decoder.ts';
import type { WebSocketUrl } from '../handshake/websocket-url.ts';
import type { ByteDuplex } from '../streams/byte-duplex.ts';
import type { OpenWebSocket } from './open-websocket.ts';
import { OpeningExchange } from './opening-exchange.ts';
import { OpeningLimit } from './opening-limit.ts';
import { Proposal, type SettledConnectOptions } from './proposal.ts';
import type { TransportMemory } from './socket-options.ts';

/** The most interim responses, such as `103 Early Hints`, before the final one. */
const maxInterimResponses = 16;

/** One opening handshake, before anything is written. */
export class ClientOpening<Options extends SettledConnectOptions = SettledConnectOptions> {
  readonly options: Options;
  readonly #proposal: Proposal;
  readonly #handshake: ClientHandshake;

  /**
   * @throws SyntaxError for a URL or subprotocols that the WebSocket standard rejects
   * @throws TypeError for headers that cannot be sent together
   */
  constructor(url: string | { readonly href: string }, options: Options) {
    this.options = options;
    this.#proposal = new Proposal(options);
    const { randomBytes } = options;
    const checked = clientHandshakeOptions.settle({ ...this.#proposal.offer, randomBytes });
    this.#handshake = new ClientHandshake(url, checked);
  }

  /** The URL to dial. */
  get target(): WebSocketUrl {
    return this.#handshake.url;
  }

  /**
   * Starts the timeout of the opening.
   *
   * @param signal - used instead of the signal of the options
   * @throws the reason of a signal that has aborted
   */
  limit(signal: AbortSignal | undefined = this.options.signal): OpeningLimit {
    const { handshakeTimeoutMs, clock } = this.options;
    return new OpeningLimit({ handshakeTimeoutMs, clock, signal });
  }

  /**
   * Opens the WebSocket over a duplex that leads to the server. The duplex stays locked.
   *
   * @param memory - how the memory of the duplex may be used
   * @throws HandshakeError if the server refuses, or responds invalidly or too late; `response` is its response, if any
   */
  async over(duplex: ByteDuplex, limit: OpeningLimit, memory?: TransportMemory): Promise<OpenWebSocket> {
    const exchange = new OpeningExchange(duplex, limit);
    try {
      exchange.send(encodeHead(this.#handshake.request));
      const [response, rest] = await this.#readResponse(exchange);
      return await this.#proposal.open(exchange, this.#handshake, response, rest, memory);
    } catch (error) {
      exchange.abandon(error);
      throw error;
    }
  }

  /** RFC 9110 §15.2: "A client MUST be able to parse one or more 1xx responses received prior to a final response". */
  async #readResponse(exchange: OpeningExchange): Promise<[ResponseHead, rest: Uint8Array<ArrayBuffer>]> {
    const { maxHeadBytes, maxHeadLineBytes, maxHeadLines } = this.options;
    let rest = new Uint8Array(0);
    for (let interim = 0; interim <= maxInterimResponses; interim++) {
      const decoder = new ResponseHeadDecoder({ maxHeadBytes, maxHeadLineBytes, maxHeadLines });
      decoder.write(rest);
      const response = await this.#readHead(exchange, decoder);
      rest = decoder.rest();
      if (response.status >= 200 || response.status === 101) return [response, rest];
    }
    throw failure(`more than ${maxInterimResponses} interim responses`);
  }

  async #readHead(exchange: OpeningExchange, decoder: ResponseHeadDecoder): Promise<ResponseHead> {
    try {
      return await exchange.readHead(decoder);
    } catch (error) {
      // A server that speaks TLS answers plain text with an alert, or ends the connection.
      if (this.target.secure || decoder.begun || !(error instanceof HandshakeError)) throw error;
      const { code, cause, message } = error;
      if (code === 'ERR_HANDSHAKE_TIMEOUT') throw error;
      throw new HandshakeError(`${message}. If the server speaks TLS, use wss:`, { code, cause });
    }
  }
}
