// For `node --import`: replaces the streams of the host with those of web-streams-polyfill.

import * as polyfill from 'web-streams-polyfill';

Object.assign(globalThis, {
  ReadableStream: polyfill.ReadableStream,
  ReadableStreamDefaultReader: polyfill.ReadableStreamDefaultReader,
  WritableStream: polyfill.WritableStream,
  WritableStreamDefaultWriter: polyfill.WritableStreamDefaultWriter,
  TransformStream: polyfill.TransformStream,
});
