// Messages that have come and wait for their reader: a bounded number of them, so that a socket nobody reads still
// answers pings and sees a Close, and a peer that sends more is held back.

import { Fifo } from '../base/fifo.ts';
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
  #dropping = false;

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
    return this.#bytes >= lookAheadBytes && !this.#dropping;
  }

  /** From now on, what does not fit is dropped. */
  dropOverflow(): void {
    this.#dropping = true;
    this.#onRoom();
  }

  push(message: Message): void {
    if (this.#dropping && this.#bytes >= lookAheadBytes) return;
    this.#messages.push(message);
    this.#bytes += bytesPerMessage + message.length;
  }

  take(): Message | undefined {
    const message = this.#messages.shift();
    if (message === undefined) return undefined;
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
    this.#messages.clear();
    this.#bytes = Infinity;
    this.dropOverflow();
    this.#onCancel(reason);
  }
}
