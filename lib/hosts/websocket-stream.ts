// The platform's `WebSocketStream` for Node.

import { WebSocketStream as OpenedWebSocketStream } from '../sockets/websocket-stream.ts';
import { type DialOptions, dial } from './dial.ts';

/** What the platform knows are `protocols` and `signal`; the others are those of {@link dial}. */
export interface NodeWebSocketStreamOptions extends DialOptions {
  readonly protocols?: readonly string[] | undefined;
}

/**
 * The platform's class, dialled by {@link dial}.
 *
 * @example
 * const { readable, writable } = await new WebSocketStream('wss://example.com/chat').opened;
 */
export class WebSocketStream extends OpenedWebSocketStream {
  /**
   * @throws DOMException SyntaxError for a URL or protocols that the platform refuses
   * @throws TypeError and RangeError for other options, by name
   */
  constructor(url: string | { readonly href: string }, options: NodeWebSocketStreamOptions = {}) {
    super(url, options, signal => dial(url, { ...options, signal }));
  }
}
