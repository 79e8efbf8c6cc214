// A reader and a writer of bytes, worked on behalf of an owner who is called.

import { joinBytes } from '../bytes/chunk-gatherer.ts';
import type { ByteReader, ByteWriter, LockedDuplex, PushTransport, TransportOwner } from './byte-duplex.ts';

/** The most bytes that are under way to the writer: what is chosen late can be overtaken until then. */
const maxUnderWayBytes = 32_768;

type Result = Awaited<ReturnType<ByteReader['read']>>;

/** Reads while it is not paused, chunk by chunk, and writes what it is given. */
export class StreamTransport implements PushTransport {
  readonly #reader: ByteReader;
  readonly #writer: ByteWriter;
  readonly #owner: TransportOwner;
  #paused = true;
  #reading = false;
  /** A chunk that came while the transport was paused. */
  #held: Result | undefined;
  #underWayBytes = 0;
  #destroyed = false;
  #outputEnded = false;

  constructor(reader: ByteReader, writer: ByteWriter, owner: TransportOwner) {
    this.#reader = reader;
    this.#writer = writer;
    this.#owner = owner;
    // While it is not paused the read that waits tells of the failure, after what came before it.
    reader.closed.catch(cause => this.#paused && this.#fail(cause));
    writer.closed.catch(cause => this.#fail(cause));
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    const held = this.#held;
    this.#held = undefined;
    if (held !== undefined) this.#give(held);
    this.#read();
  }

  get hasRoom(): boolean {
    const desiredSize = this.#desiredSize;
    if (desiredSize === null) return false;
    return this.#underWayBytes === 0 || (this.#underWayBytes < maxUnderWayBytes && desiredSize > 0);
  }

  /** `null` if the writer has failed, or a host's own writer throws. */
  get #desiredSize(): number | null {
    try {
      return this.#writer.desiredSize;
    } catch (cause) {
      queueMicrotask(() => this.#fail(cause));
      return null;
    }
  }

  /** Several chunks become one: a write costs a stream more than the copy. */
  write(chunks: readonly Uint8Array[]): boolean {
    const bytes = joinBytes(chunks);
    this.#underWayBytes += bytes.length;
    const taken = () => {
      this.#underWayBytes -= bytes.length;
      if (!this.#destroyed) this.#owner.taken();
    };
    settled(() => this.#writer.write(bytes)).then(taken, cause => this.#fail(cause));
    return false;
  }

  end(): void {
    const ended = () => {
      this.#outputEnded = true;
      if (!this.#destroyed) this.#owner.ended();
    };
    settled(() => this.#writer.close()).then(ended, cause => this.#fail(cause));
  }

  destroy(reason: unknown): void {
    this.#destroyed = true;
    settled(() => this.#reader.cancel(reason)).catch(() => {});
    if (!this.#outputEnded) settled(() => this.#writer.abort(reason)).catch(() => {});
  }

  afterTurn(callback: () => void): void {
    queueMicrotask(callback);
  }

  #read(): void {
    if (this.#paused || this.#reading || this.#destroyed) return;
    this.#reading = true;
    settled(() => this.#reader.read()).then(
      result => {
        this.#reading = false;
        this.#give(result);
        this.#read();
      },
      cause => this.#fail(cause),
    );
  }

  #give(result: Result): void {
    if (this.#destroyed) return;
    if (this.#paused) {
      this.#held = result;
    } else if (result.value === undefined) {
      this.#reading = true;
      this.#owner.receiveEnd();
    } else {
      this.#owner.receive(result.value);
    }
  }

  #fail(cause: unknown): void {
    if (this.#destroyed) return;
    this.#owner.failed(cause);
  }
}

/** The promise of a call to a host; what it throws is a rejection, too. */
async function settled<T>(call: () => Promise<T>): Promise<T> {
  return call();
}

/** Hands a locked duplex over to its owner. */
export function pushTransport(locked: LockedDuplex, owner: TransportOwner): PushTransport {
  return locked.push?.(owner) ?? new StreamTransport(locked.reader, locked.writer, owner);
}
