// A client's opening handshake over HTTP/1.1 that is ready to begin: its request is made, so everything that was asked for
// is known to be good.

import { ClientHandshake } from '../handshake/client-handshake.ts';
import { encodeHead } from '../handshake/head.ts';
import { ResponseHeadDecoder } from '../handshake/response-head-decoder.ts';
import type { WebSocketUrl } from '../handshake/websocket-url.ts';
import type { ByteDuplex } from '../streams/byte-duplex.ts';
import type { OpenWebSocket } from './open-websocket.ts';
import { OpeningExchange } from './opening-exchange.ts';
import { OpeningLimit } from './opening-limit.ts';
import { Proposal, type SettledConnectOptions } from './proposal.ts';

/** One opening handshake, before anything is written. */
export class ClientOpening<Options extends SettledConnectOptions = SettledConnectOptions> {
  readonly options: Options;
  readonly #proposal: Proposal;
  readonly #handshake: ClientHandshake;

  /**
   * @throws SyntaxError for a URL or subprotocols that the platform refuses
   * @throws TypeError for headers that cannot be sent together
   */
  constructor(url: string | { readonly href: string }, options: Options) {
    this.options = options;
    this.#proposal = new Proposal(options);
    this.#handshake = new ClientHandshake(url, {
      ...this.#proposal.offer,
      randomBytes: options.randomBytes,
    });
  }

  /** Where to dial. */
  get target(): WebSocketUrl {
    return this.#handshake.url;
  }

  /**
   * Starts the time of the opening.
   *
   * @param signal - in place of that of the options
   * @throws the reason of a signal that has aborted
   */
  limit(signal: AbortSignal | undefined = this.options.signal): OpeningLimit {
    const { handshakeTimeoutMs, clock } = this.options;
    return new OpeningLimit({ handshakeTimeoutMs, clock, signal });
  }

  /**
   * Opens the WebSocket over a duplex that leads to the server. The duplex stays locked.
   *
   * @param ownsInput - whether the chunks of the duplex are ours, unless the options say so themselves
   * @throws HandshakeError when the server refuses, answers wrongly or too late; `response` has what it said
   */
  async over(duplex: ByteDuplex, limit: OpeningLimit, ownsInput = false): Promise<OpenWebSocket> {
    const exchange = new OpeningExchange(duplex, limit);
    try {
      exchange.send(encodeHead(this.#handshake.request));
      const decoder = new ResponseHeadDecoder();
      const response = await exchange.readHead(decoder);
      return await this.#proposal.open(exchange, this.#handshake, response, decoder.rest(), ownsInput);
    } catch (error) {
      exchange.abandon(error);
      throw error;
    }
  }
}
