// The readable side of a Node stream, with a promise for each chunk.

import type { Duplex } from 'node:stream';
import { Deferred } from '../base/deferred.ts';
import { Fifo } from '../base/fifo.ts';
import type { ByteReader } from '../streams/byte-duplex.ts';

/** The queued bytes at which the stream is paused. A chunk counts `bytesPerChunk` besides its own. */
const maxQueuedBytes = 16_384;
const bytesPerChunk = 256;

type Result = Awaited<ReturnType<ByteReader['read']>>;

type State =
  | { readonly type: 'open' }
  | { readonly type: 'ended' }
  | { readonly type: 'failed'; readonly failure: unknown };

/** The callback of a {@link NodeReader}. */
export interface ReaderOwner {
  /** Called when the reader is cancelled. */
  cancelled(): void;
}

/** Reads the chunks of a flowing stream. Queued chunks are read before an end or a failure. */
export class NodeReader implements ByteReader {
  readonly #stream: Duplex;
  readonly #chunks = new Fifo<Uint8Array>();
  readonly #owner: ReaderOwner;
  #queuedBytes = 0;
  #state: State = { type: 'open' };
  #waiting: Deferred<Result> | undefined;
  /** Made on first use, because a stream that is handed over does not need it. */
  #closed: Deferred<void> | undefined;

  constructor(stream: Duplex, owner: ReaderOwner) {
    this.#stream = stream;
    this.#owner = owner;
  }

  /** Settles when the stream has ended or failed and no chunk is left. */
  get closed(): Promise<void> {
    this.#closed ??= new Deferred();
    if (this.#chunks.length === 0) this.#settle();
    return this.#closed.promise;
  }

  get ended(): boolean {
    return this.#state.type !== 'open';
  }

  /** Reads the next chunk. Only one read may be pending. */
  read(): Promise<Result> {
    const value = this.#take();
    if (value !== undefined) return Promise.resolve({ value });
    const waiting = new Deferred<Result>();
    this.#waiting = waiting;
    this.#settle();
    return waiting.promise;
  }

  /** Drops queued and further chunks. */
  cancel(): Promise<void> {
    this.#chunks.clear();
    this.#stream.pause();
    this.end();
    this.#owner.cancelled();
    return Promise.resolve();
  }

  /** Adds a chunk of the stream. */
  push(chunk: Uint8Array): void {
    if (this.ended) return;
    const value = plainView(chunk);
    if (this.#waiting !== undefined) return this.#answer({ value });
    this.#chunks.push(value);
    this.#queuedBytes += value.length + bytesPerChunk;
    if (this.#queuedBytes >= maxQueuedBytes) this.#stream.pause();
  }

  /** Returns the queued chunks, and the end of the stream if it has ended. */
  handOver(): {
    readonly chunks: Uint8Array[];
    readonly end: 'ended' | { readonly cause: unknown } | undefined;
  } {
    const chunks: Uint8Array[] = [];
    for (let chunk = this.#chunks.shift(); chunk !== undefined; chunk = this.#chunks.shift())
      chunks.push(chunk);
    const state = this.#state;
    if (state.type === 'open') return { chunks, end: undefined };
    return { chunks, end: state.type === 'ended' ? 'ended' : { cause: state.failure } };
  }

  /** Ends the input after the queued chunks. */
  end(): void {
    this.#finish({ type: 'ended' });
  }

  /** Fails the input after the queued chunks. */
  fail(failure: unknown): void {
    this.#finish({ type: 'failed', failure });
  }

  #finish(state: State): void {
    if (this.ended) return;
    this.#state = state;
    if (this.#chunks.length === 0) this.#settle();
  }

  #settle(): void {
    const state = this.#state;
    if (state.type === 'open') return;
    if (state.type === 'ended') {
      this.#answer({});
      this.#closed?.resolve();
    } else {
      this.#waiting?.reject(state.failure);
      this.#waiting = undefined;
      this.#closed?.reject(state.failure);
    }
  }

  #answer(result: Result): void {
    this.#waiting?.resolve(result);
    this.#waiting = undefined;
  }

  #take(): Uint8Array | undefined {
    const chunk = this.#chunks.shift();
    if (chunk === undefined) return undefined;
    this.#queuedBytes -= chunk.length + bytesPerChunk;
    if (this.#queuedBytes < maxQueuedBytes && this.#stream.isPaused()) this.#stream.resume();
    return chunk;
  }
}

/** Returns the chunk as a plain Uint8Array, because `Buffer.prototype.slice` does not copy. */
export function plainView({ buffer, byteOffset, length }: Uint8Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, length);
}
