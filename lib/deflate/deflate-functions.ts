// The two functions of a DEFLATE library that a codec can be made of.

/** What a {@link DeflateFunction} is told besides the data. */
export interface DeflateFunctionOptions {
  /** No distance may exceed `2^windowBits` bytes. */
  readonly windowBits: number;
  /** The bytes before the data, which matches may refer to; absent if there are none. Valid until the function returns. */
  readonly dictionary?: Uint8Array;
}

/**
 * Compresses up to 64 KiB, never nothing, into raw DEFLATE blocks of which none is final and the last is empty and stored:
 * `Z_SYNC_FLUSH` of zlib.
 */
export type DeflateFunction = (data: Uint8Array, options: DeflateFunctionOptions) => Uint8Array;

/** What an {@link InflateFunction} is told besides the data. */
export interface InflateFunctionOptions {
  /** No distance exceeds `2^windowBits` bytes, unless the peer breaks the agreement. */
  readonly windowBits: number;
  /** The bytes before the message, which it may refer to; absent if there are none. Valid as long as the data. */
  readonly dictionary?: Uint8Array;
  /** More output than this is of no use: the function may throw, or return what it has. */
  readonly maxBytes: number;
}

/**
 * Decompresses a raw DEFLATE stream up to the end of its first final block: a complete stream, unless the peer is at
 * fault. Returns the output, or its pieces in order; between two of them the event loop may go on. Each array is valid
 * until the next piece is taken, or the function called again; the data until the last piece is taken.
 *
 * It may throw anything: what it cannot decompress is given to the built-in decompressor.
 */
export type InflateFunction = (
  data: Uint8Array,
  options: InflateFunctionOptions,
) => Uint8Array | Iterable<Uint8Array>;
