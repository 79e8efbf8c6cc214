// A duplex that is worked by hand: what comes in is given, what goes out is seen, and settles when it is told to.

import type { ByteDuplex } from '../../lib/streams/byte-duplex.ts';
import { hex, unhex } from './hex.ts';

export class HandDuplex implements ByteDuplex {
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<Uint8Array>;
  /** What has come to the writable, in octets, then `'close'` or the reason of the abort. */
  readonly out: unknown[] = [];
  /** Why the readable was cancelled, if it was. */
  readonly cancelled: unknown[] = [];
  /** How many chunks were asked for. */
  pulls = 0;
  /** Whether writes settle by themselves. */
  flowing: boolean;
  #source!: ReadableStreamDefaultController<Uint8Array>;
  #sink!: WritableStreamDefaultController;
  readonly #writes: (() => void)[] = [];

  constructor(flowing = true, highWaterMark = 1) {
    this.flowing = flowing;
    this.readable = new ReadableStream(
      {
        start: controller => void (this.#source = controller),
        pull: () => void (this.pulls += 1),
        cancel: reason => void this.cancelled.push(reason),
      },
      { highWaterMark: 0 },
    );
    this.writable = new WritableStream(
      {
        start: controller => void (this.#sink = controller),
        write: chunk => this.#write(chunk),
        close: () => void this.out.push('close'),
        abort: reason => void this.out.push(reason),
      },
      { highWaterMark },
    );
  }

  /** All octets that have gone out. */
  get wire(): string {
    return this.out.filter(item => typeof item === 'string' && item !== 'close').join('');
  }

  /** How many chunks have been given and not been read. */
  get unread(): number {
    return -(this.#source.desiredSize ?? 0);
  }

  give(octets: string | Uint8Array): void {
    this.#source.enqueue(typeof octets === 'string' ? unhex(octets) : octets);
  }

  end(): void {
    this.#source.close();
  }

  breakInput(error: unknown): void {
    this.#source.error(error);
  }

  breakOutput(error: unknown): void {
    this.#sink.error(error);
    this.settleWrite();
  }

  /** The write that is under way settles. */
  settleWrite(): void {
    this.#writes.shift()?.();
  }

  #write(chunk: Uint8Array): Promise<void> | undefined {
    this.out.push(hex(chunk));
    if (this.flowing) return undefined;
    return new Promise(resolve => this.#writes.push(resolve));
  }
}
