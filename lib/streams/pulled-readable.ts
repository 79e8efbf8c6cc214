// A readable over something that is asked, never pushed: it takes only for a waiting read, and what was there before an
// end or a failure is read before it.

import { DirectIterator, type ValuesOptions } from './direct-iterator.ts';
import { nextTask } from './next-task.ts';
import { ReadableStream } from './platform.ts';

/** Where a {@link PulledReadable} takes from. */
export interface PulledSource<Out> {
  /**
   * The next output, or `undefined` while there is none: then the source calls `notify` as soon as there may be one.
   * What it throws is the failure of the readable.
   */
  take(): Out | undefined;
  /** Whether `take` would give nothing. */
  readonly empty: boolean;
  /** How many bytes an output counts for. Must not throw. */
  sizeOf(out: Out): number;
  /** Whether the next output has no more bytes than this. Asked before it is taken beyond need. Default: it has no more. */
  fits?(bytes: number): boolean;
  /** Nobody wants to read on. */
  cancel(reason: unknown): void;
}

/** How much one waiting read may take: the first output is for that read, the others stay queued. */
export interface Burst {
  /** It stops with the output that reaches this; each counts for 64 besides its own. Default: 16 KiB. */
  readonly bytes?: number;
  /** It does not stop before. Default: 1. */
  readonly outputs?: number;
}

type State =
  | { readonly type: 'open' }
  /** The readable ends when the source is empty. */
  | { readonly type: 'closing' }
  | { readonly type: 'failing'; readonly failure: unknown }
  | { readonly type: 'done' };

const open: State = { type: 'open' };
const done: State = { type: 'done' };

/** What an output counts for besides its bytes: 16 KiB may hold 256 empty ones. */
const bytesPerOutput = 64;

/** So often the source is asked before the host gets a task: timers wait for as long as promises follow promises. */
const takesPerTask = 1024;

/** A readable stream with a high-water mark of 0: `pull` means a waiting read, a `desiredSize` of 0 an empty queue. */
export class PulledReadable<Out> {
  /** An own iterator takes the outputs straight from the source. */
  readonly readable: ReadableStream<Out>;
  readonly #source: PulledSource<Out>;
  readonly #burstBytes: number;
  readonly #burstOutputs: number;
  #controller!: ReadableStreamDefaultController<Out>;
  #state: State = open;
  /** Whether a read waits that got nothing from the source. */
  #hungry = false;
  #takes = 0;
  /** The read that waits is the iterator's: the least burst will do, the iterator takes the rest in half the time. */
  #iterating = false;

  constructor(source: PulledSource<Out>, { bytes = 16_384, outputs = 1 }: Burst = {}) {
    this.#source = source;
    this.#burstBytes = bytes;
    this.#burstOutputs = outputs;
    const readable = new ReadableStream<Out>(this, { highWaterMark: 0 });
    const take = () => this.#takeAtOnce();
    const value = (options?: ValuesOptions) => new DirectIterator(readable.getReader(), take, options);
    const method = { value, writable: true, configurable: true };
    this.readable = Object.defineProperties(readable, { values: method, [Symbol.asyncIterator]: method });
  }

  /** For the stream, whose underlying source this is, as the next two. */
  start(controller: ReadableStreamDefaultController<Out>): void {
    this.#controller = controller;
  }

  pull(): Promise<void> | undefined {
    return this.dueTask()?.then(() => this.#serve()) ?? this.#serve();
  }

  cancel(reason: unknown): void {
    this.#state = done;
    this.#source.cancel(reason);
  }

  /** The source has something to take. */
  notify(): void {
    if (!this.#hungry) return;
    this.#hungry = false;
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

  /** A task for the host, when one is due. For whoever could go on and on by promises alone. */
  dueTask(): Promise<void> | undefined {
    if (this.#takes < takesPerTask) return undefined;
    this.#takes = 0;
    return nextTask();
  }

  #finish(end: State): void {
    if (this.#state.type === 'open') this.#state = end;
    this.#settle();
  }

  /** Takes a burst for the waiting read. A failure never comes in an output's own turn: `tee` would lose that. */
  #serve(): undefined {
    let room = this.#iterating ? 0 : this.#burstBytes;
    let count = 0;
    while (count < this.#burstOutputs || (room > 0 && this.#source.fits?.(room) !== false)) {
      const out = this.#take();
      if (out === undefined) break;
      count += 1;
      this.#controller.enqueue(out);
      room -= bytesPerOutput + this.#source.sizeOf(out);
    }
    this.#iterating &&= count === 0;
    if (count > 0) return;
    this.#hungry = true;
    this.#settle();
  }

  /** Ends the readable when it is time: a failure only once nothing is queued, for it would drop what is. */
  #settle(): void {
    const state = this.#state;
    if (!this.#source.empty) return;
    if (state.type === 'closing') {
      this.#state = done;
      this.#controller.close();
    } else if (state.type === 'failing' && this.#controller.desiredSize === 0) {
      this.#state = done;
      this.#controller.error(state.failure);
    }
  }

  #take(): Out | undefined {
    if (this.#state.type === 'done') return undefined;
    this.#takes += 1;
    try {
      return this.#source.take();
    } catch (failure) {
      this.#state = { type: 'failing', failure };
      return undefined;
    }
  }

  #takeAtOnce(): Out | undefined {
    const quick = this.#controller.desiredSize === 0 && this.#takes < takesPerTask;
    const out = quick ? this.#take() : undefined;
    this.#iterating = out === undefined;
    return out;
  }
}
