// An asynchronous iterator over a readable that takes outputs from its source directly, without the readable's queue.

import { Deferred } from '../base/deferred.ts';
import type { DirectSource, Waiter } from './direct-source.ts';
import type { ReadResult } from './pending-read.ts';

/** The options of `values()` of a readable stream. */
export interface ValuesOptions {
  /** Whether to leave the stream open when the loop is left early. Default: false. */
  readonly preventCancel?: boolean;
}

/** The reader that holds the lock, as the iterator uses it. */
export interface IteratedReader<Out> {
  /** Called only if the source has no output now and accepts no waiter. */
  read(): Promise<ReadResult<Out>>;
  cancel(reason: unknown): Promise<void>;
  releaseLock(): void;
}

/** The source, as the iterator uses it. */
type IteratedSource<Out> = Pick<DirectSource<Out>, 'takeNow' | 'wait'>;

/** A base class with %AsyncIteratorPrototype% as its prototype. */
const AsyncIteratorBase: new () => { [Symbol.asyncIterator](): unknown } = (() => {
  function Base() {}
  const generatorPrototype = Object.getPrototypeOf(Object.getPrototypeOf((async function* () {})()));
  Base.prototype = Object.getPrototypeOf(generatorPrototype);
  return Base as never;
})();

/**
 * Behaves as the standard's iterator over a readable stream: each call waits for the previous one, the lock is released at
 * the end, and a failure is reported once.
 */
export class DirectIterator<Out> extends AsyncIteratorBase implements Waiter<Out> {
  readonly #reader: IteratedReader<Out>;
  readonly #source: IteratedSource<Out>;
  readonly #preventCancel: boolean;
  /** The latest call, while it is pending. */
  #pending: Promise<unknown> | undefined;
  /** The latest call, if it is waiting for the source. */
  #waiting: Deferred<IteratorResult<Out, undefined>> | undefined;
  #finished = false;

  constructor(reader: IteratedReader<Out>, source: IteratedSource<Out>, options?: ValuesOptions | null) {
    super();
    this.#reader = reader;
    this.#source = source;
    this.#preventCancel = options?.preventCancel ?? false;
  }

  next(): Promise<IteratorResult<Out, unknown>> {
    if (this.#pending === undefined && !this.#finished) {
      const value = this.#source.takeNow();
      if (value !== undefined) return Promise.resolve({ value, done: false });
      if (this.#source.wait(this)) return this.#wait();
    }
    return this.#inTurn(() => this.#read());
  }

  return(value?: unknown): Promise<IteratorResult<Out, unknown>> {
    return this.#inTurn(() => this.#leave(value));
  }

  /** Resolves the waiting call with an output. */
  give(value: Out): void {
    this.#takeWaiting().resolve({ value, done: false });
  }

  /** Resolves the waiting call with the end. */
  end(): void {
    const waiting = this.#takeWaiting();
    this.#finish();
    waiting.resolve({ value: undefined, done: true });
  }

  /** Rejects the waiting call. An unhandled rejection does not end the process. */
  fail(error: unknown): void {
    const waiting = this.#takeWaiting();
    this.#finish();
    waiting.reject(error);
  }

  #wait(): Promise<IteratorResult<Out, undefined>> {
    const waiting = new Deferred<IteratorResult<Out, undefined>>();
    this.#pending = waiting.promise;
    this.#waiting = waiting;
    return waiting.promise;
  }

  /** Returns the waiting call, which the caller settles. Later calls may be pending. */
  #takeWaiting(): Deferred<IteratorResult<Out, undefined>> {
    const waiting = this.#waiting!;
    if (this.#pending === waiting.promise) this.#pending = undefined;
    this.#waiting = undefined;
    return waiting;
  }

  #inTurn<T>(step: () => Promise<T>): Promise<T> {
    const call = this.#pending === undefined ? step() : this.#pending.then(step, step);
    const settled = () => {
      if (this.#pending === call) this.#pending = undefined;
    };
    this.#pending = call;
    call.then(settled, settled);
    return call;
  }

  async #read(): Promise<IteratorResult<Out, unknown>> {
    if (this.#finished) return { value: undefined, done: true };
    try {
      const result = await this.#reader.read();
      if (!result.done) return result;
    } catch (error) {
      this.#finish();
      throw error;
    }
    this.#finish();
    return { value: undefined, done: true };
  }

  async #leave(value: unknown): Promise<IteratorResult<Out, unknown>> {
    if (!this.#finished) {
      const cancelled = this.#preventCancel ? undefined : this.#reader.cancel(value);
      this.#finish();
      await cancelled;
    }
    return { value, done: true };
  }

  #finish(): void {
    this.#finished = true;
    this.#reader.releaseLock();
  }
}
