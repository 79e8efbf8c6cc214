// Keeps the first bytes of a payload.

const maxBytes = 512;

/** Collects copies of bytes up to a limit. */
export class Preview {
  #bytes = new Uint8Array(0);
  #total = 0;

  append(bytes: Uint8Array): void {
    this.#total += bytes.length;
    const room = maxBytes - this.#bytes.length;
    if (room === 0 || bytes.length === 0) return;
    const taken = bytes.subarray(0, room);
    const joined = new Uint8Array(this.#bytes.length + taken.length);
    joined.set(this.#bytes);
    joined.set(taken, this.#bytes.length);
    this.#bytes = joined;
  }

  /** The first bytes, 512 at most. */
  get bytes(): Uint8Array {
    return this.#bytes;
  }

  /** The number of bytes appended. */
  get total(): number {
    return this.#total;
  }
}

/** Returns a copy of the first bytes. */
export function previewOf(bytes: Uint8Array): Uint8Array {
  return bytes.slice(0, maxBytes);
}
