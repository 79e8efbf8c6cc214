// The platform's WritableStream with writers that pass chunks to the sink directly. Its methods are on the prototype, because
// own properties would give every stream its own hidden class.

import { Deferred } from '../base/deferred.ts';
import { nextTask } from './next-task.ts';
import { WritableStream, WritableStreamDefaultWriter } from './platform.ts';

const ignore = () => {};
const resolved: Promise<undefined> = Promise.resolve(undefined);

/** With this many queued bytes `ready` is pending. */
const highWaterMark = 65_536;

/** A pipe of the platform runs in microtasks only, so the host gets a task after this many chunks. */
const writesPerTask = 256;

/** The destination of a {@link DirectWritable}. */
export interface DirectTarget<Chunk> {
  /** Queues a chunk at once. The promise settles when it was sent. If the call throws, the stream fails. */
  send(chunk: Chunk): Promise<void>;
  /** The bytes that are queued or being sent, plus a fixed cost for each chunk. */
  readonly backlogBytes: number;
  /** Called when the stream is closed. The close settles with the promise. */
  close(): Promise<void>;
  /** Called when the stream is aborted. */
  abort(reason: unknown): void;
}

/** The sink of a {@link DirectWritable}, for our writers and for those of the platform. */
export class DirectSink<Chunk> {
  readonly target: DirectTarget<Chunk>;
  #controller!: WritableStreamDefaultController;
  #state: 'open' | 'closing' | 'failed' = 'open';
  #failure: { readonly error: unknown } | undefined;
  /** The number of chunks in the platform's queue, after which our writers must wait. */
  #platformChunks = 0;
  #written = 0;
  #room: Deferred<undefined> | undefined;
  #watchesAbort = false;

  constructor(target: DirectTarget<Chunk>) {
    this.target = target;
  }

  /** The methods of the underlying sink, called by the stream: `start`, `write`, `close`, `abort`. */
  start(controller: WritableStreamDefaultController): void {
    this.#controller = controller;
  }

  write(chunk: Chunk): Promise<void> | undefined {
    this.#platformChunks -= 1;
    this.target.send(chunk).catch(ignore);
    this.#written += 1;
    if (this.desiredSize <= 0) {
      this.#watchAbort();
      return this.ready.then(() => this.#throwFailure(), ignore);
    }
    return this.#written % writesPerTask === 0 ? nextTask().then(() => this.#throwFailure()) : undefined;
  }

  /** Rejects a write that settles after a failure; otherwise a pipe of workerd would end cleanly. */
  #throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  close(): Promise<void> {
    this.#state = 'closing';
    return this.target.close();
  }

  abort(reason: unknown): void {
    this.#fail(reason);
    this.target.abort(reason);
  }

  /** Fails at once on an abort. The stream would wait for the pending write, which may wait for room forever. */
  #watchAbort(): void {
    if (this.#watchesAbort) return;
    this.#watchesAbort = true;
    this.#controller.signal.addEventListener('abort', () => this.#fail(this.#controller.signal.reason));
  }

  /** Counts a chunk that the platform's queue takes. */
  size(): number {
    this.#platformChunks += 1;
    return 1;
  }

  /** True if our writers may write directly: the stream is writable and the platform's queue is empty. */
  get direct(): boolean {
    return this.#state === 'open' && this.#platformChunks === 0;
  }

  /** The failure of the stream, if it has failed. */
  get failure(): { readonly error: unknown } | undefined {
    return this.#failure;
  }

  /** True if the stream is closing or closed. */
  get closing(): boolean {
    return this.#state === 'closing';
  }

  /** The number of bytes that may be written before `ready` waits. */
  get desiredSize(): number {
    return highWaterMark - this.target.backlogBytes;
  }

