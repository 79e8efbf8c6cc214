// Chunks of bytes that are asked for → a readable byte stream: `getReader({ mode: 'byob' })` works.

import { ReadableStream } from './platform.ts';

/** Where the chunks come from. */
export interface ChunkSource {
  /** The next chunk, or `undefined` at the end. The stream fails with what it rejects with. */
  next(): Promise<Uint8Array<ArrayBuffer> | undefined>;
  cancel(reason: unknown): Promise<void>;
}

/**
 * Returns a byte stream that asks the source when it is read, and never before. On a host whose streams have no bytes it is
 * an ordinary one.
 */
export function byteReadable(
  source: ChunkSource,
  Stream: typeof ReadableStream = ReadableStream,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const cancel = (reason: unknown) => source.cancel(reason);
  const strategy = { highWaterMark: 0 };
  try {
    return new Stream(
      { type: 'bytes', pull: controller => fill(controller, source), cancel },
      strategy,
    ) as ReadableStream<Uint8Array<ArrayBuffer>>;
  } catch {
    return new Stream({ pull: controller => feed(controller, source), cancel }, strategy);
  }
}

async function fill(controller: ReadableByteStreamController, source: ChunkSource): Promise<void> {
  const chunk = await nextBytes(source);
  // The stream takes the whole buffer away.
  if (chunk !== undefined)
    return controller.enqueue(chunk.length === chunk.buffer.byteLength ? chunk : chunk.slice());
  controller.close();
  // A read into a buffer of its own waits until it is answered.
  controller.byobRequest?.respond(0);
}

async function feed(
  controller: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>,
  source: ChunkSource,
): Promise<void> {
  const chunk = await nextBytes(source);
  if (chunk === undefined) controller.close();
  else controller.enqueue(chunk);
}

/** The next chunk that is not empty: a byte stream has no empty ones. */
async function nextBytes(source: ChunkSource): Promise<Uint8Array<ArrayBuffer> | undefined> {
  for (;;) {
    const chunk = await source.next();
    if (chunk?.length !== 0) return chunk;
  }
}
