// Joins octets that arrive in parts. Knows no protocol.

const noBytes = new Uint8Array(0);

/**
 * A growing buffer: appending costs time linear in the octets in all, however many parts they come in, and it never
 * holds more than twice what has arrived.
 */
export class ByteCollector {
  #buffer: Uint8Array<ArrayBuffer> = noBytes;
  #length = 0;

  /** How many octets have been appended since the last take. */
  get length(): number {
    return this.#length;
  }

  /**
   * Appends a copy of `bytes`.
   *
   * @param expectedBytes - how long the whole will be as far as is known: growth aims there, so that a whole of
   *   that size is taken without a further copy. A wrong value costs nothing but that copy.
   */
  append(bytes: Uint8Array, expectedBytes = 0): void {
    const length = this.#length + bytes.length;
    if (length > this.#buffer.length) this.#grow(length, expectedBytes);
    this.#buffer.set(bytes, this.#length);
    this.#length = length;
  }

  /** All octets in a buffer of their own; the collector is empty again. */
  take(): Uint8Array<ArrayBuffer> {
    const whole = this.#length > 0 && this.#buffer.length === this.#length;
    const taken = whole ? this.#buffer : this.#buffer.slice(0, this.#length);
    this.#buffer = noBytes;
    this.#length = 0;
    return taken;
  }

  /** Halves of what is expected lead to it, unless they are no real growth: then what is expected grows as we do. */
  #grow(needed: number, expectedBytes: number): void {
    let capacity = expectedBytes;
    while (capacity >= 2 * needed) capacity = Math.ceil(capacity / 2);
    if (capacity < needed || capacity < 1.5 * this.#buffer.length) capacity = 2 * needed;
    const grown = new Uint8Array(capacity);
    grown.set(this.#buffer.subarray(0, this.#length));
    this.#buffer = grown;
  }
}
