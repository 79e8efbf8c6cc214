// The queue of received events. It has a limit, up to which an unread socket still answers pings and sees a
// Close; at the limit the socket stops reading. One consumer takes the events.

import { Fifo } from '../base/fifo.ts';
import type { CloseRecord } from '../connection/close-record.ts';
import type { WebSocketEvent } from '../events/event.ts';
import type { Inbox } from './socket-driver.ts';

/** The last event of every WebSocket, however it ended. */
export interface Closed {
  readonly type: 'closed';
  readonly record: CloseRecord;
}

/** An event that an application can receive. */
export type SocketEvent = WebSocketEvent | Closed;

/** The look-ahead: at this many queued bytes the socket stops reading. */
const lookAheadBytes = 65_536;

/** The cost of an event besides its bytes: its objects, and the array of a binary message. */
const bytesPerEvent = 512;

/** The end of the events: clean, or a failure. */
export type End = { readonly failure: unknown } | 'closed';

/** The consumer of the events. */
export interface Consumer {
  /** Its name for the application, such as `readable`. */
  readonly name: string;
  /** True to receive control frames and the end, too; false to receive messages only. */
  readonly wantsAll: boolean;
  /**
   * Called with an event that no other precedes. Returns true if the consumer was waiting and has taken it; otherwise it is
   * queued. Default: it is queued.
   */
  receive?(event: SocketEvent): boolean;
  /** Called after an event was queued. The consumer takes it by `shift`, now or later. */
  pushed(): void;
  /** Called after all events of a chunk were queued. */
  decoded(): void;
  /** Called when no more events will come. A failure takes effect after the queued events. */
  end(end: End): void;
}

/** `'dropping'` drops the first event that does not fit; from then on, `'overflowed'` drops all, so that there is no gap. */
type Mode = 'keeping' | 'dropping' | 'overflowed' | 'discarding';

/** The callbacks of an {@link EventInbox}. */
export interface InboxOwner {
  /** Called when there is space again. */
  onSpace(): void;
  /** Called when the application cancels what it reads. */
  onCancel(reason: unknown): void;
}

/** The events between a connection and the application. */
export class EventInbox implements Inbox {
  readonly #owner: InboxOwner;
  readonly #queue = new Fifo<SocketEvent>();
  #bytes = 0;
  #mode: Mode = 'keeping';
  #messagesDropped = false;
  /** True if the reader has taken an event since `giveMoment`. */
  #reading = true;
  #consumer: Consumer | undefined;
  #end: End | undefined;
  /** The `closed` event, if it came before there was a consumer. */
  #missed: SocketEvent | undefined;

  constructor(owner: InboxOwner) {
    this.#owner = owner;
  }

  get empty(): boolean {
    return this.#queue.length === 0;
  }

  /** True if the socket should stop reading. */
  get full(): boolean {
    return this.#mode === 'keeping' && this.#bytes >= lookAheadBytes;
  }

  /** True if the next event would be dropped although the application is reading. */
  get crowded(): boolean {
    return this.#mode === 'dropping' && this.#reading && this.#bytes >= lookAheadBytes;
  }

  /** True if events were dropped because the closing had begun and they did not fit. */
  get overflowed(): boolean {
    return this.#mode === 'overflowed';
  }

  /** The same for messages alone: what was dropped may be pings that the application would have seen. */
  get messagesDropped(): boolean {
    return this.#messagesDropped;
  }

  giveMoment(): void {
    this.#reading = false;
  }

  /** Drops events that do not fit from now on, instead of stopping the socket. */
  dropOverflow(): void {
    if (this.#mode !== 'keeping') return;
    this.#mode = 'dropping';
    this.#owner.onSpace();
  }

  push(event: SocketEvent): void {
    if (this.#consumer === undefined && event.type === 'closed') this.#missed = event;
    if (!this.#wants(event)) return;
    if (this.#queue.length === 0 && this.#consumer?.receive?.(event) === true) {
      this.#reading = true;
      return;
    }
    this.#queue.push(event);
    this.#bytes += bytesPerEvent + eventBytes(event);
    this.#consumer?.pushed();
  }

  decoded(): void {
    this.#consumer?.decoded();
  }

  /** The oldest event, which stays in the queue. */
  get first(): SocketEvent | undefined {
    return this.#queue.first;
  }

  /** Takes the oldest event. Only the consumer calls it. */
  shift(): SocketEvent | undefined {
    const event = this.#queue.shift();
    if (event === undefined) return undefined;
    this.#reading = true;
    const wasFull = this.full;
    this.#bytes -= bytesPerEvent + eventBytes(event);
    if (wasFull && !this.full) this.#owner.onSpace();
    return event;
  }

  /** Discards all events and closes the WebSocket, because the application cancelled its stream. */
  cancel(reason: unknown): void {
    this.discard();
    this.#owner.onCancel(reason);
  }

  /** Drops all queued and all future events. */
  discard(): void {
    this.#mode = 'discarding';
    this.#queue.clear();
    this.#owner.onSpace();
  }

  /** Ends the events. A failure takes effect after the queued events. */
  end(end: End): void {
    this.#end ??= end;
    this.#consumer?.end(this.#end);
  }

  /**
   * Gives the events to a consumer. There is only one.
   *
   * @throws TypeError if there is a consumer already
   */
  take(consumer: Consumer): void {
    if (this.#consumer !== undefined) {
      const { name } = this.#consumer;
      throw new TypeError(
        `${consumer.name} is locked: ${name} was used first, and both take the same messages`,
      );
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
    if (this.#mode !== 'overflowed') return true;
    this.#messagesDropped ||= event.type === 'text' || event.type === 'binary';
    return false;
  }
}

/** Returns the bytes of an event, or the UTF-16 units of a text. */
export function eventBytes(event: SocketEvent): number {
  return event.type === 'close' || event.type === 'closed' ? 0 : event.data.length;
}
