// The plain ways to look at what comes: a chunk a message, an event, or all events that are there.

import type { BinaryMessage, TextMessage } from '../events/event.ts';
import { eventLength, type SocketEvent, View } from './incoming.ts';

/** A message as the platform gives it. */
export type Message = string | Uint8Array<ArrayBuffer>;

/** A chunk a message. */
export class MessageView extends View<Message> {
  readonly name = 'readable';
  override readonly wantsAll = false;

  take(): Message | undefined {
    return (this.incoming.shift() as TextMessage | BinaryMessage | undefined)?.data;
  }

  sizeOf(message: Message): number {
    return message.length;
  }
}

/** A chunk an event. */
export class EventView extends View<SocketEvent> {
  readonly name = 'events';

  take(): SocketEvent | undefined {
    return this.incoming.shift();
  }

  sizeOf(event: SocketEvent): number {
    return eventLength(event);
  }
}

/** A chunk for all events that have come since the last one. */
export class BatchView extends View<readonly SocketEvent[]> {
  readonly name = 'batches';

  take(): readonly SocketEvent[] | undefined {
    const batch: SocketEvent[] = [];
    for (let event = this.incoming.shift(); event !== undefined; event = this.incoming.shift())
      batch.push(event);
    return batch.length > 0 ? batch : undefined;
  }

  sizeOf(batch: readonly SocketEvent[]): number {
    return batch.reduce((sum, event) => sum + eventLength(event), 0);
  }
}
