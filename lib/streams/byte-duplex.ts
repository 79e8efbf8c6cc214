// What a connection runs over, and how it takes hold of it.

import type { ReadableStream, WritableStream } from './platform.ts';

/** Both directions of a byte stream, as hosts give them: a socket, a WebTransport stream, an HTTP/2 stream. */
export interface ByteDuplex {
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<Uint8Array>;
  /**
   * Locks both sides, if an adapter has something faster to work with than the readers and writers of its streams.
   * Default: those.
   */
  readonly lock?: (() => LockedDuplex) | undefined;
}

/** A duplex that has an owner. */
export interface LockedDuplex {
  readonly reader: ByteReader;
  readonly writer: ByteWriter;
  /**
   * Hands the duplex over to an owner that is called, without promises; `reader` and `writer` are not used any more. It
   * starts paused. Default: `reader` is read, and `writer` written, on the owner's behalf.
   */
  readonly push?: ((owner: TransportOwner) => PushTransport) | undefined;
}

/** The part of a `ReadableStreamDefaultReader` that a socket needs; it reads one chunk at a time. */
export interface ByteReader {
  readonly closed: Promise<unknown>;
  /** Reads the next chunk; a result without a value is the end. */
  read(): Promise<{ readonly value?: Uint8Array | undefined }>;
  /** Stops reading: the bytes to come are dropped. */
  cancel(reason?: unknown): Promise<void>;
}

/** The part of a `WritableStreamDefaultWriter` that a socket needs. */
export interface ByteWriter {
  readonly closed: Promise<unknown>;
  readonly desiredSize: number | null;
  /** Writes a chunk; resolves when the transport has taken it. */
  write(bytes: Uint8Array): Promise<void>;
  /** Ends the direction after the chunks that were written. */
  close(): Promise<void>;
  /** Ends the direction at once. */
  abort(reason?: unknown): Promise<void>;
}

/** A byte stream that calls its owner. */
export interface PushTransport {
  /** Stops calls of `receive`, from now on. */
  pause(): void;
  /** Lets them go on. They may come within this call. */
  resume(): void;
  /** Whether more should be written now. */
  readonly hasRoom: boolean;
  /**
   * Writes chunks, in one go. Their bytes must not change. Returns true if they have been taken at once; if not, `taken` is
   * called for them later, write by write.
   */
  write(chunks: readonly Uint8Array[]): boolean;
  /** Ends our direction after what was written. */
  end(): void;
  /** Releases both directions at once. No call follows. */
  destroy(reason: unknown): void;
  /** Calls back once the host's current turn is over, before it turns to other connections. */
  afterTurn(callback: () => void): void;
}

/** Who is called by a {@link PushTransport}. */
export interface TransportOwner {
  /** Bytes have come. They are the owner's, if the duplex says so. */
  receive(bytes: Uint8Array): void;
  /** The peer has ended its direction. */
  receiveEnd(): void;
  /** The oldest write that was not taken at once has been taken. There may be room again. */
  taken(): void;
  /** Our direction has ended: everything has been sent. */
  ended(): void;
  /** The transport has failed: nothing comes or goes any more. */
  failed(cause: unknown): void;
}

/** Takes hold of both sides; they stay locked. Throws TypeError if one of them is locked already. */
export function lockDuplex(duplex: ByteDuplex): LockedDuplex {
  if (duplex.lock !== undefined) return duplex.lock();
  return { reader: duplex.readable.getReader(), writer: duplex.writable.getWriter() };
}
