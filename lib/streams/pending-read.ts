// A read of a stream's reader that waits for its result.

import type { Waiter } from './direct-source.ts';

const ignore = () => {};

/** The result of a read. `done` is always present, as a `ReadableStreamDefaultReader` gives it. */
export type ReadResult<Out> = { value: Out; done: false } | { value: undefined; done: true };

/** A pending read. */
export class PendingRead<Out> implements Waiter<Out> {
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

  /** Rejects the read. An unhandled rejection does not end the process. */
  fail(error: unknown): void {
    this.promise.catch(ignore);
    this.#reject(error);
  }
}
