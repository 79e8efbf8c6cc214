// Where the octets of small payloads live: many views in one buffer, because a typed array of its own costs about
// 650 ns above 64 octets, a view 30 ns.

/** A view of a slab pins at most this much besides itself. */
export const slabBytes = 8192;

/** V8 keeps typed arrays up to this size on its heap: as cheap as a view, and they pin nothing. */
export const heapBytes = 64;

/** Longer ones get a buffer of their own, so that a slab is worth its price. */
const shareableBytes = 4096;

/** The first slab is small, each further one twice as large: who says little holds little. */
const firstSlabBytes = 512;

/** Gives out fresh arrays that never overlap. What `take` and `copy` give pins at most 8 KiB besides itself. */
export class Slab {
  #free: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  #slabBytes = firstSlabBytes;

  /** An array of `byteLength` octets that nobody else has. */
  take(byteLength: number): Uint8Array<ArrayBuffer> {
    if (byteLength <= heapBytes || byteLength > shareableBytes) return new Uint8Array(byteLength);
    this.reserve(byteLength);
    return this.commit(byteLength);
  }

  /** At least `byteLength` octets to write into; the next commit keeps the first of them. */
  reserve(byteLength: number): Uint8Array<ArrayBuffer> {
    if (this.#free.length < byteLength) {
      while (this.#slabBytes < Math.min(2 * byteLength, slabBytes)) this.#slabBytes *= 2;
      this.#free = new Uint8Array(Math.max(byteLength, this.#slabBytes));
      this.#slabBytes = Math.min(2 * this.#slabBytes, slabBytes);
    }
    return this.#free;
  }

  /** The first `byteLength` octets of what was reserved; the rest stays free, unless it pins more than a slab. */
  commit(byteLength: number): Uint8Array<ArrayBuffer> {
    const taken = this.#free.subarray(0, byteLength);
    this.#free = taken.buffer.byteLength > slabBytes ? new Uint8Array(0) : this.#free.subarray(byteLength);
    return taken;
  }

  /** A copy of `bytes` that nobody else has. */
  copy(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
    const copied = this.take(bytes.length);
    copied.set(bytes);
    return copied;
  }
}
