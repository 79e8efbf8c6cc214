// Shares buffers among small payloads: a typed array with a buffer of its own costs about 650 ns above 64 bytes, a view
// 30 ns.

/** The most memory that a view of a slab pins besides itself. */
export const slabBytes = 8192;

/** The size up to which V8 keeps typed arrays on its heap: as cheap as a view, and they pin nothing. */
export const heapBytes = 64;

/** The longest copy that shares a slab. Longer ones get a buffer of their own, because they would waste much of it. */
const shareableBytes = 4096;

/** The size of the first slab. Slabs double in size, so an idle connection holds little memory. */
const firstSlabBytes = 512;

const noBytes = new Uint8Array(0);

/** Hands out arrays that never overlap. A copy pins at most 8 KiB besides itself. */
export class Slab {
  #memory: Uint8Array<ArrayBuffer> = noBytes;
  #start = 0;
  #slabBytes = firstSlabBytes;

  /** The slab that is being filled, which contains reserved bytes. */
  get memory(): Uint8Array<ArrayBuffer> {
    return this.#memory;
  }

  /** Reserves `byteLength` bytes in {@link memory}, and returns where they start. */
  reserve(byteLength: number): number {
    if (this.#memory.length - this.#start < byteLength) {
      while (this.#slabBytes < Math.min(2 * byteLength, slabBytes)) this.#slabBytes *= 2;
      this.#memory = new Uint8Array(Math.max(byteLength, this.#slabBytes));
      this.#start = 0;
      this.#slabBytes = Math.min(2 * this.#slabBytes, slabBytes);
    }
    return this.#start;
  }

  /** Returns the reserved bytes up to `end`. The rest stays free, unless the slab is larger than 8 KiB. */
  commit(end: number): Uint8Array<ArrayBuffer> {
    const taken = this.#memory.subarray(this.#start, end);
    this.advance(end);
    return taken;
  }

  /** Does the same as {@link commit}, for a caller that needs no view of its bytes. */
  advance(end: number): void {
    this.#start = end;
    if (this.#memory.length > slabBytes) {
      this.#memory = noBytes;
      this.#start = 0;
    }
  }

  /** Returns a copy of `bytes`. The smallest and the largest copies have a buffer of their own. */
  copy(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
    const { length } = bytes;
    if (length <= heapBytes || length > shareableBytes) return new Uint8Array(bytes);
    const start = this.reserve(length);
    this.#memory.set(bytes, start);
    return this.commit(start + length);
  }
}
