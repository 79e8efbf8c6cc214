// What a connection runs over, and how it takes hold of it.

import type { ReadableStream, WritableStream } from './platform.ts';

/** Both directions of a byte stream, as hosts give them: a socket, a WebTransport stream, an HTTP/2 stream. */
export interface ByteDuplex {
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<Uint8Array>;
  /**
   * Locks both sides, where an adapter has something quicker to work them with than the readers and writers of its
   * streams. Default: those.
   */
  readonly lock?: (() => LockedDuplex) | undefined;
}

/** A duplex that has an owner. */
export interface LockedDuplex {
  readonly reader: ByteReader;
  readonly writer: ByteWriter;
}

/** What is needed of a `ReadableStreamDefaultReader`: one read at a time. */
export interface ByteReader {
  readonly closed: Promise<unknown>;
  read(): Promise<{ readonly value?: Uint8Array | undefined }>;
  cancel(reason?: unknown): Promise<void>;
}

/** What is needed of a `WritableStreamDefaultWriter`. */
export interface ByteWriter {
  readonly closed: Promise<unknown>;
  readonly desiredSize: number | null;
  write(bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
  abort(reason?: unknown): Promise<void>;
}

/** Takes hold of both sides; they stay locked. Throws TypeError when one of them is. */
export function lockDuplex(duplex: ByteDuplex): LockedDuplex {
  if (duplex.lock !== undefined) return duplex.lock();
  return { reader: duplex.readable.getReader(), writer: duplex.writable.getWriter() };
}
