// The interface between a readable, its readers and its iterators, and the source from which they take directly.

import type { WritableStream } from './platform.ts';

/** The options of `pipeTo` of the Streams standard. */
export interface PipeOptions {
  readonly preventAbort?: boolean;
  readonly preventCancel?: boolean;
  readonly preventClose?: boolean;
  readonly signal?: AbortSignal;
}

/** A consumer that waits for an output. One of its methods is called, once. */
export interface Waiter<Out> {
  give(out: Out): void;
  end(): void;
  fail(error: unknown): void;
}

/** The source of a readable. */
export interface DirectSource<Out> {
  /** True if readers take from the source directly, as iterators do. */
  readonly directReads: boolean;
  /** Returns the next output if there is one now and no earlier read is pending. */
  takeNow(): Out | undefined;
  /** Adds a waiter for the next output. Returns false if a read of the platform must be used instead. */
  wait(waiter: Waiter<Out>): boolean;
  /** Fails all waiters. */
  failWaiters(error: unknown): void;
  /** Pipes in a faster way than the platform's, if the source has one. */
  pipeTo(destination: WritableStream<Out>, options: PipeOptions): Promise<void> | undefined;
}
