// A read of a stream's reader that waits for its result.

import { Deferred } from '../base/deferred.ts';
import type { Waiter } from './direct-source.ts';

/** The result of a read. `done` is always present, as a `ReadableStreamDefaultReader` gives it. */
export type ReadResult<Out> = { value: Out; done: false } | { value: undefined; done: true };

/** A pending read. */
export class PendingRead<Out> extends Deferred<ReadResult<Out>> implements Waiter<Out> {
  give(value: Out): void {
    this.resolve({ value, done: false });
  }

  end(): void {
    this.resolve({ value: undefined, done: true });
  }

  fail(error: unknown): void {
    this.reject(error);
  }
}
