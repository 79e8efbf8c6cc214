// A readable over something that is asked, never pushed: it takes only for a waiting read, and what was there before an
// end or a failure is read before it.

import { DirectIterator, type ValuesOptions } from './direct-iterator.ts';
import { nextTask } from './next-task.ts';
import { ReadableStream } from './platform.ts';

/** Where a {@link PulledReadable} takes from. */
export interface PulledSource<Out> {
  /** The next output, or `undefined` while there is none. */
  take(): Out | undefined;
  /** Whether `take` would give nothing. */
  readonly empty: boolean;
  /** How many bytes an output counts for. */
  sizeOf(out: Out): number;
  /** Nobody wants to read on. */
  cancel(reason: unknown): void;
}

type State =
  | { readonly type: 'open' }
  /** A read waits for the source. */
  | { readonly type: 'hungry' }
  /** The readable ends when the source is empty. */
  | { readonly type: 'closing' }
  | { readonly type: 'failing'; readonly failure: unknown }
  | { readonly type: 'done' };

const burstBytes = 16_384;
const bytesPerOutput = 64;
const outputsPerTask = 1024;

/** A readable stream with a high-water mark of 0: `pull` means a waiting read, a `desiredSize` of 0 an empty queue. */
export class PulledReadable<Out> {
  readonly readable: ReadableStream<Out>;
  readonly #source: PulledSource<Out>;
  #controller!: ReadableStreamDefaultController<Out>;
  #state: State = { type: 'open' };
  #outputs = 0;

  constructor(source: PulledSource<Out>) {
    this.#source = source;
    const readable = new ReadableStream<Out>(
      {
        start: controller => void (this.#controller = controller),
        pull: () => this.#pull(),
        cancel: reason => this.#cancel(reason),
      },
      { highWaterMark: 0 },
    );
    const value = (options?: ValuesOptions) =>
      new DirectIterator(readable.getReader(), () => this.#takeAtOnce(), options);
    const method = { value, writable: true, configurable: true };
    this.readable = Object.defineProperties(readable, { values: method, [Symbol.asyncIterator]: method });
  }

  /** The source has something to take. */
  notify(): void {
    if (this.#state.type !== 'hungry') return;
    this.#state = { type: 'open' };
    this.#serve();
  }

  /** The source will have no more than it has. */
  close(): void {
    this.#finish({ type: 'closing' });
  }

  /** The source has failed, and will have no more than it has. */
  error(failure: unknown): void {
    this.#finish({ type: 'failing', failure });
  }

  #finish(end: State): void {
    if (this.#state.type === 'open' || this.#state.type === 'hungry') this.#state = end;
    this.#settle();
  }

  #pull(): Promise<void> | undefined {
    if (this.#outputs < outputsPerTask) return this.#serve();
    this.#outputs = 0;
    return nextTask().then(() => this.#serve());
  }

  #serve(): undefined {
    let room = burstBytes;
    let count = 0;
    while (room > 0) {
      const out = this.#take();
      if (out === undefined) break;
      count += 1;
      this.#controller.enqueue(out);
      room -= bytesPerOutput + this.#source.sizeOf(out);
    }
    if (count > 0) return;
    if (this.#state.type === 'open') this.#state = { type: 'hungry' };
    this.#settle();
  }

  /** Ends the readable when it is time: a failure only once nothing is queued, for it would drop what is. */
  #settle(): void {
    const state = this.#state;
    if (!this.#source.empty) return;
    if (state.type === 'closing') {
      this.#state = { type: 'done' };
      this.#controller.close();
    } else if (state.type === 'failing' && this.#controller.desiredSize === 0) {
      this.#state = { type: 'done' };
      this.#controller.error(state.failure);
    }
  }

  #take(): Out | undefined {
    if (this.#state.type === 'done') return undefined;
    const out = this.#source.take();
    if (out !== undefined) this.#outputs += 1;
    return out;
  }

  #takeAtOnce(): Out | undefined {
    return this.#controller.desiredSize === 0 && this.#outputs < outputsPerTask ? this.#take() : undefined;
  }

  #cancel(reason: unknown): void {
    this.#state = { type: 'done' };
    this.#source.cancel(reason);
  }
}
