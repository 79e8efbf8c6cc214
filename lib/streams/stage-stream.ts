// Any stage as a transform stream: chunks in through `writable`, outputs out through `readable`. Knows nothing of what
// they are. Not the class TransformStream, which loses what was queued when it fails and decodes without demand.

import { callable, flag, limit, type Settled } from '../base/option-rule.ts';
import { OptionTable } from '../base/option-table.ts';
import type { Stage } from '../base/stage.ts';
import { nextTask } from './next-task.ts';
import { type ReadableStream, WritableStream } from './platform.ts';
import { type Burst, PulledReadable, type PulledSource } from './pulled-readable.ts';

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
  /**
   * Makes `readable` a byte stream, for a stage whose outputs are Uint8Arrays: `getReader({ mode: 'byob' })` fills buffers of
   * the reader. Empty outputs are skipped. A host without byte streams gives an ordinary stream. Default: false.
   */
  readonly byteStream?: boolean | undefined;
}

const stageStreamOptions = /* @__PURE__ */ new OptionTable<Settled<StageStreamOptions<unknown>, 'sizeOf'>>(
  'StageStream',
  () => ({ burstBytes: limit(16_384), sizeOf: callable(), byteStream: flag(false) }),
);

/** The outputs of a burst. A write settles when the stage has been asked once more than it had outputs: hence two. */
const outputs = 2;

/** The stage has no outputs and wants a chunk. */
interface Idle<In, Out> {
  readonly type: 'idle';
  readonly stage: Stage<In, Out>;
}

/** The stage may have outputs; until they are taken, the `write` that brought the chunk is pending. */
interface Loaded<In, Out> {
  readonly type: 'loaded';
  readonly stage: Stage<In, Out>;
  write: { readonly resolve: () => void; readonly reject: (reason: unknown) => void } | undefined;
  /** Whether the stage is busy, and the task in which it goes on has not come. */
  resting: boolean;
}

/** Each state owns what it needs, so the stage is let go of with the last that has it. */
type State<In, Out> =
  | Idle<In, Out>
  | Loaded<In, Out>
  | { readonly type: 'failed'; readonly failure: unknown }
  /** Closed or cancelled. */
  | { readonly type: 'done' };

/**
 * A stage as a pair of streams, for `pipeThrough` or to be written and read by hand.
 *
 * It is driven by demand: the stage is read only for a waiting read, and a `write` settles when its chunk is used up.
 * Whatever was decoded before a failure is delivered before it, also when the failure comes by `abort`. `cancel`,
 * `abort` and `close` reach the other side. What a stage lends, such as the payload of a frame, is lent until whoever reads
 * it has done with it: in a chain of streams that may be after `write` has settled. Iterating `readable` with `for await` is the fastest way to read it.
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

  constructor(stage: Stage<In, Out>, options: StageStreamOptions<Out> = {}) {
    const { burstBytes, sizeOf = byteLengthOf, byteStream } = stageStreamOptions.check(options);
    const ends = new StageEnds<In, Out>(stage, sizeOf, { bytes: burstBytes, outputs, byteStream });
    this.readable = ends.outputs.readable;
    this.writable = new WritableStream<In>(ends);
  }
}

/** Both ends of a stage: where the writable's chunks go, and where the readable's outputs come from. */
class StageEnds<In, Out> implements PulledSource<Out> {
  readonly outputs: PulledReadable<Out>;
  readonly sizeOf: (out: Out) => number;
  #state: State<In, Out>;
  #sink!: WritableStreamDefaultController;

  constructor(stage: Stage<In, Out>, sizeOf: (out: Out) => number, burst: Burst) {
    this.#state = { type: 'idle', stage };
    this.sizeOf = sizeOf;
    this.outputs = new PulledReadable(this, burst);
  }

  /** For the writable, whose underlying sink this is, as the next three; the four behind them for the readable. */
  start(controller: WritableStreamDefaultController): void {
    this.#sink = controller;
    controller.signal.addEventListener('abort', () => this.#letGo());
  }

  write(chunk: In): Promise<void> | undefined {
    const { stage } = this.#state as Idle<In, Out>;
    this.#orFail(() => stage.write(chunk));
    this.#state = { type: 'loaded', stage, write: undefined, resting: false };
    this.outputs.notify();
    return this.#whenDrained();
  }

  close(): void {
    const { stage } = this.#state as Idle<In, Out>;
    this.#orFail(() => stage.close());
    this.#state = { type: 'done' };
    this.outputs.close();
  }

  abort(reason: unknown): void {
    this.outputs.error(reason);
  }

  get empty(): boolean {
    return this.#state.type !== 'loaded';
  }

  take(): Out | undefined {
    const state = this.#state;
    if (state.type !== 'loaded' || state.resting) return undefined;
    try {
      const out = state.stage.read();
      if (out !== undefined) return out;
      if (state.stage.busy) this.#rest(state);
      else this.#drain(state);
      return undefined;
    } catch (error) {
      throw this.#fail(error);
    }
  }

  cancel(reason: unknown): void {
    this.#end({ type: 'done' }, reason);
  }

  /** Leaves the host a task. The stage then goes on if a read still waits. */
  #rest(state: Loaded<In, Out>): void {
    state.resting = true;
    void nextTask().then(() => {
      state.resting = false;
      this.outputs.notify();
    });
  }

  #drain({ stage, write }: Loaded<In, Out>): void {
    this.#state = { type: 'idle', stage };
    write?.resolve();
  }

  #whenDrained(): Promise<void> | undefined {
    const state = this.#state;
    if (state.type === 'failed') throw state.failure;
    if (state.type !== 'loaded') return this.outputs.dueTask();
    return new Promise((resolve, reject) => {
      state.write = { resolve, reject };
    });
  }

  /** An `abort` waits for the pending `write`, which may wait for a reader that never comes. */
  #letGo(): void {
    if (this.#state.type === 'loaded') this.#state.write?.resolve();
  }

  #orFail(step: () => void): void {
    try {
      step();
    } catch (error) {
      this.outputs.error(this.#fail(error));
      throw error;
    }
  }

  #fail(failure: unknown): unknown {
    this.#end({ type: 'failed', failure }, failure);
    return failure;
  }

  /** Lets go of the stage; nothing can be written any more. */
  #end(end: State<In, Out>, reason: unknown): void {
    const state = this.#state;
    this.#state = end;
    this.#sink.error(reason);
    if (state.type === 'loaded') state.write?.reject(reason);
  }
}

function byteLengthOf(out: unknown): number {
  return (out as { byteLength?: number } | null)?.byteLength ?? 0;
}
