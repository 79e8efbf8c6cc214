// Readable streams of received events, with one chunk for each message, each event, or all events of a network chunk.

import type { BinaryMessage, TextMessage } from '../events/event.ts';
import type { ReadableStream, WritableStream } from '../streams/platform.ts';
import {
  type Burst,
  type PipeOptions,
  PulledReadable,
  type PulledSource,
} from '../streams/pulled-readable.ts';
import { type Consumer, type End, type EventInbox, eventBytes, type SocketEvent } from './event-inbox.ts';
import type { Message } from './message.ts';
import { pipeToSocket } from './pipe-to-socket.ts';

export type { Message };

const readDirectly: Burst = { directReads: true };

/** A readable stream over the inbox. */
export abstract class EventReadable<Out> implements Consumer, PulledSource<Out> {
  abstract readonly name: string;
  readonly wantsAll: boolean = true;
  readonly #stream: PulledReadable<Out>;
  protected readonly inbox: EventInbox;

  constructor(inbox: EventInbox, burst: Burst = readDirectly) {
    this.inbox = inbox;
    this.#stream = new PulledReadable(this, burst);
  }

  get readable(): ReadableStream<Out> {
    return this.#stream.readable;
  }

  pushed(): void {
    this.#stream.notify();
  }

  decoded(): void {}

  end(end: End): void {
    endStream(this.#stream, end);
  }

  abstract take(): Out | undefined;
  abstract sizeOf(out: Out): number;

  fits(bytes: number): boolean {
    const next = this.inbox.first;
    return next === undefined || eventBytes(next) <= bytes;
  }

  get empty(): boolean {
    return this.inbox.empty;
  }

  cancel(reason: unknown): void {
    this.inbox.cancel(reason);
  }
}

/** A stream with a chunk for each message. */
export class MessageReadable extends EventReadable<Message> {
  readonly name = 'readable';
  override readonly wantsAll = false;

  take(): Message | undefined {
    return (this.inbox.shift() as TextMessage | BinaryMessage | undefined)?.data;
  }

  sizeOf(message: Message): number {
    return message.length;
  }

  pipeTo(
    readable: ReadableStream<Message>,
    destination: WritableStream<Message>,
    options: PipeOptions,
  ): Promise<void> | undefined {
    return pipeToSocket(readable, destination, options);
  }
}

/** A stream with a chunk for each event. */
export class SingleEventReadable extends EventReadable<SocketEvent> {
  readonly name = 'events';

  take(): SocketEvent | undefined {
    return this.inbox.shift();
  }

  sizeOf(event: SocketEvent): number {
    return eventBytes(event);
  }
}

/** A stream with a chunk for all events received since the last chunk. */
export class BatchReadable extends EventReadable<readonly SocketEvent[]> {
  readonly name = 'batches';

  /** Does nothing: a batch is complete at `decoded`. */
  override pushed(): void {}

  override decoded(): void {
    if (!this.inbox.empty) super.pushed();
  }

  /** Delivers the last events, because the end may come without a chunk. */
  override end(end: End): void {
    this.decoded();
    super.end(end);
  }

  take(): readonly SocketEvent[] | undefined {
    const batch: SocketEvent[] = [];
    for (let event = this.inbox.shift(); event !== undefined; event = this.inbox.shift()) batch.push(event);
    return batch.length > 0 ? batch : undefined;
  }

  sizeOf(batch: readonly SocketEvent[]): number {
    return batch.reduce((sum, event) => sum + eventBytes(event), 0);
  }
}

/** Closes or errors a stream according to the end of the events. */
export function endStream(stream: PulledReadable<unknown>, end: End): void {
  if (end === 'closed') stream.close();
  else stream.error(end.failure);
}
