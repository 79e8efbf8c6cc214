// Keeps the last bytes of a stream.

/** Keeps the last bytes that were appended, in at most twice as much memory. */
export class RecentBytes {
  readonly #maxBytes: number;
  #memory: Uint8Array = new Uint8Array(0);
  #length = 0;

  /** @param maxBytes - the number of bytes to keep */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** The last bytes in order, at most `maxBytes`. Valid until the next call of `append` or `clear`. */
  get bytes(): Uint8Array {
    return this.#memory.subarray(Math.max(0, this.#length - this.#maxBytes), this.#length);
  }

  append(bytes: Uint8Array): void {
    const added = bytes.subarray(Math.max(0, bytes.length - this.#maxBytes));
    if (this.#memory.length - this.#length < added.length) this.#makeRoom(added.length);
    this.#memory.set(added, this.#length);
    this.#length += added.length;
  }

  clear(): void {
    this.#length = 0;
  }

  /** Moves the bytes to the front. The memory doubles until it has space for twice the bytes to keep. */
  #makeRoom(byteLength: number): void {
    const kept = this.bytes;
    const size = Math.min(2 * (kept.length + byteLength), 2 * this.#maxBytes);
    if (size > this.#memory.length) this.#memory = new Uint8Array(size);
    this.#memory.set(kept);
    this.#length = kept.length;
  }
}
