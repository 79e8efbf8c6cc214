// The platform's reader, whose reads take from the source directly.

import type { DirectSource, Waiter } from './direct-source.ts';
import { type ReadableStream, ReadableStreamDefaultReader } from './platform.ts';

const ignore = () => {};

/** What a read gives. */
export type ReadResult<Out> = { value: Out; done: false } | { value: undefined; done: true };

/** What is overridden here. */
interface PlatformReader<Out> {
  readonly closed: Promise<unknown>;
  read(): Promise<ReadResult<Out>>;
  cancel(reason?: unknown): Promise<void>;
  releaseLock(): void;
}

/** As a class to extend: hosts declare the type of results differently. */
const Base: new <Out>(stream: ReadableStream<Out>) => PlatformReader<Out> =
  ReadableStreamDefaultReader as never;

/** A read that waits. */
class PendingRead<Out> implements Waiter<Out> {
  readonly promise: Promise<ReadResult<Out>>;
  #resolve!: (result: ReadResult<Out>) => void;
  #reject!: (error: unknown) => void;

  constructor() {
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  give(value: Out): void {
    this.#resolve({ value, done: false });
  }

  end(): void {
    this.#resolve({ value: undefined, done: true });
  }

  /** Never ends a process, even if nobody handles the rejection. */
  fail(error: unknown): void {
    this.promise.catch(ignore);
    this.#reject(error);
  }
}

/** Reads from the source as long as nothing is queued in the stream, and as the platform's reader otherwise. */
export class DirectReader<Out> extends Base<Out> {
  readonly #source: DirectSource<Out>;
  #locked = true;
  /** Reads of the platform that wait: later ones wait after them. */
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
