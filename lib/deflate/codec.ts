// What compresses and what decompresses, as an interface: ours, or one that a user brings.

/** Decompresses the messages of one direction of one connection. */
export interface MessageInflater {
  /**
   * Takes the next part of a message's compressed payload, without the tail; `last` ends the message. Only after
   * `read()` has returned `undefined`. The part is lent until then.
   */
  write(data: Uint8Array, last: boolean): void;
  /**
   * The next piece of output, lent until the next call on any inflater of the codec and never empty; `undefined`: it
   * wants more input, or the message has ended.
   *
   * @throws WebSocketError 1007 when the data are corrupt or cut off, 1009 when the message is too long,
   * 1008 when it takes work out of all proportion to its length
   */
  read(): Uint8Array | undefined;
  /**
   * Whether `read()` has returned `undefined` because it has worked enough for one task. Then call it again, in a later
   * task, before `write()`. An inflater whose calls are always short has no such property.
   */
  readonly busy?: boolean;
}

/** Compresses the messages of one direction of one connection. */
export interface MessageDeflater {
  /**
   * Takes the next part of a message; `last` ends it. Only after `read()` has returned `undefined`. The part is lent
   * until then.
   */
  write(data: Uint8Array, last: boolean): void;
  /**
   * The next piece of the compressed payload, lent until the next call on any deflater of the codec and never empty;
   * `undefined`: it wants more input, or the message has ended. The tail is taken off the last piece.
   */
  read(): Uint8Array | undefined;
  /** Empties the window, between messages: the next message refers to none before it. */
  reset(): void;
}

/** What an inflater is made for. */
export interface InflaterOptions {
  /** The peer's window is at most `2^windowBits` bytes, 8 to 15. */
  readonly windowBits: number;
  /** Whether a message may refer to those before it. */
  readonly contextTakeover: boolean;
  /** The most bytes that a message may have after decompression, inclusive; one more throws 1009. */
  readonly maxMessageBytes: number;
}

/** What a deflater is made for. */
export interface DeflaterOptions {
  /** No distance may exceed `2^windowBits` bytes. */
  readonly windowBits: number;
  /** Whether a message may refer to those before it. */
  readonly contextTakeover: boolean;
}

/** A compressor and a decompressor for permessage-deflate. */
export interface DeflateCodec {
  /** The smallest window that its deflaters can keep to, in bits, 8 to 15. */
  readonly minWindowBits: number;
  /** How much memory a deflater holds for a connection. */
  deflaterBytes(windowBits: number): number;
  /** How much memory an inflater holds for a connection. */
  inflaterBytes(windowBits: number): number;
  /** Returns a decompressor for one connection. */
  createInflater(options: InflaterOptions): MessageInflater;
  /** Returns a compressor for one connection. */
  createDeflater(options: DeflaterOptions): MessageDeflater;
}
