// Web Streams over a byte reader and a byte writer.

import type { ByteReader, ByteWriter } from './byte-duplex.ts';
import { ReadableStream, WritableStream } from './platform.ts';

/** Returns a stream over a reader, which reads only for a pending read. */
export function readableOf(reader: ByteReader): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        // After a cancel `close()` throws, and `error()` does nothing.
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

/** Returns a stream over a writer, which writes one chunk after the other. */
export function writableOf(writer: ByteWriter): WritableStream<Uint8Array> {
  return new WritableStream<Uint8Array>({
    start(controller) {
      writer.closed.catch(error => controller.error(error));
      // The stream itself would wait for the pending write.
      controller.signal.addEventListener('abort', () => void writer.abort(controller.signal.reason));
    },
    write: bytes => writer.write(bytes),
    close: () => writer.close(),
  });
}
