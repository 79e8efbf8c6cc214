// Joins bytes that arrive in parts. Knows no protocol.

const noBytes = new Uint8Array(0);

/** Returns a fresh buffer of `byteLength` bytes with any content. */
export type Allocate = (byteLength: number) => ArrayBuffer;

const newBuffer: Allocate = byteLength => new ArrayBuffer(byteLength);

/** Small parts share blocks of up to this size. */
const blockBytes = 16_384;

/** The smallest part that is kept as it is: an array costs about 300 bytes besides its own. */
const keptBytes = 1024;

/**
 * Collects parts in a list of blocks, and moves them to one buffer, the whole: from when half of the expected bytes have
 * arrived, as many with each part as that has; the rest in `join`. No call of `append` therefore copies more than twice
 * its part, and `join` no more than it is told to.
 *
 * The time is linear in the bytes, however many parts they come in. Between two calls it holds at most three times the
 * bytes that have arrived, and at most twice the bytes that are expected, besides what parts of ours pin.
 */
export class ByteCollector {
  readonly #allocate: Allocate;
  /** The blocks that are full, in order; those before `#unmoved` have been moved to the whole. */
  #blocks: Uint8Array[] = [];
  /** The block after them, which is being filled. */
  #block: Uint8Array<ArrayBuffer> = noBytes;
  #filled = 0;
  #length = 0;
  /** The whole, with all bytes up to `#moved` and from `#start` on; those between are still in the blocks. */
  #whole: Uint8Array<ArrayBuffer> | undefined;
  #moved = 0;
  #start = 0;
  #unmoved = 0;
  /** The length of the whole, if much of it is yet to come. */
  #expected = 0;
  /** The length of the whole that the last expectation made. */
  #believed = 0;

  /** @param allocate - makes the buffer of a whole of 16 KiB or more, which is then written from end to end */
  constructor(allocate: Allocate = newBuffer) {
    this.#allocate = allocate;
  }

  /** How many bytes have been appended since the last take. */
  get length(): number {
    return this.#length;
  }

  /**
   * Appends a copy of `bytes`.
   *
   * @param expectedBytes - the length of the whole as far as it is known, so that the whole is taken without a further
   *   copy. A wrong value costs that copy and nothing else.
   */
  append(bytes: Uint8Array, expectedBytes = 0): void {
    this.#expect(bytes.length, expectedBytes);
    if (this.#fitsWhole(bytes)) return this.#appendToWhole(bytes);
    const room = this.#block.length - this.#filled;
    if (bytes.length <= room) return this.#fill(bytes);
    this.#fill(bytes.subarray(0, room));
    const rest = bytes.subarray(room);
    this.#endBlock();
    this.#block = new Uint8Array(Math.max(rest.length, Math.min(this.#length, blockBytes)));
    this.#fill(rest);
  }

  /** As {@link append}, for bytes that are ours: they may be kept as they are, with everything that they pin. */
  appendOurs(bytes: Uint8Array, expectedBytes = 0): void {
    this.#expect(bytes.length, expectedBytes);
    const room = this.#block.length - this.#filled;
    if (this.#whole !== undefined || bytes.length <= room || bytes.length < keptBytes)
      return this.append(bytes);
    this.#endBlock();
    this.#blocks.push(bytes);
    this.#length += bytes.length;
  }

  /** Moves at most `maxBytes` to the whole. Returns whether all are there, so that `take` has no work left. */
  join(maxBytes: number): boolean {
    if (this.#whole?.length !== this.#length) this.#makeWhole(this.#length);
    this.#move(maxBytes);
    return this.#moved === this.#start;
  }

  /** All bytes in a buffer of their own; the collector is empty again. */
  take(): Uint8Array<ArrayBuffer> {
    this.join(Infinity);
    const taken = this.#whole!;
    this.#dropWhole();
    this.#length = 0;
    this.#expected = 0;
    this.#believed = 0;
    return taken;
  }

  /** Makes the whole, once half of it is there. Each is at least twice as large as the one before. */
  #expect(byteLength: number, expectedBytes: number): void {
    const needed = this.#length + byteLength;
    const doubles = this.#length === 0 || expectedBytes >= 2 * Math.max(needed, this.#believed);
    if (expectedBytes > needed && doubles) this.#expected = expectedBytes;
    if (this.#expected === 0 || this.#expected < needed || this.#expected > 2 * needed) return;
    this.#makeWhole(this.#expected);
    this.#believed = this.#expected;
    this.#expected = 0;
  }

  /** Makes a whole of so many bytes. If all of them are in the one block that there is, that has this length. */
  #makeWhole(capacity: number): void {
    this.#breakWhole();
    if (capacity > 0 && this.#filled === capacity) {
      this.#whole = this.#block;
    } else {
      this.#endBlock();
      const large = capacity >= blockBytes;
      this.#whole = large ? new Uint8Array(this.#allocate(capacity)) : new Uint8Array(capacity);
      this.#start = this.#length;
    }
    this.#block = noBytes;
    this.#filled = 0;
  }

  /** Makes blocks of the whole, because it is too small or too large. */
  #breakWhole(): void {
    if (this.#whole === undefined) return;
    const moved = this.#whole.subarray(0, this.#moved);
    const rest = this.#whole.subarray(this.#start, this.#length);
    this.#blocks = [moved, ...this.#blocks.slice(this.#unmoved), rest].filter(({ length }) => length > 0);
    this.#dropWhole(this.#blocks);
  }

  #dropWhole(blocks: Uint8Array[] = []): void {
    this.#whole = undefined;
    this.#blocks = blocks;
    this.#unmoved = 0;
    this.#moved = 0;
    this.#start = 0;
  }

  #fitsWhole({ length }: Uint8Array): boolean {
    if (this.#whole === undefined) return false;
    if (this.#whole.length - this.#length >= length) return true;
    this.#breakWhole();
    return false;
  }

  #appendToWhole(bytes: Uint8Array): void {
    this.#whole!.set(bytes, this.#length);
    this.#length += bytes.length;
    this.#move(bytes.length);
  }

  #move(maxBytes: number): void {
    let left = maxBytes;
    while (left > 0 && this.#moved < this.#start) {
      const block = this.#blocks[this.#unmoved]!;
      const part = block.length <= left ? block : block.subarray(0, left);
      this.#whole!.set(part, this.#moved);
      this.#moved += part.length;
      left -= part.length;
      if (part === block) this.#blocks[this.#unmoved++] = noBytes;
      else this.#blocks[this.#unmoved] = block.subarray(part.length);
    }
  }

  #fill(bytes: Uint8Array): void {
    this.#block.set(bytes, this.#filled);
    this.#filled += bytes.length;
    this.#length += bytes.length;
  }

  #endBlock(): void {
    if (this.#filled > 0) this.#blocks.push(this.#block.subarray(0, this.#filled));
    this.#block = noBytes;
    this.#filled = 0;
  }
}
