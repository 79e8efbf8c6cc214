// Message parts in, events out, as a transform stream: RFC 6455 §5.6, 8.1.

import type { WebSocketEvent } from '../events/event.ts';
import { EventDecoder, type EventDecoderOptions } from '../events/event-decoder.ts';
import type { MessagePart } from '../messages/message-part.ts';
import { StageStream } from './stage-stream.ts';

/** An {@link EventDecoder} for `pipeThrough`. */
export class EventDecoderStream extends StageStream<MessagePart, WebSocketEvent> {
  constructor(options: EventDecoderOptions = {}) {
    super(new EventDecoder(options), { sizeOf: eventBytes });
  }
}

/** Returns the size of an event in bytes, or in UTF-16 units. */
export function eventBytes(event: WebSocketEvent): number {
  return event.type === 'close' ? 0 : event.data.length;
}
