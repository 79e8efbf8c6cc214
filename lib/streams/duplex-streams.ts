// Web Streams over a reader and a writer of bytes that are none themselves.

import type { ByteReader, ByteWriter } from './byte-duplex.ts';
import { ReadableStream, WritableStream } from './platform.ts';

/** A stream of what the reader gives, which is asked only for a waiting read. */
export function readableOf(reader: ByteReader): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        // A stream that was cancelled refuses to be closed; an error does nothing to it.
        reader.closed.then(() => controller.close()).catch(error => controller.error(error));
      },
      async pull(controller) {
        const { value } = await reader.read();
        if (value !== undefined) controller.enqueue(value);
      },
      cancel: reason => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}

/** A stream that writes one chunk after the other. */
export function writableOf(writer: ByteWriter): WritableStream<Uint8Array> {
  return new WritableStream<Uint8Array>({
    start(controller) {
      writer.closed.catch(error => controller.error(error));
      // The stream itself would wait for the write that is under way.
      controller.signal.addEventListener('abort', () => void writer.abort(controller.signal.reason));
    },
    write: bytes => writer.write(bytes),
    close: () => writer.close(),
  });
}
