// The client's side of a WebSocket over a duplex: RFC 6455 §4.1.

import { randomBytes } from '../bytes/random-bytes.ts';
import { ClientHandshake } from '../handshake/client-handshake.ts';
import { encodeHead } from '../handshake/head.ts';
import { ResponseHeadDecoder } from '../handshake/response-head-decoder.ts';
import type { ByteDuplex } from '../streams/byte-duplex.ts';
import type { OpenWebSocket } from './open-websocket.ts';
import { OpeningExchange } from './opening-exchange.ts';
import { OpeningLimit } from './opening-limit.ts';
import { type ConnectOptions, Proposal } from './proposal.ts';

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
  const proposal = new Proposal(options);
  const handshake = new ClientHandshake(url, {
    ...proposal.offer,
    randomBytes: options.randomBytes ?? randomBytes,
  });
  const exchange = new OpeningExchange(duplex, new OpeningLimit(options));
  try {
    exchange.send(encodeHead(handshake.request));
    const decoder = new ResponseHeadDecoder();
    const response = await exchange.readHead(decoder);
    return await proposal.open(exchange, handshake, response, decoder.rest());
  } catch (error) {
    exchange.abandon(error);
    throw error;
  }
}
