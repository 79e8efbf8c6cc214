// The client's side of a WebSocket over a duplex: RFC 6455 §4.1.

import { OptionTable } from '../base/option-table.ts';
import type { ByteDuplex } from '../streams/byte-duplex.ts';
import { ClientOpening } from './client-opening.ts';
import type { OpenWebSocket } from './open-websocket.ts';
import { type ConnectOptions, connectRules } from './proposal.ts';

const connectOptions = /* @__PURE__ */ new OptionTable('connectWebSocket', connectRules);

/**
 * Opens a WebSocket as a client over a duplex of bytes that leads to the server. The duplex stays locked.
 *
 * @param url - `ws:`, `wss:`, `http:` or `https:`; it fills the request and does not choose where the duplex leads
 * @throws SyntaxError for a URL or subprotocols that the WebSocket standard rejects
 * @throws TypeError and RangeError for other invalid options, before anything is sent; the message names the option
 * @throws HandshakeError if the server refuses, or responds invalidly or too late; `response` is its response, if any
 */
export async function connectWebSocket(
  duplex: ByteDuplex,
  url: string | { readonly href: string },
  options: ConnectOptions = {},
): Promise<OpenWebSocket> {
  const opening = new ClientOpening(url, connectOptions.check(options));
  return await opening.over(duplex, opening.limit());
}
