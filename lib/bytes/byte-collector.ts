// Joins bytes that arrive in parts.

const noBytes = new Uint8Array(0);

/** Returns a new buffer of `byteLength` bytes with any content. */
export type Allocate = (byteLength: number) => ArrayBuffer;

/** The size up to which small parts share a block. */
const blockBytes = 16_384;

/** The smallest part that is kept without a copy: an array costs about 300 bytes besides its content. */
const minKeptBytes = 1024;

/**
 * Joins parts into one buffer, the whole. Until half of the expected bytes have arrived, parts are collected in a list of
 * blocks. Then the whole is allocated, and each further part moves as many bytes from the blocks as it has itself; `join`
 * moves the rest. So no call of `append` copies more than twice its part, and `join` no more than its limit.
 *
 * The time is linear in the bytes, however many parts there are. Between two calls the collector holds at most three
 * times the bytes that have arrived, and at most twice the expected bytes, besides the memory that owned parts pin.
 */
export class ByteCollector {
  readonly #allocate: Allocate;
  /** The full blocks, in order; those before `#unmoved` have been moved to the whole. */
  #blocks: Uint8Array[] = [];
  /** The last block, which is being filled. */
  #block: Uint8Array<ArrayBuffer> = noBytes;
  #filled = 0;
  #length = 0;
  /** The whole. It has all bytes up to `#moved` and from `#start` on; those between are still in the blocks. */
  #whole: Uint8Array<ArrayBuffer> | undefined;
  #moved = 0;
  #start = 0;
  #unmoved = 0;
  /** The expected length, until the whole is allocated for it; 0 if there is none. */
  #expected = 0;
  /** The expected length that the last whole was allocated for. */
  #lastExpected = 0;

  /** @param allocate - supplies the buffer of a whole of 16 KiB or more, which is then filled completely */
  constructor(allocate: Allocate = byteLength => new ArrayBuffer(byteLength)) {
    this.#allocate = allocate;
  }

  /** The number of bytes appended since the last `take`. */
  get length(): number {
    return this.#length;
  }

  /**
   * Appends a copy of `bytes`.
   *
   * @param expectedBytes - the length of the whole if it is known, to avoid a copy in `take`. A wrong value costs that
   *   copy and nothing else.
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

  /** Appends `bytes` that the caller hands over: they may be kept without a copy, with the memory that they pin. */
  appendOwned(bytes: Uint8Array, expectedBytes = 0): void {
    this.#expect(bytes.length, expectedBytes);
    const room = this.#block.length - this.#filled;
    if (this.#whole !== undefined || bytes.length <= room || bytes.length < minKeptBytes)
      return this.append(bytes);
    this.#endBlock();
    this.#blocks.push(bytes);
    this.#length += bytes.length;
  }

  /** Moves at most `maxBytes` to the whole. Returns true if none are left, so that `take` has nothing to copy. */
  join(maxBytes: number): boolean {
    if (this.#whole?.length !== this.#length) this.#makeWhole(this.#length);
    this.#move(maxBytes);
    return this.#moved === this.#start;
  }

  /** Returns all bytes in a buffer of their own, and empties the collector. */
  take(): Uint8Array<ArrayBuffer> {
    this.join(Infinity);
    const taken = this.#whole!;
    this.#dropWhole();
    this.#length = 0;
    this.#expected = 0;
    this.#lastExpected = 0;
    return taken;
  }

  /** Allocates the whole once half of it has arrived. Each whole is at least twice as large as the one before. */
  #expect(byteLength: number, expectedBytes: number): void {
    const needed = this.#length + byteLength;
    const doubles = this.#length === 0 || expectedBytes >= 2 * Math.max(needed, this.#lastExpected);
    if (expectedBytes > needed && doubles) this.#expected = expectedBytes;
    if (this.#expected === 0 || this.#expected < needed || this.#expected > 2 * needed) return;
    this.#makeWhole(this.#expected);
    this.#lastExpected = this.#expected;
    this.#expected = 0;
  }

  /** Allocates a whole of this length, or uses the only block if all bytes are in it and it has this length. */
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

  /** Turns the whole back into blocks, because it is too small or too large. */
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
