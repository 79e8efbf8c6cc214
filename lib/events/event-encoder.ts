// Events in, message parts out: RFC 6455 §5.5.1, 5.6. Knows nothing of frames.

import type { Stage } from '../base/stage.ts';
import type { OutgoingPart } from '../messages/message-part.ts';
import { acceptEvent, between } from './accept-event.ts';
import type { OutgoingEvent } from './event.ts';

/**
 * Message parts from events. Octets are lent until the output is consumed.
 *
 * `write` throws before anything of the batch is accepted, and the encoder can be used further: TypeError for a wrong
 * shape, an event behind a Close, or a part that does not continue the message that is open; RangeError for a control
 * frame beyond 125 octets or a close code that may not be sent. `close` throws TypeError inside a message.
 */
export class EventEncoder implements Stage<OutgoingEvent | readonly OutgoingEvent[], OutgoingPart> {
  #progress = between;
  #parts: readonly OutgoingPart[] = [];
  #index = 0;

  write(events: OutgoingEvent | readonly OutgoingEvent[]): void {
    const parts: OutgoingPart[] = [];
    let progress = this.#progress;
    for (const event of Array.isArray(events)
      ? (events as readonly OutgoingEvent[])
      : [events as OutgoingEvent]) {
      const [part, then] = acceptEvent(event, progress);
      parts.push(part);
      progress = then;
    }
    this.#progress = progress;
    this.#parts = parts;
    this.#index = 0;
  }

  read(): OutgoingPart | undefined {
    if (this.#index < this.#parts.length) return this.#parts[this.#index++];
    this.#parts = [];
    this.#index = 0;
    return undefined;
  }

  close(): void {
    if (this.#progress.type === 'inside')
      throw new TypeError('the message that was begun has not been ended');
  }
}
