/**
 * All of `wsluice` and `wsluice/protocol` on streams of its own, and those streams, for engines without Web Streams. The build puts
 * web-streams-polyfill in place of the platform's streams.
 *
 * @module wsluice/ponyfill
 */

export * from './index.ts';
export * from './protocol.ts';
export { ReadableStream, TransformStream, WritableStream } from './streams/platform.ts';
