// The byte streams that a connection runs over.

import type { ReadableStream, WritableStream } from './platform.ts';

/** A duplex of bytes in the form that hosts have: a socket, a WebTransport stream, an HTTP/2 stream. */
export interface ByteDuplex {
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<Uint8Array>;
  /**
   * Locks both sides and returns a faster way to use them, if an adapter has one. Default: the reader and the writer of the
   * streams are used.
   */
  readonly lock?: (() => LockedDuplex) | undefined;
}

/** A duplex whose sides are locked by its owner. */
export interface LockedDuplex {
  readonly reader: ByteReader;
  readonly writer: ByteWriter;
  /**
   * Hands the duplex over to an owner with callbacks instead of promises; `reader` and `writer` are not used after that. The
   * transport starts paused. Default: a transport that uses `reader` and `writer`.
   */
  readonly push?: ((owner: TransportOwner) => PushTransport) | undefined;
}

/** The part of a `ReadableStreamDefaultReader` that a socket needs; it reads one chunk at a time. */
export interface ByteReader {
  readonly closed: Promise<unknown>;
  /** Reads the next chunk. A result without a value is the end. */
  read(): Promise<{ readonly value?: Uint8Array | undefined }>;
  /** Stops reading and drops further bytes. */
  cancel(reason?: unknown): Promise<void>;
}

/** The part of a `WritableStreamDefaultWriter` that a socket needs. */
export interface ByteWriter {
  readonly closed: Promise<unknown>;
  readonly desiredSize: number | null;
  /** Writes a chunk. Resolves when the transport has taken it. */
  write(bytes: Uint8Array): Promise<void>;
  /** Ends the direction after the written chunks. */
  close(): Promise<void>;
  /** Ends the direction at once. */
  abort(reason?: unknown): Promise<void>;
}

/** A duplex of bytes that calls its owner. */
export interface PushTransport {
  /** Stops calling `receive`. */
  pause(): void;
  /** Continues calling `receive`, possibly within this call. */
  resume(): void;
  /** True if more should be written now. */
  readonly hasRoom: boolean;
  /** True if the transport does not use the chunks of a write after it has taken them. Default: false. */
  readonly copies?: boolean | undefined;
  /**
   * Writes chunks together. Their bytes must not change. Returns true if they were taken at once; otherwise `taken` is called
   * later, once for each write.
   */
  write(chunks: readonly Uint8Array[]): boolean;
  /** Ends our direction after the written chunks. */
  end(): void;
  /** Releases both directions at once. No callback follows. */
  destroy(reason: unknown): void;
  /** Calls back at the end of the host's current turn, before it handles other connections. */
  afterTurn(callback: () => void): void;
}

/** The callbacks of a {@link PushTransport}. */
export interface TransportOwner {
  /** Called with received bytes. The owner may keep them if the duplex allows it. */
  receive(bytes: Uint8Array): void;
  /** Called when the peer has ended its direction. */
  receiveEnd(): void;
  /** Called when the oldest pending write was taken. There may be room again. */
  taken(): void;
  /** Called when our direction has ended, after everything was sent. */
  ended(): void;
  /** Called when the transport has failed. */
  failed(cause: unknown): void;
}

/** Locks both sides; they stay locked. Throws TypeError if one of them is locked already. */
export function lockDuplex(duplex: ByteDuplex): LockedDuplex {
  return duplex.lock?.() ?? lockStreams(duplex);
}

/** Locks both streams. A failure of the writer is reported by what uses it. */
export function lockStreams({ readable, writable }: ByteDuplex): LockedDuplex {
  const reader = readable.getReader();
  const writer = writable.getWriter();
  writer.closed.catch(() => {});
  return { reader, writer };
}
