// What a readable, its readers and its iterators need of the source that they take from directly.

import type { WritableStream } from './platform.ts';

/** The options of `pipeTo` of the Streams standard. */
export interface PipeOptions {
  readonly preventAbort?: boolean;
  readonly preventCancel?: boolean;
  readonly preventClose?: boolean;
  readonly signal?: AbortSignal;
}

/** A consumer that waits for an output. One of the calls comes, once. */
export interface Waiter<Out> {
  give(out: Out): void;
  end(): void;
  fail(error: unknown): void;
}

/** The source of a readable. */
export interface DirectSource<Out> {
  /** Whether readers, too, take from the source directly. */
  readonly directReads: boolean;
  /** Returns the next output if it is there and nobody waits before. */
  takeNow(): Out | undefined;
  /** Leaves someone waiting for the next output. Returns false if a read of the platform has to do that. */
  wait(waiter: Waiter<Out>): boolean;
  /** Makes all that wait fail. */
  failWaiters(error: unknown): void;
  /** Pipes by a shorter way than the platform's, if the source knows one. */
  pipeTo(destination: WritableStream<Out>, options: PipeOptions): Promise<void> | undefined;
}
