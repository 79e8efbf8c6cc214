// Message parts in, frames out, as a transform stream: RFC 6455 §5.4.

import type { Frame } from '../frames/frame-part.ts';
import { MessageFragmenter, type MessageFragmenterOptions } from '../messages/message-fragmenter.ts';
import type { OutgoingPart } from '../messages/message-part.ts';
import { StageStream } from './stage-stream.ts';

/** A {@link MessageFragmenter} for `pipeThrough`. */
export class MessageFragmenterStream extends StageStream<OutgoingPart, Frame> {
  constructor(options: MessageFragmenterOptions = {}) {
    super(new MessageFragmenter(options), { sizeOf: frame => frame.payload.length });
  }
}
