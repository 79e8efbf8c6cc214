// A duplex of bytes that shows its chunks to an observer, and takes bytes from a second writer. It has no buffer of its own.

import type { ByteDuplex } from '../wsluice.ts';

/** Called with a chunk, which waits for the returned promise. */
export type OnBytes = (chunk: Uint8Array) => void | Promise<void>;

export interface DuplexObserver {
  /** Called with each chunk before the reader gets it. */
  readonly onRead: OnBytes;
  /** Called with each chunk before it is written. */
  readonly onWrite?: OnBytes;
}

export class TappedDuplex implements ByteDuplex {
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<Uint8Array>;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #observer: DuplexObserver;
  #readBytes = 0;
  #writtenBytes = 0;

  constructor(duplex: ByteDuplex, observer: DuplexObserver) {
    this.#observer = observer;
    this.#writer = duplex.writable.getWriter();
    const reader = duplex.readable.getReader();
    this.readable = new ReadableStream<Uint8Array>(
      {
        pull: async controller => {
          const { done, value } = await reader.read();
          if (done) return controller.close();
          this.#readBytes += value.length;
          await observer.onRead(value);
          controller.enqueue(value);
        },
        cancel: reason => reader.cancel(reason),
      },
      { highWaterMark: 0 },
    );
    this.writable = new WritableStream<Uint8Array>({
      start: controller => void this.#writer.closed.catch(error => controller.error(error)),
      write: chunk => this.inject(chunk),
      close: () => this.#writer.close(),
      abort: reason => this.#writer.abort(reason),
    });
  }

  get readBytes(): number {
    return this.#readBytes;
  }

  get writtenBytes(): number {
    return this.#writtenBytes;
  }

  /** Writes bytes after those that were written to `writable` so far. */
  async inject(bytes: Uint8Array): Promise<void> {
    this.#writtenBytes += bytes.length;
    await this.#observer.onWrite?.(bytes);
    await this.#writer.write(bytes);
  }
}
