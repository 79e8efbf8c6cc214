// The platform's `WebSocketStream` for Node.

import { inPlaceOf, requireArguments } from '../base/web-idl.ts';
import { platformOptions } from '../platform/websocket-arguments.ts';
import {
  WebSocketStream as OpenedWebSocketStream,
  type WebSocketStreamOptions,
} from '../platform/websocket-stream.ts';
import { type DialOptions, dial, dialOptions } from './dial.ts';

/** `protocols` and `signal` are the platform's; the others are those of {@link dial}. */
export interface NodeWebSocketStreamOptions
  extends Omit<DialOptions, keyof WebSocketStreamOptions>,
    WebSocketStreamOptions {}

const dialStreamOptions = /* @__PURE__ */ platformOptions('WebSocketStream', () => dialOptions.rules);

/**
 * The platform's class, dialled by {@link dial}.
 *
 * @example
 * const { readable, writable } = await new WebSocketStream('wss://example.com/chat').opened;
 */
export class WebSocketStream extends OpenedWebSocketStream {
  /**
   * Starts to open a WebSocket.
   *
   * @throws DOMException SyntaxError for a URL or subprotocols that the platform refuses
   * @throws TypeError and RangeError for other options, by name
   */
  constructor(
    url: string | { toString(): string },
    options: NodeWebSocketStreamOptions | null | undefined = {},
  ) {
    // biome-ignore lint/complexity/noArguments: nothing else tells `undefined` from no argument.
    requireArguments('WebSocketStream', arguments.length, 1);
    super(url, options, dial, dialStreamOptions);
  }
}

inPlaceOf(OpenedWebSocketStream, WebSocketStream);
