// Joins octets that arrive in parts. Knows no protocol.

const noBytes = new Uint8Array(0);

/** Gives a fresh buffer of `byteLength` octets, whatever they are. */
export type Allocate = (byteLength: number) => ArrayBuffer;

/** Small parts share blocks of up to this size; a part of this size may be a block. */
const blockBytes = 16_384;

/**
 * Octets in a list of blocks, which move into one buffer once half of what is expected is there, or when the whole is
 * taken. Appending costs time linear in the octets in all, however many parts they come in, and what is held between two
 * calls is at most twice what has arrived, besides what parts of ours pin.
 */
export class ByteCollector {
  readonly #allocate: Allocate;
  /** Those that are done with, in order. */
  #blocks: Uint8Array[] = [];
  /** The one behind them that is being filled. */
  #block: Uint8Array<ArrayBuffer> = noBytes;
  #filled = 0;
  #length = 0;
  /** The length of the whole, where much of it is yet to come. */
  #expected = 0;
  /** How large a buffer the last expectation got. */
  #believed = 0;

  /** @param allocate - makes the buffer of a whole of 16 KiB or more, which is filled from end to end */
  constructor(allocate: Allocate = byteLength => new ArrayBuffer(byteLength)) {
    this.#allocate = allocate;
  }

  /** How many octets have been appended since the last take. */
  get length(): number {
    return this.#length;
  }

  /**
   * Appends a copy of `bytes`.
   *
   * @param expectedBytes - how long the whole will be as far as is known, so that it is taken without a further copy. A
   *   wrong value costs nothing but that copy.
   */
  append(bytes: Uint8Array, expectedBytes = 0): void {
    this.#expect(bytes.length, expectedBytes);
    const room = this.#block.length - this.#filled;
    if (bytes.length <= room) return this.#fill(bytes);
    this.#fill(bytes.subarray(0, room));
    const rest = bytes.subarray(room);
    this.#endBlock();
    this.#block = new Uint8Array(Math.max(rest.length, Math.min(this.#length, blockBytes)));
    this.#fill(rest);
  }

  /** As {@link append}, of octets that are ours: they may be kept as they are, with all that they pin. */
  appendOurs(bytes: Uint8Array, expectedBytes = 0): void {
    this.#expect(bytes.length, expectedBytes);
    const room = this.#block.length - this.#filled;
    if (bytes.length <= room || bytes.length < blockBytes) return this.append(bytes);
    this.#endBlock();
    this.#blocks.push(bytes);
    this.#length += bytes.length;
  }

  /** All octets in a buffer of their own; the collector is empty again. */
  take(): Uint8Array<ArrayBuffer> {
    const whole = this.#length > 0 && this.#block.length === this.#length;
    if (!whole) this.#join(this.#length);
    const taken = this.#block;
    this.#block = noBytes;
    this.#filled = 0;
    this.#length = 0;
    this.#expected = 0;
    this.#believed = 0;
    return taken;
  }

  /** Makes the buffer of the whole, once half of it is there. Each is at least twice as large as the one before. */
  #expect(byteLength: number, expectedBytes: number): void {
    const needed = this.#length + byteLength;
    const doubles = this.#length === 0 || expectedBytes >= 2 * Math.max(needed, this.#believed);
    if (expectedBytes > needed && doubles) this.#expected = expectedBytes;
    if (this.#expected === 0 || this.#expected < needed || this.#expected > 2 * needed) return;
    this.#join(this.#expected);
    this.#believed = this.#expected;
    this.#expected = 0;
  }

  /** Moves all octets into one block. */
  #join(capacity: number): void {
    this.#endBlock();
    this.#block = capacity < blockBytes ? new Uint8Array(capacity) : new Uint8Array(this.#allocate(capacity));
    this.#length = 0;
    for (const block of this.#blocks) this.#fill(block);
    this.#blocks = [];
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
