// Adapts a byte reader and a byte writer to an owner with callbacks.

import { joinBytes } from '../bytes/chunk-gatherer.ts';
import type { ByteReader, ByteWriter, LockedDuplex, PushTransport, TransportOwner } from './byte-duplex.ts';

/** The most bytes in pending writes. The rest stays queued, where control frames can overtake it. */
const maxPendingBytes = 32_768;

type Result = Awaited<ReturnType<ByteReader['read']>>;

/** Reads chunk by chunk while it is not paused, and writes. */
export class StreamTransport implements PushTransport {
  readonly #reader: ByteReader;
  readonly #writer: ByteWriter;
  readonly #owner: TransportOwner;
  #paused = true;
  #reading = false;
  /** A chunk that came while the transport was paused. */
  #held: Result | undefined;
  #pendingBytes = 0;
  #destroyed = false;
  #outputEnded = false;

  constructor(reader: ByteReader, writer: ByteWriter, owner: TransportOwner) {
    this.#reader = reader;
    this.#writer = writer;
    this.#owner = owner;
    // While it is not paused, the pending read reports the failure, after earlier chunks.
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
    return this.#pendingBytes === 0 || (this.#pendingBytes < maxPendingBytes && desiredSize > 0);
  }

  /** The writer's `desiredSize`; `null` if the writer has failed or throws. */
  get #desiredSize(): number | null {
    try {
      return this.#writer.desiredSize;
    } catch (cause) {
      queueMicrotask(() => this.#fail(cause));
      return null;
    }
  }

  /** Writes the chunks as one, because a write to a stream costs more than the copy. */
  write(chunks: readonly Uint8Array[]): boolean {
    const bytes = joinBytes(chunks);
    this.#pendingBytes += bytes.length;
    const taken = () => {
      this.#pendingBytes -= bytes.length;
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

/** Calls a host's function, and turns an exception into a rejection. */
async function settled<T>(call: () => Promise<T>): Promise<T> {
  return call();
}

/** Hands a locked duplex over to its owner. */
export function pushTransport(locked: LockedDuplex, owner: TransportOwner): PushTransport {
  return locked.push?.(owner) ?? new StreamTransport(locked.reader, locked.writer, owner);
}
