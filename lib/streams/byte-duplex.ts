// What a connection runs over.

import type { ReadableStream, WritableStream } from './platform.ts';

/** Both directions of a byte stream, as hosts give them: a socket, a WebTransport stream, an HTTP/2 stream. */
export interface ByteDuplex {
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<Uint8Array>;
}
