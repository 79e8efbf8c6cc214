// A readable that takes outputs from a source only for a pending read, and delivers all outputs before an end or a failure.
// Our own iterators and readers take from the source directly; the platform's queue serves the platform's consumers.

import { Fifo } from '../base/fifo.ts';
import { type ByteStreamController, closeByteStream, hasByteStreams } from './byte-stream.ts';
import { DirectReadable } from './direct-readable.ts';
import type { DirectSource, PipeOptions, Waiter } from './direct-source.ts';
import { nextTask } from './next-task.ts';
import type { ReadableStream, WritableStream } from './platform.ts';

export type { PipeOptions, Waiter };

/** The source of a {@link PulledReadable}. */
export interface PulledSource<Out> {
  /**
   * Returns the next output, or `undefined` if there is none now. In that case the owner of the source calls `notify` as soon
   * as there may be one. If it throws, the readable fails.
   */
  take(): Out | undefined;
  /** True if `take` would return nothing. */
  readonly empty: boolean;
  /** Returns the size of an output in bytes. Must not throw. */
  sizeOf(out: Out): number;
  /** Returns true if the next output has at most `bytes` bytes. Called before it is taken ahead of a read. Default: true. */
  fits?(bytes: number): boolean;
  /** Called when the consumer cancels. */
  cancel(reason: unknown): void;
  /** Pipes to a destination in a faster way than the platform's; returns `undefined` if there is none. */
  pipeTo?(
    readable: ReadableStream<Out>,
    destination: WritableStream<Out>,
    options: PipeOptions,
  ): Promise<void> | undefined;
}

/** The amount that one pending read of the platform may take. The first output is for that read, the others stay queued. */
export interface Burst {
  /** The number of bytes after which the burst stops. Each output counts 64 bytes besides its own. Default: 16 KiB. */
  readonly bytes?: number;
  /** The number of outputs before which the burst does not stop. Default: 1. */
  readonly outputs?: number;
  /** Whether readers take from the source directly, as iterators do. Default: false. */
  readonly directReads?: boolean;
  /** Whether the outputs are Uint8Arrays and the readable is a byte stream, which skips empty ones. Default: false. */
  readonly byteStream?: boolean;
}

type State =
  | { readonly type: 'open' }
  /** The readable ends when the source is empty. */
  | { readonly type: 'closing' }
  | { readonly type: 'failing'; readonly failure: unknown }
  | { readonly type: 'done' };

const open: State = { type: 'open' };
const closing: State = { type: 'closing' };
const done: State = { type: 'done' };

/** The cost of an output besides its bytes. */
const bytesPerOutput = 64;

/** The number of takes after which the host gets a task, because no timer runs while promises settle. */
const takesPerTask = 1024;

const noBurst: Burst = {};

/** A readable stream with a high-water mark of 0: `pull` means a pending read, a `desiredSize` of 0 an empty queue. */
export class PulledReadable<Out> implements DirectSource<Out> {
  readonly readable: DirectReadable<Out>;
  readonly directReads: boolean;
  /** A member of the underlying source: `'bytes'` makes the readable a byte stream. */
  readonly type: 'bytes' | undefined;
  readonly #skipsEmpty: boolean;
  readonly #source: PulledSource<Out>;
  readonly #burstBytes: number;
  readonly #burstOutputs: number;
  #controller!: ReadableStreamDefaultController<Out>;
  #state: State = open;
  /** True if a read of the platform is pending, and the source had nothing for it. */
  #starved = false;
  #takes = 0;
  /** False if the platform's queue is certainly empty; asking the platform is slow. */
  #mayBeQueued = false;
  #waiters: Fifo<Waiter<Out>> | undefined;

  constructor(
    source: PulledSource<Out>,
    { bytes = 16_384, outputs = 1, directReads = false, byteStream = false }: Burst = noBurst,
  ) {
    this.#source = source;
    this.#burstBytes = bytes;
    this.#burstOutputs = outputs;
    this.directReads = directReads;
    this.#skipsEmpty = byteStream;
    this.type = byteStream && hasByteStreams() ? 'bytes' : undefined;
    this.readable = new DirectReadable(this);
  }

  /** The methods of the underlying source, called by the stream: `start`, `pull`, `cancel`. */
  start(controller: ReadableStreamDefaultController<Out>): void {
    this.#controller = controller;
  }

