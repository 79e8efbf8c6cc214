// The platform's WritableStream whose writers hand chunks to the sink directly. Methods are on the prototype: own properties
// would give every stream a hidden class of its own.

import { nextTask } from './next-task.ts';
import { WritableStream, WritableStreamDefaultWriter } from './platform.ts';

const ignore = () => {};
const resolved: Promise<undefined> = Promise.resolve(undefined);

/** Above this many bytes `ready` waits. */
const highWaterMark = 65_536;

/** A pipe of the platform goes on by promises alone: after so many chunks the host gets a task. */
const writesPerTask = 256;

/** Where a {@link DirectWritable} writes to. */
export interface DirectTarget<Chunk> {
  /** Queues a chunk while it is called. The promise settles when it has been sent; what it throws fails the stream. */
  send(chunk: Chunk): Promise<void>;
  /** What waits to be sent: its bytes, and what each chunk costs besides. */
  readonly backlogBytes: number;
  /** The stream was closed; what it returns settles the close. */
  close(): Promise<void>;
  /** The stream was aborted. */
  abort(reason: unknown): void;
}

/** Someone who waits for room. */
interface Room {
  readonly promise: Promise<undefined>;
  readonly resolve: (value: undefined) => void;
  readonly reject: (error: unknown) => void;
}

/** The sink behind a {@link DirectWritable}: what our writers and what the platform's consumers write goes through it. */
export class DirectSink<Chunk> {
  readonly target: DirectTarget<Chunk>;
  #controller!: WritableStreamDefaultController;
  #state: 'open' | 'closing' | 'failed' = 'open';
  #failure: { readonly error: unknown } | undefined;
  /** Chunks in the platform's queue: what our writers write waits after them. */
  #platformChunks = 0;
  #written = 0;
  #room: Room | undefined;
  #watchesAbort = false;

  constructor(target: DirectTarget<Chunk>) {
    this.target = target;
  }

  /** Underlying sink methods, called by the stream, as the next three. */
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

  /** A pipe of workerd ends well if a write settles after the stream has failed. */
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

  /** An abort waits for the write that is under way, which may wait for room that never comes. */
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

  /** Whether a writer of ours may write: the stream is writable, and nothing waits before. */
  get direct(): boolean {
    return this.#state === 'open' && this.#platformChunks === 0;
  }

  /** Why the stream has failed, if it has. */
  get failure(): { readonly error: unknown } | undefined {
    return this.#failure;
  }

  /** Whether the stream is being closed, or has been. */
  get closing(): boolean {
    return this.#state === 'closing';
  }

  /** How many more bytes are wanted. */
  get desiredSize(): number {
    return highWaterMark - this.target.backlogBytes;
  }

  /** Settles when more is wanted; the same promise as long as nothing changes. */
  get ready(): Promise<undefined> {
    if (this.desiredSize > 0 || this.#state === 'failed') return resolved;
    this.#room ??= newRoom();
    return this.#room.promise;
  }

  /** Queues a chunk. What the target throws fails the stream. */
  send(chunk: Chunk): Promise<void> {
    try {
      return this.target.send(chunk);
    } catch (error) {
      this.fail(error);
      throw error;
    }
  }

  /** No writer may write any more: the stream is being closed. */
  beginClose(): void {
    if (this.#state !== 'open') return;
    this.#state = 'closing';
    this.roomChanged();
  }

  /** Tells those who wait that there may be room. */
  roomChanged(): void {
    if (this.#room === undefined || (this.#state === 'open' && this.desiredSize <= 0)) return;
    this.#room.resolve(undefined);
    this.#room = undefined;
  }

  /** The writer is released: its `ready` fails, if it waits. */
  released(): void {
    this.#failRoom(new TypeError('the writer was released'));
  }

  /** The stream fails: nothing can be sent any more. */
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
    this.#room?.promise.catch(ignore);
    this.#room?.reject(error);
    this.#room = undefined;
  }
}

function newRoom(): Room {
  let resolve!: Room['resolve'];
  let reject!: Room['reject'];
  const promise = new Promise<undefined>((res, rej) => {
    resolve = res;
    reject = rej;
  });
  return { promise, resolve, reject };
}

/** A writable stream over a {@link DirectSink}. Its promises never end a process. */
export class DirectWritable<Chunk> extends WritableStream<Chunk> {
  readonly #sink: DirectSink<Chunk>;

  constructor(sink: DirectSink<Chunk>) {
    super(sink, { highWaterMark: 1, size: () => sink.size() });
    this.#sink = sink;
  }

  /** The sink of a stream of this class; `undefined` for any other value. */
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

/** A writer that hands chunks to the sink directly. Its promises never end a process. */
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
    // Node 20 fails an assertion of its own here.
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
