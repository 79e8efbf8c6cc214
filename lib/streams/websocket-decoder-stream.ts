// Bytes in, events out, as one transform stream.

import type { WebSocketEvent } from '../events/event.ts';
import { type WebSocketDecoderOptions, webSocketDecoder } from '../events/websocket-decoder.ts';
import { eventBytes } from './event-decoder-stream.ts';
import { StageStream } from './stage-stream.ts';

/**
 * Decodes the bytes of a WebSocket after the opening handshake into events.
 *
 * A violation of the protocol, and an end without a Close, reaches the reader as a WebSocketError after all events decoded
 * before it.
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
