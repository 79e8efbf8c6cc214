// A readable over something that is asked, never pushed: it takes only for a waiting read, and what was there before an
// end or a failure is read before it. Our own iterators and readers take from the source directly; the platform's queue
// serves the platform's own consumers.

import { Fifo } from '../base/fifo.ts';
import { type ByteStreamController, closeByteStream, hasByteStreams } from './byte-stream.ts';
import { DirectReadable } from './direct-readable.ts';
import type { DirectSource, PipeOptions, Waiter } from './direct-source.ts';
import { nextTask } from './next-task.ts';
import type { ReadableStream, WritableStream } from './platform.ts';

export type { PipeOptions, Waiter };

/** What a {@link PulledReadable} takes from. */
export interface PulledSource<Out> {
  /**
   * Returns the next output, or `undefined` if there is none now: then the source calls `notify` as soon as there may be
   * one. What it throws is the failure of the readable.
   */
  take(): Out | undefined;
  /** Whether `take` would return nothing. */
  readonly empty: boolean;
  /** The bytes that an output counts for. Must not throw. */
  sizeOf(out: Out): number;
  /** Whether the next output has no more bytes than this. Asked before it is taken without need. Default: it has no more. */
  fits?(bytes: number): boolean;
  /** The consumer has cancelled. */
  cancel(reason: unknown): void;
  /** Pipes to a destination by a shorter way than the platform's, if there is one. */
  pipeTo?(
    readable: ReadableStream<Out>,
    destination: WritableStream<Out>,
    options: PipeOptions,
  ): Promise<void> | undefined;
}

/** How much one waiting read of the platform may take: the first output is for that read, the others stay queued. */
export interface Burst {
  /** It stops with the output that reaches this; each counts for 64 besides its own. Default: 16 KiB. */
  readonly bytes?: number;
  /** It does not stop before. Default: 1. */
  readonly outputs?: number;
  /** Whether readers, too, take from the source directly. Default: iterators only. */
  readonly directReads?: boolean;
  /** Whether the outputs are arrays of bytes and the readable is a byte stream, which skips empty ones. Default: false. */
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

/** What an output counts for besides its bytes: 16 KiB may hold 256 empty ones. */
const bytesPerOutput = 64;

/** So often the source is asked before the host gets a task: timers wait for as long as promises follow promises. */
const takesPerTask = 1024;

const noBurst: Burst = {};

/** A readable stream with a high-water mark of 0: `pull` means a waiting read, a `desiredSize` of 0 an empty queue. */
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
  /** Whether a read of the platform waits that got nothing from the source. */
  #hungry = false;
  #takes = 0;
  /** Whether something may be in the platform's queue, which is slow to ask. */
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

  /** Underlying source methods, called by the stream, as the next two. */
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

  /** Tells that the source has something to take. */
  notify(): void {
    if (this.#waiters !== undefined && this.#waiters.length > 0) return this.#serveWaiters(this.#waiters);
    if (!this.#hungry) return;
    this.#hungry = false;
    this.#serve();
  }

  /** Tells that the source will have no more than it has. */
  close(): void {
    this.#finish(closing);
  }

  /** Tells that the source has failed, and will have no more than it has. */
  error(failure: unknown): void {
    this.#finish({ type: 'failing', failure });
  }

  /** Returns a task for the host, when one is due. For those who could go on and on by promises alone. */
  dueTask(): Promise<void> | undefined {
    if (this.#takes < takesPerTask) return undefined;
    this.#takes = 0;
    return nextTask();
  }

  /** Returns the next output if it can be had at once and nobody waits before: only while the stream's queue is empty. */
  takeNow(): Out | undefined {
    if (this.#takes >= takesPerTask || this.#waits || this.#queued) return undefined;
    const out = this.#take();
    if (this.#state.type !== 'open') this.#settleAfter(out);
    return out;
  }

  /** Leaves someone waiting for the next output. Returns false if a read of the platform has to do that. */
  wait(waiter: Waiter<Out>): boolean {
    if (this.#state.type !== 'open' || this.#hungry || this.#takes >= takesPerTask || this.#queued)
      return false;
    this.#waiters ??= new Fifo();
    this.#waiters.push(waiter);
    return true;
  }

  /** Makes all that wait fail. */
  failWaiters(error: unknown): void {
    for (let next = this.#waiters?.shift(); next !== undefined; next = this.#waiters?.shift())
      next.fail(error);
  }

  /** Pipes by a shorter way than the platform's, if the source knows one. */
  pipeTo(destination: WritableStream<Out>, options: PipeOptions): Promise<void> | undefined {
    return this.#source.pipeTo?.(this.readable, destination, options);
  }

  /** Whether something is in the platform's queue. */
  get #queued(): boolean {
    this.#mayBeQueued &&= this.#controller.desiredSize !== 0;
    return this.#mayBeQueued;
  }

  get #waits(): boolean {
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

  /** Takes a burst for the waiting read. A failure never comes in an output's own turn: `tee` would lose that. */
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
    if (count === 0) this.#hungry = true;
    if (count === 0 || this.#state.type === 'closing') this.#settle();
  }

  /** A byte stream transfers the buffers that it takes, and an output may be a view of a buffer in use: it gets a copy. */
  #enqueue(out: Out): void {
    this.#controller.enqueue(
      this.type === undefined ? out : (new Uint8Array(out as Uint8Array) as unknown as Out),
    );
    this.#mayBeQueued = true;
  }

  /** `closed` settles before the read of the last output if the readable closes, and after it if it fails. */
  #settleAfter(out: Out | undefined): void {
    if (out === undefined || this.#state.type === 'closing') this.#settle();
    else queueMicrotask(() => this.#settle());
  }

  /** Ends the readable when it is time: a failure only once nothing is queued, for it would drop what is. */
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
