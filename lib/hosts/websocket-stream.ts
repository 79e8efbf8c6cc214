// The platform's `WebSocketStream` for Node.

import { inPlaceOf, requireArguments } from '../base/web-idl.ts';
import { platformOptions } from '../platform/websocket-arguments.ts';
import {
  WebSocketStream as OpenedWebSocketStream,
  type WebSocketStreamOptions,
} from '../platform/websocket-stream.ts';
import { type DialOptions, dial, dialOptions } from './dial.ts';

/** The options: `protocols` and `signal` of the platform, and those of {@link dial}. */
export interface NodeWebSocketStreamOptions
  extends Omit<DialOptions, keyof WebSocketStreamOptions>,
    WebSocketStreamOptions {}

const dialStreamOptions = /* @__PURE__ */ platformOptions('WebSocketStream', () => dialOptions.rules);

/**
 * The platform's class, over the transports of {@link dial}.
 *
 * @example
 * const { readable, writable } = await new WebSocketStream('wss://example.com/chat').opened;
 */
export class WebSocketStream extends OpenedWebSocketStream {
  /**
   * Starts to open a WebSocket.
   *
   * @throws DOMException SyntaxError for a URL or subprotocols that the WebSocket standard rejects
   * @throws TypeError and RangeError for other invalid options; the message names the option
   */
  constructor(
    url: string | { toString(): string },
    options: NodeWebSocketStreamOptions | null | undefined = {},
  ) {
    // biome-ignore lint/complexity/noArguments: only `arguments` tells `undefined` from a missing argument.
    requireArguments('WebSocketStream', arguments.length, 1);
    super(url, options, dial, dialStreamOptions);
  }
}

inPlaceOf(OpenedWebSocketStream, WebSocketStream);
