// Any stage as a transform stream: chunks in through `writable`, outputs out through `readable`. Knows nothing of what
// they are. Not the class TransformStream, which loses what was queued when it fails and decodes without demand.

import { checkedLimit } from '../base/limit.ts';
import type { Stage } from '../base/stage.ts';
import { DirectIterator, type ValuesOptions } from './direct-iterator.ts';
import { nextTask } from './next-task.ts';
import { ReadableStream, WritableStream } from './platform.ts';
import type { Aborted, Loaded, StageState, Wanting } from './stage-state.ts';

/** How far a {@link StageStream} works ahead. */
export interface StageStreamOptions<Out> {
  /**
   * How many bytes of outputs one waiting read may decode: the first is for that read, the others stay queued. It
   * takes two outputs at least, and stops with the output that reaches the limit. Default 16 KiB.
   */
  readonly burstBytes?: number | undefined;
  /**
   * How many bytes an output holds, besides the 64 that each of them counts for. Must not throw. Default: its
   * `byteLength`, or 0 where it has none.
   */
  readonly sizeOf?: ((out: Out) => number) | undefined;
}

/** What an output counts for besides its bytes: 16 KiB may hold 256 empty ones. */
const bytesPerOutput = 64;

/** After so many reads of the stage the host gets a task, since timers wait for as long as promises follow promises. */
const readsPerTask = 1024;

/**
 * A stage as a pair of streams, for `pipeThrough` or to be written and read by hand.
 *
 * It is driven by demand: the stage is read only for a waiting read, and a `write` settles when its chunk is used up.
 * Whatever was decoded before a failure is delivered before it, also when the failure comes by `abort`. `cancel`,
 * `abort` and `close` reach the other side. Iterating `readable` with `for await` is the fastest way to read it.
 *
 * @example
 * class FrameDecoderStream extends StageStream<Uint8Array, FramePart> {
 *   constructor(options: FrameDecoderOptions) {
 *     super(new FrameDecoder(options), { sizeOf: part => part.payload.byteLength });
 *   }
 * }
 */
export class StageStream<In, Out> {
  /** The outputs. An own iterator takes them straight from the stage. */
  readonly readable: ReadableStream<Out>;
  /** Takes the chunks. */
  readonly writable: WritableStream<In>;
  readonly #burstBytes: number;
  readonly #sizeOf: (out: Out) => number;
  #state: StageState<In, Out>;
  #source!: ReadableStreamDefaultController<Out>;
  #sink!: WritableStreamDefaultController;
  #reads = 0;
  /** The read that waits is the iterator's: a short burst will do, the iterator takes the rest in half the time. */
  #iterating = false;

  constructor(stage: Stage<In, Out>, options: StageStreamOptions<Out> = {}) {
    this.#burstBytes = checkedLimit('burstBytes', options.burstBytes, 16384);
    this.#sizeOf = options.sizeOf ?? byteLengthOf;
    this.#state = { type: 'idle', stage };
    this.readable = this.#makeReadable();
    this.writable = this.#makeWritable();
  }

  /** With a high-water mark of 0, `pull` means a waiting read, and a `desiredSize` of 0 that nothing is queued. */
  #makeReadable(): ReadableStream<Out> {
    const readable = new ReadableStream<Out>(
      {
        start: controller => void (this.#source = controller),
        pull: () => this.#pull(),
        cancel: reason => this.#end({ type: 'done' }, reason),
      },
      { highWaterMark: 0 },
    );
    const take = () => this.#takeAtOnce();
    const value = (options?: ValuesOptions) => new DirectIterator(readable.getReader(), take, options);
    const method = { value, writable: true, configurable: true };
    return Object.defineProperties(readable, { values: method, [Symbol.asyncIterator]: method });
  }

  #makeWritable(): WritableStream<In> {
    return new WritableStream<In>({
      start: controller => {
        this.#sink = controller;
        controller.signal.addEventListener('abort', () => this.#letGo());
      },
      write: chunk => this.#write(chunk),
      close: () => this.#close(),
      abort: reason => this.#abort(reason),
    });
  }

