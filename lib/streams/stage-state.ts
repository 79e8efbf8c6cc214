// The states of a stream around a stage. Each owns what it needs, so the stage is let go of with the last that has it.

import type { Stage } from '../base/stage.ts';

/** The stage has no outputs and wants a chunk; while hungry, a read waits for it. */
export interface Wanting<In, Out> {
  readonly type: 'idle' | 'hungry';
  readonly stage: Stage<In, Out>;
}

/** The stage may have outputs; until they are taken, the `write` that brought the chunk is pending. */
export interface Loaded<In, Out> {
  readonly type: 'loaded';
  readonly stage: Stage<In, Out>;
  write: { readonly resolve: () => void; readonly reject: (reason: unknown) => void } | undefined;
}

/** As loaded, but `abort` has let go of the write, and the reason follows the last output. */
export interface Aborted<In, Out> {
  readonly type: 'aborted';
  readonly stage: Stage<In, Out>;
  readonly reason: unknown;
}

/** What a stream around a stage may be in the middle of. */
export type StageState<In, Out> =
  | Wanting<In, Out>
  | Loaded<In, Out>
  | Aborted<In, Out>
  /** The reader gets this failure as soon as nothing is queued. */
  | { readonly type: 'failed'; readonly failure: unknown }
  /** Closed or cancelled. */
  | { readonly type: 'done' };
