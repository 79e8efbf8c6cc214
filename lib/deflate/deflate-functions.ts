// The two functions of a DEFLATE library that make up a codec.

/** The options of a {@link DeflateFunction}. */
export interface DeflateFunctionOptions {
  /** No distance may exceed `2^windowBits` bytes. */
  readonly windowBits: number;
  /** The bytes before the data, which matches may refer to; absent if there are none. Valid until the function returns. */
  readonly dictionary?: Uint8Array;
}

/**
 * Compresses 1 to 65,536 bytes into raw DEFLATE blocks. None of them is final, and the last is an empty stored block, like
 * `Z_SYNC_FLUSH` of zlib.
 */
export type DeflateFunction = (data: Uint8Array, options: DeflateFunctionOptions) => Uint8Array;

/** The options of an {@link InflateFunction}. */
export interface InflateFunctionOptions {
  /** No distance exceeds `2^windowBits` bytes, unless the peer violates the agreement. */
  readonly windowBits: number;
  /** The bytes before the message, which it may refer to; absent if there are none. Valid as long as the data. */
  readonly dictionary?: Uint8Array;
  /** The most output that is used. The function may throw above it, or return what it has. */
  readonly maxBytes: number;
}

/**
 * Decompresses a raw DEFLATE stream up to the end of its first final block; the stream is complete unless the peer is at
 * fault. Returns the output, or its pieces in order; other tasks may run between two pieces. Each array is valid until the
 * next piece is taken or the function is called again; the data are valid until the last piece is taken.
 *
 * It may throw any error: the built-in decompressor then decompresses the message.
 */
export type InflateFunction = (
  data: Uint8Array,
  options: InflateFunctionOptions,
) => Uint8Array | Iterable<Uint8Array>;
