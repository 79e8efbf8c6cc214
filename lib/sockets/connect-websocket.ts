// The client's side of a WebSocket over a duplex: RFC 6455 §4.1.

import { OptionTable } from '../base/option-table.ts';
import type { ByteDuplex } from '../streams/byte-duplex.ts';
import { ClientOpening } from './client-opening.ts';
import type { OpenWebSocket } from './open-websocket.ts';
import { type ConnectOptions, connectRules } from './proposal.ts';

const connectOptions = /* @__PURE__ */ new OptionTable('connectWebSocket', connectRules);

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
  const opening = new ClientOpening(url, connectOptions.check(options));
  return await opening.over(duplex, opening.limit());
}
