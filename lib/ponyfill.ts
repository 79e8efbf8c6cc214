// The door for engines without Web Streams: all of `wsluice` on streams of its own, and those streams. The build puts
// web-streams-polyfill in place of the platform's.

export * from './index.ts';
export { ReadableStream, TransformStream, WritableStream } from './streams/platform.ts';
