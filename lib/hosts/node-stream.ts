// Adapts a duplex of Web Streams of bytes, such as a byte tunnel, to a Node Duplex. The reverse of node-duplex.ts.

import { Duplex } from 'node:stream';
import { WebSocketError } from '../base/websocket-error.ts';
import type { ByteDuplex } from '../streams/byte-duplex.ts';

/** The options of {@link nodeStream}. */
export interface NodeStreamOptions {
  /** As for `net.Socket`: if false, the end of the readable side ends the writable side. Default: false. */
  readonly allowHalfOpen?: boolean | undefined;
}

/**
 * Returns a Node `Duplex` over a pair of Web Streams, and locks them. Destroying it cancels and aborts them with the error.
 * After `end()`, a peer that drops the transport without a Close ends the stream; before, that is an error.
 *
 * @throws TypeError if a side is locked
 */
export function nodeStream({ readable, writable }: ByteDuplex, options: NodeStreamOptions = {}): Duplex {
  return new WebDuplex(readable.getReader(), writable.getWriter(), options.allowHalfOpen ?? false);
}

type Done = (error?: Error | null) => void;

class WebDuplex extends Duplex {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  /** True if the peer has closed both directions cleanly: our end has nothing left to close. */
  #ended = false;

  constructor(
    reader: ReadableStreamDefaultReader<Uint8Array>,
    writer: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>,
    allowHalfOpen: boolean,
  ) {
    super({ allowHalfOpen });
    this.#reader = reader;
    this.#writer = writer;
    writer.closed.catch(error => this.#endByPeer(error));
  }

  override _read(): void {
    this.#reader.read().then(
      ({ done, value }) => this.push(done ? null : value),
      error => (this.#isDropAfterEnd(error) ? this.push(null) : this.destroy(error)),
    );
  }

  override _write(chunk: Uint8Array<ArrayBuffer>, _encoding: BufferEncoding, done: Done): void {
    this.#writer.write(chunk).then(() => done(), done);
  }

  override _final(done: Done): void {
    this.#writer.close().then(
      () => done(),
      error => done(this.#ended || this.#isDropAfterEnd(error) ? null : error),
    );
  }

  override _destroy(error: Error | null, done: Done): void {
    this.#reader.cancel(error ?? undefined).catch(() => {});
    this.#writer.abort(error ?? undefined).catch(() => {});
    done(error);
  }

  /** Handles the end of both directions by the peer: a clean end lets the readable side end, any other destroys both. */
  #endByPeer(error: Error | undefined): void {
    if (error?.name === 'InvalidStateError') this.#ended = true;
    else if (!this.#isDropAfterEnd(error)) this.destroy(error);
  }

  /**
   * True if the peer dropped the transport after our end, as servers do that have all they need. They often reset it, because
   * they have not read our Close.
   */
  #isDropAfterEnd(error: unknown): boolean {
    return this.writableEnded && error instanceof WebSocketError && error.code === 'ERR_TRANSPORT';
  }
}
