// Readable byte streams of the host, and the ends that differ from those of ordinary streams.

import { ReadableStream } from './platform.ts';

/** The members of ReadableByteStreamController that are used here. */
export interface ByteStreamController {
  readonly byobRequest: { respond(bytesWritten: number): void } | null;
  close(): void;
}

let supported: boolean | undefined;

/** Returns whether the streams of the host can be byte streams. */
export function hasByteStreams(Stream: typeof ReadableStream = ReadableStream): boolean {
  if (Stream !== ReadableStream) return canCarryBytes(Stream);
  supported ??= canCarryBytes(Stream);
  return supported;
}

function canCarryBytes(Stream: typeof ReadableStream): boolean {
  try {
    new Stream({ type: 'bytes' });
    return true;
  } catch {
    return false;
  }
}

/** Closes a byte stream. Unlike an ordinary stream it leaves a read into the reader's own buffer waiting for an answer. */
export function closeByteStream(controller: ByteStreamController): void {
  try {
    controller.close();
  } catch {
    // The end came inside an element of the reader's view: the host has failed the stream with a TypeError.
    return;
  }
  controller.byobRequest?.respond(0);
}
