// What has come and waits for its reader: a bounded number of events, so that a socket nobody reads still answers pings
// and sees a Close, and a peer that sends more is held back. One view of them can be taken.

import { Fifo } from '../base/fifo.ts';
import type { CloseRecord } from '../connection/close-record.ts';
import type { WebSocketEvent } from '../events/event.ts';
import { nextTask } from '../streams/next-task.ts';
import type { ReadableStream } from '../streams/platform.ts';
import { PulledReadable, type PulledSource } from '../streams/pulled-readable.ts';

/** The last event of every WebSocket, however it ended. */
export interface Closed {
  readonly type: 'closed';
  readonly record: CloseRecord;
}

/** What an application can be told. */
export type SocketEvent = WebSocketEvent | Closed;

/** Beyond this the socket reads no further. An event counts its octets (text its UTF-16 units) and 64. */
const lookAheadBytes = 65_536;
const bytesPerEvent = 64;

/** How the events end. */
export type End = { readonly failure: unknown } | 'closed';

/** A way to look at what comes. */
export abstract class View<Out> implements PulledSource<Out> {
  /** What the application calls it. */
  abstract readonly name: string;
  /** Whether it wants control frames and the end too, or messages alone. */
  readonly wantsAll: boolean = true;
  readonly #stream: PulledReadable<Out>;
  protected readonly incoming: Incoming;

  constructor(incoming: Incoming) {
    this.incoming = incoming;
    this.#stream = new PulledReadable(this);
  }

  get readable(): ReadableStream<Out> {
    return this.#stream.readable;
  }

  /** Something has come. */
  pushed(): void {
    this.#stream.notify();
  }

  /** Nothing more will come; a failure follows what waits. */
  end(end: End): void {
    endStream(this.#stream, end);
  }

  abstract take(): Out | undefined;
  abstract sizeOf(out: Out): number;

  fits(bytes: number): boolean {
    const next = this.incoming.first;
    return next === undefined || eventLength(next) <= bytes;
  }

  get empty(): boolean {
    return this.incoming.empty;
  }

  cancel(reason: unknown): void {
    this.incoming.cancel(reason);
  }
}

/** The events between a connection and the application. */
export class Incoming {
  readonly #queue = new Fifo<SocketEvent>();
  readonly #onRoom: () => void;
  readonly #onCancel: (reason: unknown) => void;
  #bytes = 0;
  /** `dropping`: what does not fit, and whatever follows it, since nobody wants a message with a gap. */
  #mode: 'keeping' | 'dropping' | 'overflowed' | 'discarding' = 'keeping';
  /** Whether the reader has taken something since it was last given a moment. */
  #reading = true;
  #view: View<unknown> | undefined;
  #end: End | undefined;

  /**
   * @param onRoom - called when there is room again
   * @param onCancel - called when the application wants to read no further
   */
  constructor(onRoom: () => void, onCancel: (reason: unknown) => void) {
    this.#onRoom = onRoom;
    this.#onCancel = onCancel;
  }

  get empty(): boolean {
    return this.#queue.length === 0;
  }

  /** Whether the socket should read no further. */
  get full(): boolean {
    return this.#mode === 'keeping' && this.#bytes >= lookAheadBytes;
  }

  /** Whether the next event would be dropped although somebody reads. */
  get crowded(): boolean {
    return this.#mode === 'dropping' && this.#reading && this.#bytes >= lookAheadBytes;
  }

  /** Gives the reader a moment: two tasks, for it may be waiting for the next one itself. */
  async giveMoment(): Promise<void> {
    this.#reading = false;
    await nextTask();
    await nextTask();
  }

  /** From now on, what does not fit is dropped. */
  dropOverflow(): void {
    if (this.#mode !== 'keeping') return;
    this.#mode = 'dropping';
    this.#onRoom();
  }

  push(event: SocketEvent): void {
    if (!this.#wants(event)) return;
    this.#queue.push(event);
    this.#bytes += cost(event);
    this.#view?.pushed();
  }

  /** The oldest event, which stays. */
  get first(): SocketEvent | undefined {
    return this.#queue.first;
  }

  /** Takes the oldest event. For the view that was taken. */
  shift(): SocketEvent | undefined {
    const event = this.#queue.shift();
    if (event === undefined) return undefined;
    this.#reading = true;
    const wasFull = this.full;
    this.#bytes -= cost(event);
    if (wasFull && !this.full) this.#onRoom();
    return event;
  }

  /** The application wants to read no further, and so closes the WebSocket. */
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
    this.#view?.end(this.#end);
  }

  /**
   * From now on events go to this view. The first that is taken is the only one.
   *
   * @throws TypeError when another one was taken
   */
  take(view: View<unknown>): void {
    if (this.#view !== undefined) throw new TypeError(`${view.name} is locked: ${this.#view.name} was taken`);
    this.#view = view;
    if (this.#end !== undefined) view.end(this.#end);
  }

  #wants(event: SocketEvent): boolean {
    if (this.#mode === 'discarding') return false;
    if (!isMessage(event) && this.#view?.wantsAll !== true) return false;
    if (event.type === 'close' || event.type === 'closed') return true;
    if (this.#mode === 'dropping' && this.#bytes >= lookAheadBytes) this.#mode = 'overflowed';
    return this.#mode !== 'overflowed';
  }
}

/** Ends a stream as the events end. */
export function endStream(stream: PulledReadable<unknown>, end: End): void {
  if (end === 'closed') stream.close();
  else stream.error(end.failure);
}

function isMessage(event: SocketEvent): boolean {
  return event.type === 'text' || event.type === 'binary';
}

function cost(event: SocketEvent): number {
  return bytesPerEvent + eventLength(event);
}

/** Octets, or UTF-16 units of text. */
export function eventLength(event: SocketEvent): number {
  return event.type === 'close' || event.type === 'closed' ? 0 : event.data.length;
}
