// What has come and waits for its reader: a bounded number of events, so that a socket that is not read still answers pings
// and sees a Close, and a peer that sends more is held back. One consumer takes them.

import { Fifo } from '../base/fifo.ts';
import type { CloseRecord } from '../connection/close-record.ts';
import type { WebSocketEvent } from '../events/event.ts';
import type { Inbox } from './socket-driver.ts';

/** The last event of every WebSocket, however it ended. */
export interface Closed {
  readonly type: 'closed';
  readonly record: CloseRecord;
}

/** What an application can be told. */
export type SocketEvent = WebSocketEvent | Closed;

/** Above this the socket stops reading. */
const lookAheadBytes = 65_536;

/** What an event costs besides its bytes: its objects, and the array of a binary message. */
const bytesPerEvent = 320;

/** How the events end. */
export type End = { readonly failure: unknown } | 'closed';

/** Who takes the events. */
export interface Consumer {
  /** Its name for the application, such as `readable`. */
  readonly name: string;
  /** Whether it wants control frames and the end, too, or messages alone. */
  readonly wantsAll: boolean;
  /** An event has come: it can be taken by `shift`, now or later. */
  pushed(): void;
  /** All events of a chunk have come. */
  decoded(): void;
  /** Nothing more will come; a failure follows what waits. */
  end(end: End): void;
}

/** `'dropping'`: what does not fit, and whatever follows it, since nobody wants a message after a gap. */
type Mode = 'keeping' | 'dropping' | 'overflowed' | 'discarding';

/** The events between a connection and the application. */
export class EventInbox implements Inbox {
  readonly #onRoom: () => void;
  readonly #onCancel: (reason: unknown) => void;
  readonly #queue = new Fifo<SocketEvent>();
  #bytes = 0;
  #mode: Mode = 'keeping';
  /** Whether the reader has taken something since it was last given a moment. */
  #reading = true;
  #consumer: Consumer | undefined;
  #end: End | undefined;
  /** The last event, if it came before anybody took the events. */
  #missed: SocketEvent | undefined;

  /**
   * @param onRoom - called when there is room again
   * @param onCancel - called when the application cancels what it reads
   */
  constructor(onRoom: () => void, onCancel: (reason: unknown) => void) {
    this.#onRoom = onRoom;
    this.#onCancel = onCancel;
  }

  get empty(): boolean {
    return this.#queue.length === 0;
  }

  /** Whether the socket should stop reading. */
  get full(): boolean {
    return this.#mode === 'keeping' && this.#bytes >= lookAheadBytes;
  }

  /** Whether the next event would be dropped although the application reads. */
  get crowded(): boolean {
    return this.#mode === 'dropping' && this.#reading && this.#bytes >= lookAheadBytes;
  }

  /** True if messages were dropped because the closing had begun and they did not fit. */
  get overflowed(): boolean {
    return this.#mode === 'overflowed';
  }

  giveMoment(): void {
    this.#reading = false;
  }

  /** From now on, what does not fit is dropped. */
  dropOverflow(): void {
    if (this.#mode !== 'keeping') return;
    this.#mode = 'dropping';
    this.#onRoom();
  }

  push(event: SocketEvent): void {
    if (this.#consumer === undefined && event.type === 'closed') this.#missed = event;
    if (!this.#wants(event)) return;
    this.#queue.push(event);
    this.#bytes += bytesPerEvent + eventBytes(event);
    this.#consumer?.pushed();
  }

  decoded(): void {
    this.#consumer?.decoded();
  }

  /** The oldest event, which stays. */
  get first(): SocketEvent | undefined {
    return this.#queue.first;
  }

  /** Takes the oldest event. For the consumer. */
  shift(): SocketEvent | undefined {
    const event = this.#queue.shift();
    if (event === undefined) return undefined;
    this.#reading = true;
    const wasFull = this.full;
    this.#bytes -= bytesPerEvent + eventBytes(event);
    if (wasFull && !this.full) this.#onRoom();
    return event;
  }

  /** The application has cancelled what it reads, and so closes the WebSocket. */
  cancel(reason: unknown): void {
    this.discard();
    this.#onCancel(reason);
  }

  /** Drops what waits and whatever comes. */
  discard(): void {
    this.#mode = 'discarding';
    this.#queue.clear();
    this.#onRoom();
  }

  /** Nothing more will come; a failure follows what waits. */
  end(end: End): void {
    this.#end ??= end;
    this.#consumer?.end(this.#end);
  }

  /**
   * From now on the events go to this consumer. The first one is the only one.
   *
   * @throws TypeError if there is one already
   */
  take(consumer: Consumer): void {
    if (this.#consumer !== undefined) {
      throw new TypeError(`${consumer.name} is locked: ${this.#consumer.name} was used first`);
    }
    this.#consumer = consumer;
    if (this.#missed !== undefined) this.push(this.#missed);
    if (this.#end !== undefined) consumer.end(this.#end);
  }

  #wants(event: SocketEvent): boolean {
    if (this.#mode === 'discarding') return false;
    if (event.type !== 'text' && event.type !== 'binary' && this.#consumer?.wantsAll !== true) return false;
    if (event.type === 'close' || event.type === 'closed') return true;
    if (this.#mode === 'dropping' && this.#bytes >= lookAheadBytes) this.#mode = 'overflowed';
    return this.#mode !== 'overflowed';
  }
}

/** The bytes of an event, or the UTF-16 units of a text. */
export function eventBytes(event: SocketEvent): number {
  return event.type === 'close' || event.type === 'closed' ? 0 : event.data.length;
}
