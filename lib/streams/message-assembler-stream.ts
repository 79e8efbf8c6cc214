// Frames in, message parts out, as a transform stream: RFC 6455 §5.4.

import type { FramePart } from '../frames/frame-part.ts';
import { MessageAssembler, type MessageAssemblerOptions } from '../messages/message-assembler.ts';
import type { MessagePart } from '../messages/message-part.ts';
import { StageStream } from './stage-stream.ts';

/** A {@link MessageAssembler} for `pipeThrough`. */
export class MessageAssemblerStream extends StageStream<FramePart, MessagePart> {
  constructor(options: MessageAssemblerOptions = {}) {
    super(new MessageAssembler(options), { sizeOf: part => part.payload.length });
  }
}
