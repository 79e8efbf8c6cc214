// The interface of compression codecs: the built-in one, or one of the user.

/** Decompresses the messages of one direction of one connection. */
export interface MessageInflater {
  /**
   * Accepts the next part of a message's compressed payload, without the tail; `last` ends the message. Call it only after
   * `read()` has returned `undefined`. Do not change the part until then.
   */
  write(data: Uint8Array, last: boolean): void;
  /**
   * Returns the next piece of output, which is never empty and is valid until the next call of any inflater of the codec.
   * `undefined` if it needs more input, or the message has ended.
   *
   * @throws WebSocketError 1007 for corrupt or truncated data, 1009 for a message longer than the limit, 1008 for a message
   * that takes far more work than its length justifies
   */
  read(): Uint8Array | undefined;
  /**
   * Whether `read()` has returned `undefined` because its budget was used up. If so, call it again in a later task, before
   * `write()`. An inflater whose calls are always short has no such property.
   */
  readonly busy?: boolean;
}

/** Compresses the messages of one direction of one connection. */
export interface MessageDeflater {
  /**
   * Accepts the next part of a message; `last` ends it. Call it only after `read()` has returned `undefined`. Do not change
   * the part until then.
   */
  write(data: Uint8Array, last: boolean): void;
  /**
   * Returns the next piece of the compressed payload, which is never empty and is valid until the next call of any deflater
   * of the codec. `undefined` if it needs more input, or the message has ended. The last piece has no tail.
   */
  read(): Uint8Array | undefined;
  /** Empties the window between messages, so that the next message refers to no earlier one. */
  reset(): void;
}

/** The settings of an inflater. */
export interface InflaterOptions {
  /** The size of the peer's window: at most `2^windowBits` bytes, 8 to 15. */
  readonly windowBits: number;
  /** Whether a message may refer to earlier ones. */
  readonly contextTakeover: boolean;
  /** The most bytes of a message after decompression. One more throws 1009. */
  readonly maxMessageBytes: number;
}

/** The settings of a deflater. */
export interface DeflaterOptions {
  /** No distance may exceed `2^windowBits` bytes. */
  readonly windowBits: number;
  /** Whether a message may refer to earlier ones. */
  readonly contextTakeover: boolean;
}

/** A compressor and a decompressor for permessage-deflate. */
export interface DeflateCodec {
  /** The smallest window that its deflaters support, in bits, 8 to 15. */
  readonly minWindowBits: number;
  /** Returns the memory of a deflater in bytes. */
  deflaterBytes(windowBits: number): number;
  /** Returns the memory of an inflater in bytes. */
  inflaterBytes(windowBits: number): number;
  /** Returns a decompressor for one connection. */
  createInflater(options: InflaterOptions): MessageInflater;
  /** Returns a compressor for one connection. */
  createDeflater(options: DeflaterOptions): MessageDeflater;
}
