// A duplex of bytes whose chunks are seen as they pass, and that takes bytes from a second writer. It buffers nothing
// itself.

import type { ByteDuplex } from '../wsluice.ts';

/** Sees a chunk; a promise holds the chunk back. */
export type OnBytes = (chunk: Uint8Array) => void | Promise<void>;

export interface DuplexObserver {
  /** Sees each chunk before the reader gets it. */
  readonly onRead: OnBytes;
  /** Sees each chunk before it is written. */
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

  /** Writes bytes between those of the owner of `writable`. */
  async inject(bytes: Uint8Array): Promise<void> {
    this.#writtenBytes += bytes.length;
    await this.#observer.onWrite?.(bytes);
    await this.#writer.write(bytes);
  }
}
