// Keeps the memory of long frames that transports have copied. For large messages, fresh memory costs more than encoding: the
// host clears it first, and collects it as garbage afterwards.

/** The sizes of the buffers: 8, 16, 32 and 64 KiB, and an eighth for the header and for letters that are not ASCII. */
const sizes: readonly number[] = [9_216, 18_432, 36_864, 73_728];

/** The most unused buffers of each size: 2.1 MiB altogether. */
const maxUnused = 16;

/** Hands out arrays with any content, and takes them back for the next caller. */
export class BufferPool {
  readonly #unused: readonly Uint8Array<ArrayBuffer>[][] = sizes.map(() => []);

  /** Returns an array of at least this many bytes, which only the caller uses; an exact one if it is longer than 72 KiB. */
  take(byteLength: number): Uint8Array<ArrayBuffer> {
    const index = sizes.findIndex(size => size >= byteLength);
    if (index < 0) return new Uint8Array(byteLength);
    return this.#unused[index]!.pop() ?? new Uint8Array(sizes[index]!);
  }

  /** Takes back an array that `take` returned. The caller must not use it any more. */
  give(array: Uint8Array<ArrayBuffer>): void {
    const unused = this.#unused[sizes.indexOf(array.length)];
    if (unused !== undefined && unused.length < maxUnused) unused.push(array);
  }
}

/** The memory for frames of all connections. */
export const framePool: BufferPool = new BufferPool();
