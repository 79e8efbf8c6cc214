// The platform's `WebSocket` for Node.

import { inPlaceOf, requireArguments } from '../base/web-idl.ts';
import { WebSocket as OpenedWebSocket } from '../platform/websocket.ts';
import { platformOptions } from '../platform/websocket-arguments.ts';
import { type DialOptions, dial, dialOptions } from './dial.ts';

/** The options of {@link dial}, without the protocols, which are an argument. */
export type NodeWebSocketOptions = Omit<DialOptions, 'protocols' | 'deliver'>;

const dialSocketOptions = /* @__PURE__ */ platformOptions('WebSocket', () => dialOptions.rules);

/**
 * The platform's class, over the transports of {@link dial}. The third argument is an addition to the standard.
 *
 * @example
 * const socket = new WebSocket('wss://example.com/chat', 'chat', { headers: { 'X-Trace': '7' } });
 */
export class WebSocket extends OpenedWebSocket {
  /**
   * Starts to open a WebSocket.
   *
   * @throws DOMException SyntaxError for a URL or subprotocols that the WebSocket standard rejects
   * @throws TypeError and RangeError for other invalid options; the message names the option
   */
  constructor(
    url: string | { toString(): string },
    protocols: string | Iterable<string> | undefined = [],
    options: NodeWebSocketOptions | null | undefined = {},
  ) {
    // biome-ignore lint/complexity/noArguments: only `arguments` tells `undefined` from a missing argument.
    requireArguments('WebSocket', arguments.length, 1);
    super(url, protocols, dial, options, dialSocketOptions);
  }
}

inPlaceOf(OpenedWebSocket, WebSocket);
