// `node --import` this, and whatever runs then finds the streams of web-streams-polyfill in place of the host's.

import * as polyfill from 'web-streams-polyfill';

Object.assign(globalThis, {
  ReadableStream: polyfill.ReadableStream,
  ReadableStreamDefaultReader: polyfill.ReadableStreamDefaultReader,
  WritableStream: polyfill.WritableStream,
  WritableStreamDefaultWriter: polyfill.WritableStreamDefaultWriter,
  TransformStream: polyfill.TransformStream,
});