  #pull(): Promise<void> | undefined {
    const task = this.#dueTask();
    if (task !== undefined) return task.then(() => this.#serve());
    this.#serve();
    return undefined;
  }

  /** Decodes a burst for the waiting read. A failure never comes in an output's own turn: `tee` would lose that. */
  #serve(): void {
    let room = this.#iterating ? 0 : this.#burstBytes;
    let count = 0;
    while (room > 0 || count < 2) {
      const out = this.#take();
      if (out === undefined) break;
      count += 1;
      this.#source.enqueue(out);
      room -= bytesPerOutput + this.#sizeOf(out);
    }
    if (count === 0) this.#starve();
    else this.#iterating = false;
  }

  #starve(): void {
    if (this.#state.type === 'idle') this.#state = { type: 'hungry', stage: this.#state.stage };
    else this.#passOn();
  }

  #take(): Out | undefined {
    const state = this.#state;
    if (state.type !== 'loaded' && state.type !== 'aborted') return undefined;
    this.#reads += 1;
    try {
      const out = state.stage.read();
      if (out === undefined) this.#drain(state);
      return out;
    } catch (error) {
      this.#fail(error);
      return undefined;
    }
  }

  #takeAtOnce(): Out | undefined {
    const quick = this.#source.desiredSize === 0 && this.#reads < readsPerTask;
    const out = quick ? this.#take() : undefined;
    this.#iterating = out === undefined;
    return out;
  }

  #drain(state: Loaded<In, Out> | Aborted<In, Out>): void {
    if (state.type === 'aborted') {
      this.#state = { type: 'failed', failure: state.reason };
    } else {
      this.#state = { type: 'idle', stage: state.stage };
      state.write?.resolve();
    }
  }

  #write(chunk: In): Promise<void> | undefined {
    const { type, stage } = this.#state as Wanting<In, Out>;
    this.#orFail(() => stage.write(chunk));
    this.#state = { type: 'loaded', stage, write: undefined };
    if (type === 'hungry') this.#serve();
    return this.#whenDrained();
  }

  #whenDrained(): Promise<void> | undefined {
    const state = this.#state;
    if (state.type === 'failed') throw state.failure;
    if (state.type !== 'loaded') return this.#dueTask();
    return new Promise((resolve, reject) => {
      state.write = { resolve, reject };
    });
  }

  #close(): void {
    const { stage } = this.#state as Wanting<In, Out>;
    this.#orFail(() => stage.close());
    this.#state = { type: 'done' };
    this.#source.close();
  }

  /** An `abort` waits for the pending `write`, which may wait for a reader that never comes. */
  #letGo(): void {
    if (this.#state.type === 'loaded') this.#state.write?.resolve();
  }

  /** The stage's own failure beats the reason. */
  #abort(reason: unknown): void {
    const state = this.#state;
    if (state.type === 'loaded') {
      this.#state = { type: 'aborted', stage: state.stage, reason };
    } else {
      if (state.type !== 'failed') this.#state = { type: 'failed', failure: reason };
      this.#passOn();
    }
  }

  #orFail(step: () => void): void {
    try {
      step();
    } catch (error) {
      this.#fail(error);
      this.#passOn();
      throw error;
    }
  }

  #fail(failure: unknown): void {
    this.#end({ type: 'failed', failure }, failure);
  }

  /** Lets go of the stage; nothing can be written any more. */
  #end(end: StageState<In, Out>, reason: unknown): void {
    const state = this.#state;
    this.#state = end;
    this.#sink.error(reason);
    if (state.type === 'loaded') state.write?.reject(reason);
  }

  /** The failure reaches the reader once nothing is queued; otherwise the next `pull` comes here again. */
  #passOn(): void {
    if (this.#state.type === 'failed' && this.#source.desiredSize === 0)
      this.#source.error(this.#state.failure);
  }

  #dueTask(): Promise<void> | undefined {
    if (this.#reads < readsPerTask) return undefined;
    this.#reads = 0;
    return nextTask();
  }
}

function byteLengthOf(out: unknown): number {
  return (out as { byteLength?: number } | null)?.byteLength ?? 0;
}
