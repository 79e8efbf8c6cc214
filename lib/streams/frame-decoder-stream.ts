// Bytes in, frames out, as a transform stream: RFC 6455 §5.2.

import { FrameDecoder, type FrameDecoderOptions } from '../frames/frame-decoder.ts';
import type { FramePart } from '../frames/frame-part.ts';
import { StageStream } from './stage-stream.ts';

/** A {@link FrameDecoder} for `pipeThrough`. */
export class FrameDecoderStream extends StageStream<Uint8Array, FramePart> {
  constructor(options: FrameDecoderOptions) {
    super(new FrameDecoder(options), { sizeOf: part => part.payload.length });
  }
}
