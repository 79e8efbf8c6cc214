// Events in, message parts out, as a transform stream: RFC 6455 §5.6.

import type { OutgoingEvent } from '../events/event.ts';
import { EventEncoder } from '../events/event-encoder.ts';
import type { OutgoingPart } from '../messages/message-part.ts';
import { StageStream } from './stage-stream.ts';

/** An {@link EventEncoder} for `pipeThrough`. A chunk is one event or an array of events. */
export class EventEncoderStream extends StageStream<OutgoingEvent | readonly OutgoingEvent[], OutgoingPart> {
  constructor() {
    super(new EventEncoder(), { sizeOf: part => part.payload.length });
  }
}
