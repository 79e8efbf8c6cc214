// Connects a Node stream to the owner of a socket with callbacks, without promises or a queue.

import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { PushTransport, TransportOwner } from '../streams/byte-duplex.ts';
import type { NodeStreamListener, NodeStreamTraits } from './node-stream-traits.ts';

/** The most pending writes of the stream, because each costs it about 150 bytes, however small it is. */
const maxHeldWrites = 256;

/** The end of the stream. */
type End = 'ended' | { readonly cause: unknown };

/** Reads and writes a stream on behalf of an owner. */
export class NodeTransport implements PushTransport, NodeStreamListener {
  /** A socket writes to the kernel or encrypts. Other streams, such as a PassThrough, may pass the chunks on. */
  readonly copies: boolean;
  readonly #stream: Duplex;
  readonly #traits: NodeStreamTraits;
  readonly #owner: TransportOwner;
  /** Chunks that were read before, and the end of the stream that follows them. */
  #early: readonly Uint8Array[];
  #earlyEnd: End | undefined;
  #paused = true;
  #inputEnded: boolean;
  #output: 'open' | 'ending' | 'ended' = 'open';
  #over = false;
  /** The number of writes that were taken at once and whose callbacks have not come yet. */
  #takenEarly = 0;
  #heldWrites = 0;
  /** Made for the first write. */
  #onWritten: ((error?: Error | null) => void) | undefined;

  /**
   * @param early - chunks that were read before and are not delivered yet
   * @param earlyEnd - the end of the stream, if it has already ended
   */
  constructor(
    stream: Duplex,
    traits: NodeStreamTraits,
    owner: TransportOwner,
    early: readonly Uint8Array[],
    earlyEnd: End | undefined,
  ) {
    this.copies = stream instanceof Socket;
    this.#stream = stream;
    this.#traits = traits;
    this.#owner = owner;
    this.#early = early;
    this.#earlyEnd = earlyEnd;
    this.#inputEnded = earlyEnd === 'ended';
    stream.pause();
  }

  pause(): void {
    this.#paused = true;
    this.#stream.pause();
  }

  resume(): void {
    this.#paused = false;
    while (this.#early.length > 0) {
      const [chunk, ...rest] = this.#early;
      this.#early = rest;
      this.#owner.receive(chunk!);
      if (this.#paused || this.#over) return;
    }
    const end = this.#earlyEnd;
    this.#earlyEnd = undefined;
    if (end === undefined) this.#stream.resume();
    else if (end === 'ended') this.#giveEnd();
    else this.#giveFailure(end.cause);
  }

  /** True if more may be written. After a large write `writableNeedDrain` stays set until the next tick, even if it was taken. */
  get hasRoom(): boolean {
    const { destroyed, writableLength, writableNeedDrain } = this.#stream;
    if (destroyed) return false;
    return writableLength === 0 || (!writableNeedDrain && this.#heldWrites < maxHeldWrites);
  }

  write(chunks: readonly Uint8Array[]): boolean {
    const stream = this.#stream;
    const last = chunks.length - 1;
    if (last > 0) {
      stream.cork();
      for (let i = 0; i < last; i++) stream.write(chunks[i]);
    }
    this.#onWritten ??= error => this.#written(error);
    stream.write(chunks[last], this.#onWritten);
    if (last > 0) stream.uncork();
    if (stream.writableLength === 0) {
      this.#takenEarly += 1;
      return true;
    }
    this.#heldWrites += 1;
    return false;
  }

  end(): void {
    this.#output = 'ending';
    // If the stream is destroyed first, Node calls back with an error; the 'close' event handles that.
    this.#stream.end((error?: Error | null) => error ?? this.#finish());
  }

  destroy(): void {
    this.#over = true;
    this.#traits.cut(this.#stream);
  }

  afterTurn(callback: () => void): void {
    process.nextTick(callback);
  }

  data(chunk: Uint8Array): void {
    if (!this.#over) this.#owner.receive(chunk);
  }

  inputEnd(): void {
    if (this.#inputEnded || this.#over) return;
    this.#inputEnded = true;
    if (this.#early.length > 0) this.#earlyEnd = 'ended';
    else this.#giveEnd();
  }

  closed(): void {
    if (this.#output === 'ending' && this.#traits.hasSentAll(this.#stream)) this.#finish();
    this.fail(this.#stream.errored);
  }

  fail(error: Error | null | undefined): void {
    if (this.#over || (this.#inputEnded && this.#output === 'ended')) return;
    const cause = error ?? new Error('premature close');
    if (this.#early.length === 0) this.#giveFailure(cause);
    else if (typeof this.#earlyEnd !== 'object') this.#earlyEnd = { cause };
  }

  #giveEnd(): void {
    this.#owner.receiveEnd();
    this.#cutIfEnded();
  }

  #giveFailure(cause: unknown): void {
    this.#over = true;
    this.#owner.failed(cause);
  }

  #written(error: Error | null | undefined): void {
    if (error) return;
    if (this.#takenEarly > 0) {
      this.#takenEarly -= 1;
      return;
    }
    this.#heldWrites -= 1;
    if (!this.#over) this.#owner.taken();
  }

  #finish(): void {
    if (this.#output === 'ended' || this.#over) return;
    this.#output = 'ended';
    this.#owner.ended();
    this.#cutIfEnded();
  }

  #cutIfEnded(): void {
    if (this.#inputEnded && this.#output === 'ended') this.#traits.cut(this.#stream);
  }
}
