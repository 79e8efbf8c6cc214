// An asynchronous iterator over a readable that takes what is there directly from its source, without the readable's queue.

import type { DirectReader } from './direct-reader.ts';
import type { DirectSource, Waiter } from './direct-source.ts';

/** What the `values()` of a readable stream takes. */
export interface ValuesOptions {
  /** Leaving the loop early cancels the stream, unless this is set. */
  readonly preventCancel?: boolean;
}

const ignore = () => {};

/** %AsyncIteratorPrototype%, as a class to extend. */
const AsyncIteratorBase: new () => { [Symbol.asyncIterator](): unknown } = (() => {
  function Base() {}
  const generatorPrototype = Object.getPrototypeOf(Object.getPrototypeOf((async function* () {})()));
  Base.prototype = Object.getPrototypeOf(generatorPrototype);
  return Base as never;
})();

/**
 * Behaves as the standard's iterator over a readable stream: calls wait for the one before, the lock is released at the
 * end, a failure comes once.
 */
export class DirectIterator<Out> extends AsyncIteratorBase implements Waiter<Out> {
  readonly #reader: DirectReader<Out>;
  readonly #source: DirectSource<Out>;
  readonly #preventCancel: boolean;
  /** The latest call, while it is under way. */
  #underWay: Promise<unknown> | undefined;
  /** The call that waits for the source, if the latest one does. */
  #waiting: Promise<unknown> | undefined;
  #finished = false;
  #resolve!: (result: IteratorResult<Out, undefined>) => void;
  #reject!: (error: unknown) => void;

  constructor(reader: DirectReader<Out>, source: DirectSource<Out>, options?: ValuesOptions | null) {
    super();
    this.#reader = reader;
    this.#source = source;
    this.#preventCancel = options?.preventCancel ?? false;
  }

  next(): Promise<IteratorResult<Out, unknown>> {
    if (this.#underWay === undefined && !this.#finished) {
      const value = this.#source.takeNow();
      if (value !== undefined) return Promise.resolve({ value, done: false });
      if (this.#source.wait(this)) return this.#wait();
    }
    return this.#inTurn(() => this.#read());
  }

  return(value?: unknown): Promise<IteratorResult<Out, unknown>> {
    return this.#inTurn(() => this.#leave(value));
  }

  /** The call that waits gets an output. */
  give(value: Out): void {
    this.#settled();
    this.#resolve({ value, done: false });
  }

  /** The call that waits gets the end. */
  end(): void {
    this.#settled();
    this.#finish();
    this.#resolve({ value: undefined, done: true });
  }

  /** The call that waits gets the failure. It never ends a process, even if nobody handles the rejection. */
  fail(error: unknown): void {
    this.#waiting?.catch(ignore);
    this.#settled();
    this.#finish();
    this.#reject(error);
  }

  #wait(): Promise<IteratorResult<Out, undefined>> {
    const call = new Promise<IteratorResult<Out, undefined>>((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.#underWay = call;
    this.#waiting = call;
    return call;
  }

  /** Calls that were made meanwhile keep their turn. */
  #settled(): void {
    if (this.#underWay === this.#waiting) this.#underWay = undefined;
    this.#waiting = undefined;
  }

  #inTurn<T>(step: () => Promise<T>): Promise<T> {
    const call = this.#underWay === undefined ? step() : this.#underWay.then(step, step);
    const settled = () => {
      if (this.#underWay === call) this.#underWay = undefined;
    };
    this.#underWay = call;
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
