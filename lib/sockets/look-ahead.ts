// Messages that have come and wait for their reader: a bounded number of them, so that a socket nobody reads still
// answers pings and sees a Close, and a peer that sends more is held back.

import { Fifo } from '../base/fifo.ts';
import { nextTask } from '../streams/next-task.ts';
import type { PulledSource } from '../streams/pulled-readable.ts';

/** Beyond this the socket reads no further. A message counts its octets (text its UTF-16 units) and 64. */
const lookAheadBytes = 65_536;
const bytesPerMessage = 64;

/** A message as the readable gives it. */
export type Message = string | Uint8Array<ArrayBuffer>;

/** The messages between the inward pump and the readable. */
export class LookAhead implements PulledSource<Message> {
  readonly #messages = new Fifo<Message>();
  readonly #onRoom: () => void;
  readonly #onCancel: (reason: unknown) => void;
  #bytes = 0;
  #mode: 'keeping' | 'dropping' | 'cancelled' = 'keeping';
  /** Whether the reader has taken something since it was last given a moment. */
  #reading = true;

  /**
   * @param onRoom - called when there is room again
   * @param onCancel - called when nobody wants to read on
   */
  constructor(onRoom: () => void, onCancel: (reason: unknown) => void) {
    this.#onRoom = onRoom;
    this.#onCancel = onCancel;
  }

  get empty(): boolean {
    return this.#messages.length === 0;
  }

  /** Whether the socket should read no further. */
  get full(): boolean {
    return this.#mode === 'keeping' && this.#bytes >= lookAheadBytes;
  }

  /** Whether the next message would be dropped although somebody reads. */
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
    if (this.#mode === 'keeping') this.#mode = 'dropping';
    this.#onRoom();
  }

  push(message: Message): void {
    if (this.#mode === 'cancelled') return;
    if (this.#mode === 'dropping' && this.#bytes >= lookAheadBytes) return;
    this.#messages.push(message);
    this.#bytes += bytesPerMessage + message.length;
  }

  take(): Message | undefined {
    const message = this.#messages.shift();
    if (message === undefined) return undefined;
    this.#reading = true;
    const wasFull = this.full;
    this.#bytes -= bytesPerMessage + message.length;
    if (wasFull && !this.full) this.#onRoom();
    return message;
  }

  sizeOf(message: Message): number {
    return message.length;
  }

  /** Nobody reads on: what waits is dropped, and so is what comes. */
  cancel(reason: unknown): void {
    this.#mode = 'cancelled';
    this.#messages.clear();
    this.#onRoom();
    this.#onCancel(reason);
  }
}
