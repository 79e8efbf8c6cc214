// The platform's `WebSocket` for Node.

import { inPlaceOf, requireArguments } from '../base/web-idl.ts';
import { WebSocket as OpenedWebSocket } from '../platform/websocket.ts';
import { platformOptions } from '../platform/websocket-arguments.ts';
import { type DialOptions, dial, dialOptions } from './dial.ts';

/** The options of {@link dial}; the protocols have an argument of their own. */
export type NodeWebSocketOptions = Omit<DialOptions, 'protocols' | 'deliver'>;

const dialSocketOptions = /* @__PURE__ */ platformOptions('WebSocket', () => dialOptions.rules);

/**
 * The platform's class, dialled by {@link dial}. The third argument is ours.
 *
 * @example
 * const socket = new WebSocket('wss://example.com/chat', 'chat', { headers: { 'X-Trace': '7' } });
 */
export class WebSocket extends OpenedWebSocket {
  /**
   * Starts to open a WebSocket.
   *
   * @throws DOMException SyntaxError for a URL or subprotocols that the platform refuses
   * @throws TypeError and RangeError for other options, by name
   */
  constructor(
    url: string | { toString(): string },
    protocols: string | Iterable<string> | undefined = [],
    options: NodeWebSocketOptions | null | undefined = {},
  ) {
    // biome-ignore lint/complexity/noArguments: nothing else tells `undefined` from no argument.
    requireArguments('WebSocket', arguments.length, 1);
    super(url, protocols, dial, options, dialSocketOptions);
  }
}

inPlaceOf(OpenedWebSocket, WebSocket);
