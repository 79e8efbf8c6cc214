// The stream constructors, and the only module that names them: the ponyfill build replaces it. The types are those
// of the global names, whichever library declares them: DOM, Node, Deno, Workers. Workers declare constants, which are
// no properties of `typeof globalThis`; so the global names must not be hidden here.

type Readable<R> = ReadableStream<R>;
const Readable: typeof ReadableStream = globalThis.ReadableStream;

type Reader<R> = ReadableStreamDefaultReader<R>;
const Reader: typeof ReadableStreamDefaultReader = globalThis.ReadableStreamDefaultReader;

type Writable<W> = WritableStream<W>;
const Writable: typeof WritableStream = globalThis.WritableStream;

type Writer<W> = WritableStreamDefaultWriter<W>;
const Writer: typeof WritableStreamDefaultWriter = globalThis.WritableStreamDefaultWriter;

/** For the users of the ponyfill: nothing here is made of it. */
type Transform<I, O> = TransformStream<I, O>;
const Transform: typeof TransformStream = globalThis.TransformStream;

export {
  Readable as ReadableStream,
  Reader as ReadableStreamDefaultReader,
  Transform as TransformStream,
  Writable as WritableStream,
  Writer as WritableStreamDefaultWriter,
};
