// Encodes the payload of one part in slices while it is sent: text as UTF-8, and compressed if required. Each call does a
// bounded amount of work.

import { sliceBytes } from '../base/budget.ts';
import { encodeText, isHighSurrogate } from '../bytes/encode-text.ts';
import type { MessageDeflater } from '../deflate/codec.ts';

const noBytes = new Uint8Array(0);

/** Returns the bytes of one payload, piece by piece. */
export class PayloadSource {
  readonly #payload: Uint8Array | string;
  readonly #deflater: MessageDeflater | undefined;
  readonly #last: boolean;
  #at = 0;
  /** Whether the deflater may have more output for its input so far. */
  #deflating = false;
  #workedBytes = 0;

  /**
   * @param deflater - compresses the payload
   * @param last - whether the payload ends its message
   */
  constructor(payload: Uint8Array | string, deflater: MessageDeflater | undefined, last: boolean) {
    this.#payload = payload;
    this.#deflater = deflater;
    this.#last = last;
  }

  /** Whether the last slice has been taken. Without a deflater, nothing follows. */
  get done(): boolean {
    // An empty payload is one slice, too.
    return this.#at > 0 && this.#at >= this.#payload.length;
  }

  /** The work so far: the number of bytes encoded or compressed, and of compressed output. */
  get workedBytes(): number {
    return this.#workedBytes;
  }

  /** Whether the payload is being compressed. */
  get compresses(): boolean {
    return this.#deflater !== undefined;
  }

  /**
   * Returns the next piece, or `undefined` at the end. An empty piece means that work was done and more follows. A piece of a
   * deflater is valid until the next call of any deflater of its codec.
   */
  read(): Uint8Array | undefined {
    const piece = this.#deflating ? this.#deflater?.read() : undefined;
    if (piece !== undefined) {
      this.#workedBytes += piece.length;
      return piece;
    }
    return this.done ? undefined : this.#next();
  }

  #next(): Uint8Array {
    const slice = this.#slice();
    this.#workedBytes += slice.length;
    if (this.#deflater === undefined) return slice;
    this.#deflater.write(slice, this.#last && this.done);
    this.#deflating = true;
    return noBytes;
  }

  #slice(): Uint8Array {
    const payload = this.#payload;
    const start = this.#at;
    if (typeof payload !== 'string') {
      this.#at = start + sliceBytes;
      return payload.subarray(start, this.#at);
    }
    const end = start + sliceBytes;
    // Do not separate a surrogate pair.
    this.#at = end < payload.length && isHighSurrogate(payload.charCodeAt(end - 1)) ? end - 1 : end;
    return encodeText(start === 0 && this.#at >= payload.length ? payload : payload.slice(start, this.#at));
  }
}