  pull(): Promise<void> | undefined {
    return this.dueTask()?.then(() => this.#serve()) ?? this.#serve();
  }

  cancel(reason: unknown): void {
    this.#state = done;
    this.#endWaiters();
    this.#source.cancel(reason);
  }

  /** Call it when the source may have an output. */
  notify(): void {
    if (this.#waiters !== undefined && this.#waiters.length > 0) return this.#serveWaiters(this.#waiters);
    if (!this.#starved) return;
    this.#starved = false;
    this.#serve();
  }

  /** Closes the readable after the outputs that the source still has. */
  close(): void {
    this.#finish(closing);
  }

  /** Fails the readable after the outputs that the source still has. */
  error(failure: unknown): void {
    this.#finish({ type: 'failing', failure });
  }

  /** Returns a promise of the next task if the host must get one before more promises settle. */
  dueTask(): Promise<void> | undefined {
    if (this.#takes < takesPerTask) return undefined;
    this.#takes = 0;
    return nextTask();
  }

  /** Returns the next output if there is one now, no earlier read is pending, and the stream's queue is empty. */
  takeNow(): Out | undefined {
    if (this.#takes >= takesPerTask || this.#hasWaiters || this.#queued) return undefined;
    const out = this.#take();
    if (this.#state.type !== 'open') this.#settleAfter(out);
    return out;
  }

  /** Adds a waiter for the next output. Returns false if a read of the platform must be used instead. */
  wait(waiter: Waiter<Out>): boolean {
    if (this.#state.type !== 'open' || this.#starved || this.#takes >= takesPerTask || this.#queued)
      return false;
    this.#waiters ??= new Fifo();
    this.#waiters.push(waiter);
    return true;
  }

  /** Fails all waiters. */
  failWaiters(error: unknown): void {
    for (let next = this.#waiters?.shift(); next !== undefined; next = this.#waiters?.shift())
      next.fail(error);
  }

  /** Pipes in a faster way than the platform's, if the source has one. */
  pipeTo(destination: WritableStream<Out>, options: PipeOptions): Promise<void> | undefined {
    return this.#source.pipeTo?.(this.readable, destination, options);
  }

  /** True if the platform's queue is not empty. */
  get #queued(): boolean {
    this.#mayBeQueued &&= this.#controller.desiredSize !== 0;
    return this.#mayBeQueued;
  }

  get #hasWaiters(): boolean {
    return this.#waiters !== undefined && this.#waiters.length > 0;
  }

  #finish(end: State): void {
    if (this.#state.type === 'open') this.#state = end;
    this.#settle();
  }

  #serveWaiters(waiters: Fifo<Waiter<Out>>): void {
    while (waiters.length > 0) {
      const out = this.#take();
      if (out === undefined) break;
      waiters.shift()?.give(out);
    }
    if (this.#state.type !== 'open') this.#settle();
  }

  /** Takes a burst for the pending read. Never fails in the same pull that delivered an output: `tee` would lose the output. */
  #serve(): undefined {
    let room = this.#burstBytes;
    let count = 0;
    while (count < this.#burstOutputs || (room > 0 && this.#source.fits?.(room) !== false)) {
      const out = this.#take();
      if (out === undefined) break;
      count += 1;
      this.#enqueue(out);
      room -= bytesPerOutput + this.#source.sizeOf(out);
    }
    if (count === 0) this.#starved = true;
    if (count === 0 || this.#state.type === 'closing') this.#settle();
  }

  /** Enqueues an output, for a byte stream as a copy: it transfers the buffer, which may be in use elsewhere. */
  #enqueue(out: Out): void {
    this.#controller.enqueue(
      this.type === undefined ? out : (new Uint8Array(out as Uint8Array) as unknown as Out),
    );
    this.#mayBeQueued = true;
  }

  /** Settles `closed` before the read of the last output if the readable closes, and after it if it fails. */
  #settleAfter(out: Out | undefined): void {
    if (out === undefined || this.#state.type === 'closing') this.#settle();
    else queueMicrotask(() => this.#settle());
  }

  /** Ends the readable if the source is empty. A failure waits until nothing is queued, because it would drop the queue. */
  #settle(): void {
    const state = this.#state;
    if (!this.#source.empty) return;
    if (state.type === 'closing') {
      this.#state = done;
      if (this.type === undefined) this.#controller.close();
      else closeByteStream(this.#controller as unknown as ByteStreamController);
      this.#endWaiters();
    } else if (state.type === 'failing' && this.#controller.desiredSize === 0) {
      this.#state = done;
      this.#controller.error(state.failure);
      this.failWaiters(state.failure);
    }
  }

  #endWaiters(): void {
    for (let next = this.#waiters?.shift(); next !== undefined; next = this.#waiters?.shift()) next.end();
  }

  #take(): Out | undefined {
    if (this.#state.type === 'done') return undefined;
    this.#takes += 1;
    try {
      let out = this.#source.take();
      while (this.#skipsEmpty && (out as Uint8Array | undefined)?.byteLength === 0) out = this.#source.take();
      return out;
    } catch (failure) {
      this.#state = { type: 'failing', failure };
      return undefined;
    }
  }
}
