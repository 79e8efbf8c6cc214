// Frames in, bytes out, as a transform stream: RFC 6455 §5.2, 5.3.

import { randomBytes } from '../bytes/random-bytes.ts';
import { FrameEncoder } from '../frames/frame-encoder.ts';
import type { Frame } from '../frames/frame-part.ts';
import { type FrameEncoderOptions, frameEncoderOptions } from '../frames/frame-writer.ts';
import { StageStream } from './stage-stream.ts';

/**
 * A {@link FrameEncoder} for `pipeThrough`. Its readable is a byte stream. Masking keys come from the platform unless the
 * options say otherwise.
 */
export class FrameEncoderStream extends StageStream<Frame | readonly Frame[], Uint8Array> {
  constructor(options: FrameEncoderOptions) {
    const checked = frameEncoderOptions.check(options);
    const stage = new FrameEncoder({ ...checked, randomBytes: checked.randomBytes ?? randomBytes });
    super(stage, { byteStream: true });
  }
}
