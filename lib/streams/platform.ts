// The stream constructors. No other module names the global ones, so that the ponyfill build can replace this module. The
// types are those of the global names, whichever library declares them: DOM, Node, Deno, Workers. This module must not shadow
// the global names, because Workers declare them as constants, which are not properties of `typeof globalThis`.

/** The host's `ReadableStream`, or that of the ponyfill. */
type Readable<R> = ReadableStream<R>;
/** The host's `ReadableStream`, or that of the ponyfill. */
const Readable: typeof ReadableStream = globalThis.ReadableStream;

type Reader<R> = ReadableStreamDefaultReader<R>;
const Reader: typeof ReadableStreamDefaultReader = globalThis.ReadableStreamDefaultReader;

/** The host's `WritableStream`, or that of the ponyfill. */
type Writable<W> = WritableStream<W>;
/** The host's `WritableStream`, or that of the ponyfill. */
const Writable: typeof WritableStream = globalThis.WritableStream;

type Writer<W> = WritableStreamDefaultWriter<W>;
const Writer: typeof WritableStreamDefaultWriter = globalThis.WritableStreamDefaultWriter;

/** The host's `TransformStream`, or that of the ponyfill. The library itself does not construct any. */
type Transform<I, O> = TransformStream<I, O>;
/** The host's `TransformStream`, or that of the ponyfill. */
const Transform: typeof TransformStream = globalThis.TransformStream;

export {
  Readable as ReadableStream,
  Reader as ReadableStreamDefaultReader,
  Transform as TransformStream,
  Writable as WritableStream,
  Writer as WritableStreamDefaultWriter,
};
