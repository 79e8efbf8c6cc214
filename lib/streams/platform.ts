// The stream constructors, and the only module that names them: the ponyfill build replaces it. The types are those
// of the global names, whichever library declares them: DOM, Node, Deno, Workers.

export type ReadableStream<R> = globalThis.ReadableStream<R>;
export const ReadableStream: typeof globalThis.ReadableStream = globalThis.ReadableStream;

export type WritableStream<W> = globalThis.WritableStream<W>;
export const WritableStream: typeof globalThis.WritableStream = globalThis.WritableStream;

/** For the users of the ponyfill: nothing here is made of it. */
export type TransformStream<I, O> = globalThis.TransformStream<I, O>;
export const TransformStream: typeof globalThis.TransformStream = globalThis.TransformStream;
