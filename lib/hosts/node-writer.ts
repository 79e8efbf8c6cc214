// The writable side of a Node stream, with a promise for each write.

import type { Duplex } from 'node:stream';
import { Deferred } from '../base/deferred.ts';
import type { ByteWriter } from '../streams/byte-duplex.ts';

const settled: Promise<void> = Promise.resolve();

/** The most pending writes of the stream, because each costs it about 150 bytes, however small it is. */
const maxHeldWrites = 256;

/** The callbacks of a {@link NodeWriter}. */
export interface WriterOwner {
  /** Called when the stream has sent everything and its end. */
  outputEnded(): void;
  /** Called when the writer is aborted. */
  aborted(): void;
}

/** Writes to a stream. A write settles when the stream takes more. Its bytes must not change before they are sent. */
export class NodeWriter implements ByteWriter {
  readonly #stream: Duplex;
  readonly #owner: WriterOwner;
  #state: 'open' | 'closing' | 'ended' = 'open';
  #failure: { readonly error: unknown } | undefined;
  #waiting: Deferred<void>[] = [];
  #awaitsDrain = false;
  /** The number of writes since the stream had none pending. */
  #heldWrites = 0;
  /** Made on first use, because a stream that is handed over does not need it. */
  #closed: Deferred<void> | undefined;
  #turn: 'none' | 'first' | 'corked' = 'none';

  constructor(stream: Duplex, owner: WriterOwner) {
    this.#stream = stream;
    this.#owner = owner;
  }

  /** Settles when everything and the end were sent, or cannot be. */
  get closed(): Promise<void> {
    this.#closed ??= new Deferred();
    if (this.#state === 'ended') this.#settleClosed();
    return this.#closed.promise;
  }

  /** 1 if the stream takes more, otherwise 0; `null` if nothing can be written any more. */
  get desiredSize(): number | null {
    if (this.#failure !== undefined) return null;
    return this.#waiting.length > 0 || this.#stream.writableNeedDrain ? 0 : 1;
  }

  get ended(): boolean {
    return this.#state === 'ended';
  }

  get closing(): boolean {
    return this.#state === 'closing';
  }

  /**
   * Writes a chunk. The first chunk of a turn is sent at once, the others together at the end of the turn, which sends 1.1 to
   * 1.4 times as many small messages.
   */
  write(chunk: Uint8Array): Promise<void> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure.error);
    if (this.#turn === 'none') {
      this.#turn = 'first';
      process.nextTick(() => this.#endTurn());
    } else if (this.#turn === 'first') {
      this.#turn = 'corked';
      this.#stream.cork();
    }
    this.#heldWrites = this.#stream.writableLength === 0 ? 1 : this.#heldWrites + 1;
    if (this.#heldWrites % maxHeldWrites !== 0) return this.#stream.write(chunk) ? settled : this.#wait();
    const sent = this.#wait();
    // The 'error' event handles an error.
    this.#stream.write(chunk, error => error ?? this.#drain());
    return sent;
  }

  /** Ends the stream after all writes. */
  close(): Promise<void> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure.error);
    this.#state = 'closing';
    // If the stream is destroyed first, Node calls back with an error; the 'close' event handles that.
    this.#stream.end((error?: Error | null) => error ?? this.finish());
    return this.closed;
  }

  /** Releases the stream at once. */
  abort(): Promise<void> {
    this.#owner.aborted();
    return settled;
  }

  /** Settles everything, because the stream has sent everything. */
  finish(): void {
    if (this.#state === 'ended') return;
    this.#state = 'ended';
    this.#drain();
    this.#settleClosed();
    this.#owner.outputEnded();
  }

  /** Rejects pending and further writes. */
  fail(error: unknown): void {
    if (this.#state === 'ended') return;
    this.#state = 'ended';
    this.#failure = { error };
    for (const waiting of this.#take()) waiting.reject(error);
    this.#settleClosed();
  }

  #settleClosed(): void {
    if (this.#failure === undefined) this.#closed?.resolve();
    else this.#closed?.reject(this.#failure.error);
  }

  #wait(): Promise<void> {
    const waiting = new Deferred<void>();
    this.#waiting.push(waiting);
    if (!this.#awaitsDrain) {
      this.#awaitsDrain = true;
      this.#stream.once('drain', () => {
        this.#awaitsDrain = false;
        this.#drain();
      });
    }
    return waiting.promise;
  }

  /** Settles pending writes, because the stream takes more. */
  #drain(): void {
    for (const waiting of this.#take()) waiting.resolve();
  }

  #take(): Deferred<void>[] {
    const waiting = this.#waiting;
    this.#waiting = [];
    return waiting;
  }

  #endTurn(): void {
    if (this.#turn === 'corked') this.#stream.uncork();
    this.#turn = 'none';
  }
}
