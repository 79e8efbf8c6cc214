// The masking keys of a client: RFC 6455 §5.3.

import { asBytes } from '../bytes/as-bytes.ts';
import { readKey } from '../bytes/mask.ts';

/**
 * A source of random bytes: as many as it is asked for, 64 for sixteen keys and 16 for an opening handshake, from strong
 * entropy, none of them twice.
 */
export type RandomBytes = (byteLength: number) => Uint8Array;

/** Keys are asked for sixteen at a time: a call of the source costs as much as a small frame. */
const stockBytes = 64;

const noBytes = new Uint8Array(0);

/** Gives each key once. */
export class MaskingKeys {
  readonly #randomBytes: RandomBytes;
  #stock = noBytes;
  #taken = 0;

  constructor(randomBytes: RandomBytes) {
    this.#randomBytes = randomBytes;
  }

  /**
   * A fresh key.
   *
   * @throws Error when the source gives another number of bytes, TypeError for what are none: no key is made up
   */
  next(): number {
    if (this.#taken === this.#stock.length) this.#refill();
    const key = readKey(this.#stock, this.#taken);
    this.#taken += 4;
    return key;
  }

  /** The bytes are copied: a source may use its array again. */
  #refill(): void {
    const bytes = asBytes(this.#randomBytes(stockBytes));
    if (bytes.length !== stockBytes) {
      throw new Error(`randomBytes gave ${bytes.length} bytes instead of ${stockBytes}`);
    }
    this.#stock = new Uint8Array(bytes);
    this.#taken = 0;
  }
}
