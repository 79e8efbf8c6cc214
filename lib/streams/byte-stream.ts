// Detects and closes readable byte streams of the host.

import { ReadableStream } from './platform.ts';

/** The used members of ReadableByteStreamController. */
export interface ByteStreamController {
  readonly byobRequest: { respond(bytesWritten: number): void } | null;
  close(): void;
}

let supported: boolean | undefined;

/** Returns true if the host supports byte streams. */
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

/** Closes a byte stream, and completes a pending BYOB read, which `close()` alone leaves pending. */
export function closeByteStream(controller: ByteStreamController): void {
  try {
    controller.close();
  } catch {
    // The stream ended inside an element of the reader's view, so the host has failed it with a TypeError.
    return;
  }
  controller.byobRequest?.respond(0);
}
