// An asynchronous iterator over a readable that takes what is there straight from its stage, without the readable's
// queue. Whatever else happens (waiting, failure, end) it leaves to a reader, which also holds the lock.

interface Reader<Out> {
  read(): Promise<{ done: false; value: Out } | { done: true; value?: unknown }>;
  cancel(reason?: unknown): Promise<void>;
  releaseLock(): void;
}

/** What the `values()` of a readable stream takes. */
export interface ValuesOptions {
  /** Leaving the loop early cancels the stream, unless this is set. */
  readonly preventCancel?: boolean;
}

/**
 * Behaves as the standard's iterator over a readable stream: calls wait for the one before, the lock is let go of
 * at the end, a failure comes once.
 *
 * @param take - the next output if it can be had at once: only while nothing is queued in the readable
 */
export class DirectIterator<Out> implements AsyncIterableIterator<Out, unknown> {
  readonly #reader: Reader<Out>;
  readonly #take: () => Out | undefined;
  readonly #preventCancel: boolean;
  /** The latest call, while it is under way. */
  #underWay: Promise<unknown> | undefined;
  #finished = false;

  constructor(reader: Reader<Out>, take: () => Out | undefined, options: ValuesOptions = {}) {
    this.#reader = reader;
    this.#take = take;
    this.#preventCancel = options.preventCancel ?? false;
  }

  next(): Promise<IteratorResult<Out, unknown>> {
    const value = this.#underWay === undefined && !this.#finished ? this.#take() : undefined;
    if (value !== undefined) return Promise.resolve({ value, done: false });
    return this.#inTurn(() => this.#read());
  }

  return(value?: unknown): Promise<IteratorResult<Out, unknown>> {
    return this.#inTurn(() => this.#leave(value));
  }

  [Symbol.asyncIterator](): this {
    return this;
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
