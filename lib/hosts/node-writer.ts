// The writable side of a Node stream, one promise a write. Knows nothing of the other side.

import type { Duplex } from 'node:stream';
import type { ByteWriter } from '../streams/byte-duplex.ts';

interface Settle {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

const settled: Promise<void> = Promise.resolve();

/** More writes than this the stream does not hold, however small: each costs it some 150 octets. */
const maxHeldWrites = 256;

/** What a {@link NodeWriter} tells of itself. */
export interface WriterOwner {
  /** The stream has sent everything and its end. */
  onEnd(): void;
  /** Whoever writes lets go of the stream. */
  onAbort(): void;
}

/** Writes to a stream. A write settles when the stream takes more; its bytes must not change before they are sent. */
export class NodeWriter implements ByteWriter {
  /** Settles when everything and the end have been sent, or cannot be. */
  readonly closed: Promise<void>;
  readonly #stream: Duplex;
  readonly #owner: WriterOwner;
  #state: 'open' | 'closing' | 'ended' = 'open';
  #failure: { readonly error: unknown } | undefined;
  #waiting: Settle[] = [];
  /** Writes since the stream held none. */
  #heldWrites = 0;
  #closed!: Settle;
  #go: 'none' | 'first' | 'corked' = 'none';

  constructor(stream: Duplex, owner: WriterOwner) {
    this.#stream = stream;
    this.#owner = owner;
    this.closed = new Promise((resolve, reject) => (this.#closed = { resolve, reject }));
    this.closed.catch(() => {});
  }

  /** Whether the stream takes more: 0 or 1; `null`: nothing can be written any more. */
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
   * The first of what is written in one go leaves at once, the rest of it together, before the host does anything else:
   * a flood of small messages passes 1.1 to 1.4 times as many.
   */
  write(chunk: Uint8Array): Promise<void> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure.error);
    if (this.#go === 'none') {
      this.#go = 'first';
      process.nextTick(() => this.#endGo());
    } else if (this.#go === 'first') {
      this.#go = 'corked';
      this.#stream.cork();
    }
    this.#heldWrites = this.#stream.writableLength === 0 ? 1 : this.#heldWrites + 1;
    if (this.#heldWrites % maxHeldWrites !== 0) return this.#stream.write(chunk) ? settled : this.#wait();
    const sent = this.#wait();
    // With an error it fails by the stream's 'error'.
    this.#stream.write(chunk, error => error ?? this.drain());
    return sent;
  }

  /** Ends the stream behind what was written. */
  close(): Promise<void> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure.error);
    this.#state = 'closing';
    // Node calls back with an error when the stream is destroyed before; its 'close' tells of that.
    this.#stream.end((error?: Error | null) => error ?? this.finish());
    return this.closed;
  }

  /** Lets go of the stream at once. */
  abort(): Promise<void> {
    this.#owner.onAbort();
    return settled;
  }

  /** The stream takes more. */
  drain(): void {
    for (const { resolve } of this.#take()) resolve();
  }

  /** Everything has been sent. */
  finish(): void {
    if (this.#state === 'ended') return;
    this.#state = 'ended';
    this.drain();
    this.#closed.resolve();
    this.#owner.onEnd();
  }

  /** Nothing can be sent any more. */
  fail(error: unknown): void {
    if (this.#state === 'ended') return;
    this.#state = 'ended';
    this.#failure = { error };
    for (const { reject } of this.#take()) reject(error);
    this.#closed.reject(error);
  }

  #wait(): Promise<void> {
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  #take(): Settle[] {
    const waiting = this.#waiting;
    this.#waiting = [];
    return waiting;
  }

  #endGo(): void {
    if (this.#go === 'corked') this.#stream.uncork();
    this.#go = 'none';
  }
}