  /** Settles when there is room. It is the same promise until then. */
  get ready(): Promise<undefined> {
    if (this.desiredSize > 0 || this.#state === 'failed') return resolved;
    this.#room ??= new Deferred();
    return this.#room.promise;
  }

  /** Queues a chunk. If the target throws, the stream fails. */
  send(chunk: Chunk): Promise<void> {
    try {
      return this.target.send(chunk);
    } catch (error) {
      this.fail(error);
      throw error;
    }
  }

  /** Rejects further writes, because the stream is being closed. */
  beginClose(): void {
    if (this.#state !== 'open') return;
    this.#state = 'closing';
    this.roomChanged();
  }

  /** Resolves a pending `ready` if there is room. */
  roomChanged(): void {
    if (this.#room === undefined || (this.#state === 'open' && this.desiredSize <= 0)) return;
    this.#room.resolve(undefined);
    this.#room = undefined;
  }

  /** Rejects a pending `ready`, because the writer was released. */
  released(): void {
    this.#failRoom(new TypeError('the writer was released'));
  }

  /** Fails the stream. */
  fail(error: unknown): void {
    this.#controller.error(error);
    this.#fail(error);
  }

  #fail(error: unknown): void {
    this.#state = 'failed';
    this.#failure ??= { error };
    this.#failRoom(error);
  }

  #failRoom(error: unknown): void {
    this.#room?.reject(error);
    this.#room = undefined;
  }
}

/** A writable stream over a {@link DirectSink}. An unhandled rejection of its promises does not end the process. */
export class DirectWritable<Chunk> extends WritableStream<Chunk> {
  readonly #sink: DirectSink<Chunk>;

  constructor(sink: DirectSink<Chunk>) {
    super(sink, { highWaterMark: 1, size: () => sink.size() });
    this.#sink = sink;
  }

  /** Returns the sink of a stream of this class; `undefined` for any other value. */
  static sinkOf<Chunk>(stream: WritableStream<Chunk>): DirectSink<Chunk> | undefined {
    const isObject = typeof stream === 'object' && stream !== null;
    return isObject && #sink in stream ? (stream as unknown as DirectWritable<Chunk>).#sink : undefined;
  }

  override getWriter(): WritableStreamDefaultWriter<Chunk> {
    return new DirectWriter(this, this.#sink);
  }

  override close(): Promise<void> {
    if (!this.locked) this.#sink.beginClose();
    return handled(super.close());
  }

  override abort(reason?: unknown): Promise<void> {
    return handled(super.abort(reason));
  }
}

/** A writer that passes chunks to the sink directly. An unhandled rejection of its promises does not end the process. */
export class DirectWriter<Chunk> extends WritableStreamDefaultWriter<Chunk> {
  readonly #sink: DirectSink<Chunk>;
  #locked = true;

  constructor(stream: WritableStream<Chunk>, sink: DirectSink<Chunk>) {
    super(stream);
    this.#sink = sink;
  }

  override get desiredSize(): number | null {
    const size = super.desiredSize;
    return size === null || !this.#sink.direct ? size : this.#sink.desiredSize;
  }

  override get ready(): Promise<undefined> {
    return this.#locked && this.#sink.direct && this.#sink.desiredSize <= 0
      ? this.#sink.ready
      : (super.ready as Promise<undefined>);
  }

  override write(chunk: Chunk): Promise<void> {
    // The platform's own method fails an internal assertion in Node 20.
    if (this.#locked && this.#sink.closing)
      return handled(Promise.reject(new TypeError('the stream is closing')));
    if (!this.#locked || !this.#sink.direct) return handled(super.write(chunk));
    try {
      return this.#sink.send(chunk);
    } catch (error) {
      return handled(Promise.reject(error));
    }
  }

  override close(): Promise<void> {
    if (this.#locked) this.#sink.beginClose();
    return handled(super.close());
  }

  override abort(reason?: unknown): Promise<void> {
    return handled(super.abort(reason));
  }

  override releaseLock(): void {
    if (this.#locked) this.#sink.released();
    super.releaseLock();
    this.#locked = false;
  }
}

function handled<T>(promise: Promise<T>): Promise<T> {
  promise.catch(ignore);
  return promise;
}
