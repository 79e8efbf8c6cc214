// Makes a transform stream of any stage: chunks in through `writable`, outputs out through `readable`. It is not a
// TransformStream, because that class drops queued outputs when it fails, and decodes without demand.

import { callable, flag, limit, type Settled } from '../base/option-rule.ts';
import { OptionTable } from '../base/option-table.ts';
import type { Stage } from '../base/stage.ts';
import { nextTask } from './next-task.ts';
import { type ReadableStream, WritableStream } from './platform.ts';
import { type Burst, PulledReadable, type PulledSource } from './pulled-readable.ts';

/** The options of a {@link StageStream}. */
export interface StageStreamOptions<Out> {
  /**
   * The number of bytes of outputs that one pending read may decode ahead. The first output is for that read, the others
   * stay queued. A read decodes at least two outputs, and stops with the one that reaches the limit. Default: 16 KiB.
   */
  readonly burstBytes?: number | undefined;
  /**
   * Returns the size of an output in bytes; each counts 64 bytes besides. Must not throw. Default: its `byteLength`, or 0 if
   * it has none.
   */
  readonly sizeOf?: ((out: Out) => number) | undefined;
  /**
   * Whether `readable` is a byte stream, for a stage whose outputs are Uint8Arrays: `getReader({ mode: 'byob' })` fills
   * buffers of the reader. Empty outputs are skipped. On a host without byte streams it is an ordinary stream. Default: false.
   */
  readonly byteStream?: boolean | undefined;
}

const stageStreamOptions = /* @__PURE__ */ new OptionTable<Settled<StageStreamOptions<unknown>, 'sizeOf'>>(
  'StageStream',
  () => ({ burstBytes: limit(16_384), sizeOf: callable(), byteStream: flag(false) }),
);

/** The least outputs of a burst. A write settles only once `read` has returned `undefined`, so each pull must read twice. */
const outputs = 2;

/** The stage has no outputs and wants a chunk. */
interface Idle<In, Out> {
  readonly type: 'idle';
  readonly stage: Stage<In, Out>;
}

/** The stage may have outputs. Until they are taken, the `write` of the chunk is pending. */
interface Loaded<In, Out> {
  readonly type: 'loaded';
  readonly stage: Stage<In, Out>;
  write: { readonly resolve: () => void; readonly reject: (reason: unknown) => void } | undefined;
  /** True if the stage is busy and waits for the next task. */
  resting: boolean;
}

/** The state. Only states that need the stage refer to it, so that it can be collected afterwards. */
type State<In, Out> =
  | Idle<In, Out>
  | Loaded<In, Out>
  | { readonly type: 'failed'; readonly failure: unknown }
  /** Closed or cancelled. */
  | { readonly type: 'done' };

/**
 * A stage as a pair of streams, for `pipeThrough` or for writing and reading directly.
 *
 * The stage is read only for a pending read, and a `write` settles when its chunk is used up. Outputs decoded before a failure
 * are delivered before it, also after an `abort`. `cancel`, `abort` and `close` reach the other side. An output may be a view
 * of its input, such as the payload of a frame: do not change the chunk until the consumer is done with its outputs, which in
 * a chain of streams may be after `write` has settled. Iterating `readable` with `for await` is the fastest way to read it.
 *
 * @example
 * class FrameDecoderStream extends StageStream<Uint8Array, FramePart> {
 *   constructor(options: FrameDecoderOptions) {
 *     super(new FrameDecoder(options), { sizeOf: part => part.payload.byteLength });
 *   }
 * }
 */
export class StageStream<In, Out> {
  /** The outputs. Its iterator takes them directly from the stage. */
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

/** The underlying sink of the writable and the source of the readable. */
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

  /** The methods of the underlying sink, called by the writable: `start`, `write`, `close`, `abort`. */
  start(controller: WritableStreamDefaultController): void {
    this.#sink = controller;
    controller.signal.addEventListener('abort', () => this.#releaseWrite());
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

  /** Gives the host a task, after which the stage continues if a read is pending. */
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

  /** Resolves the pending `write`. Otherwise an `abort` would wait for it, and it may wait for a reader that never comes. */
  #releaseWrite(): void {
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

  /** Releases the stage and fails the writable. */
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
