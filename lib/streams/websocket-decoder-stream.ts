// Octets in, events out, as one transform stream: the whole pipe inwards.

import type { WebSocketEvent } from '../events/event.ts';
import { type WebSocketDecoderOptions, webSocketDecoder } from '../events/websocket-decoder.ts';
import { eventBytes } from './event-decoder-stream.ts';
import { StageStream } from './stage-stream.ts';

/**
 * The events of a WebSocket whose opening handshake is done, from its octets.
 *
 * What breaks the protocol, and an end without a Close, reaches the reader as a WebSocketError behind everything that
 * was decoded before.
 *
 * @example
 * const events = duplex.readable.pipeThrough(new WebSocketDecoderStream({ role: 'client' }));
 * for await (const event of events) if (event.type === 'text') console.log(event.data);
 */
export class WebSocketDecoderStream extends StageStream<Uint8Array, WebSocketEvent> {
  constructor(options: WebSocketDecoderOptions) {
    super(webSocketDecoder(options), { sizeOf: eventBytes });
  }
}
