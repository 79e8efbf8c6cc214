// The masking keys of a client: RFC 6455 §5.3.

import { asBytes } from '../bytes/as-bytes.ts';
import { readKey } from '../bytes/mask.ts';

/**
 * A source of strong random bytes. It returns as many as requested, 64 for sixteen masking keys or 16 for an opening
 * handshake, and no byte twice.
 */
export type RandomBytes = (byteLength: number) => Uint8Array;

/** The size of a request, sixteen keys: a call of the source costs as much as a small frame. */
const stockBytes = 64;

const noBytes = new Uint8Array(0);

/** Returns each key once. */
export class MaskingKeys {
  readonly #randomBytes: RandomBytes;
  #stock = noBytes;
  #taken = 0;

  constructor(randomBytes: RandomBytes) {
    this.#randomBytes = randomBytes;
  }

  /**
   * Returns a new key.
   *
   * @throws Error if the source returns the wrong number of bytes; TypeError if it does not return bytes
   */
  next(): number {
    if (this.#taken === this.#stock.length) this.#refill();
    const key = readKey(this.#stock, this.#taken);
    this.#taken += 4;
    return key;
  }

  /** Copies the bytes, because a source may reuse its array. */
  #refill(): void {
    const bytes = asBytes(this.#randomBytes(stockBytes));
    if (bytes.length !== stockBytes) {
      throw new Error(`randomBytes must return ${stockBytes} bytes (got ${bytes.length})`);
    }
    this.#stock = new Uint8Array(bytes);
    this.#taken = 0;
  }
}
