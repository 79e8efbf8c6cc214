// The platform's reader with a `read` that takes from the source directly.

import type { DirectSource } from './direct-source.ts';
import { PendingRead, type ReadResult } from './pending-read.ts';
import { type ReadableStream, ReadableStreamDefaultReader } from './platform.ts';

const ignore = () => {};

/** The overridden members. */
interface PlatformReader<Out> {
  readonly closed: Promise<unknown>;
  read(): Promise<ReadResult<Out>>;
  cancel(reason?: unknown): Promise<void>;
  releaseLock(): void;
}

/** The class to extend, with a type of its own because hosts declare the type of results differently. */
const Base: new <Out>(stream: ReadableStream<Out>) => PlatformReader<Out> =
  ReadableStreamDefaultReader as never;

/** Reads from the source while nothing is queued in the stream, and as the platform's reader otherwise. */
export class DirectReader<Out> extends Base<Out> {
  readonly #source: DirectSource<Out>;
  #locked = true;
  /** The number of pending reads of the platform, after which later reads must wait. */
  #platformReads = 0;

  constructor(stream: ReadableStream<Out>, source: DirectSource<Out>) {
    super(stream);
    this.#source = source;
  }

  override read(): Promise<ReadResult<Out>> {
    if (this.#locked && this.#platformReads === 0) {
      const value = this.#source.takeNow();
      if (value !== undefined) return Promise.resolve({ value, done: false });
      const pending = new PendingRead<Out>();
      if (this.#source.wait(pending)) return pending.promise;
    }
    this.#platformReads += 1;
    const read = super.read();
    const settled = () => {
      this.#platformReads -= 1;
    };
    read.then(settled, settled);
    return read;
  }

  override cancel(reason?: unknown): Promise<void> {
    const cancelled = super.cancel(reason);
    cancelled.catch(ignore);
    return cancelled;
  }

  override releaseLock(): void {
    super.releaseLock();
    if (!this.#locked) return;
    this.#locked = false;
    this.#source.failWaiters(new TypeError('the reader was released'));
  }
}
