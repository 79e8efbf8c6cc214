// A duplex that the spec controls: it gives the input, sees the output, and settles the writes.

import type { ByteDuplex } from '../../lib/streams/byte-duplex.ts';
import { fromHex, hex } from './hex.ts';

export class HandDuplex implements ByteDuplex {
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<Uint8Array>;
  /** The written chunks as hex, then `'close'` or the reason of the abort. */
  readonly out: unknown[] = [];
  /** The reasons of cancels of the readable. */
  readonly cancelled: unknown[] = [];
  /** The number of requested chunks. */
  pulls = 0;
  /** True if writes settle at once. */
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

  /** All written bytes as hex. */
  get wire(): string {
    return this.out.filter(item => typeof item === 'string' && item !== 'close').join('');
  }

  /** The number of given chunks that were not read. */
  get unread(): number {
    return -(this.#source.desiredSize ?? 0);
  }

  give(bytes: string | Uint8Array): void {
    this.#source.enqueue(typeof bytes === 'string' ? fromHex(bytes) : bytes);
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

  /** Settles the oldest pending write. */
  settleWrite(): void {
    this.#writes.shift()?.();
  }

  #write(chunk: Uint8Array): Promise<void> | undefined {
    this.out.push(hex(chunk));
    if (this.flowing) return undefined;
    return new Promise(resolve => this.#writes.push(resolve));
  }
}
