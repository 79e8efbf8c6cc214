// What stands between bytes and messages: frames. RFC 6455 §5.2.

import type { Opcode } from './opcode.ts';

/**
 * A frame that came in, or a part of one. The first part comes as soon as the header is complete, be it without a
 * payload byte; a frame that lies whole in the chunk, and every control frame, is one part.
 */
export interface FramePart {
  readonly opcode: Opcode;
  readonly fin: boolean;
  readonly rsv1: boolean;
  /** The length of the frame's whole payload as its header declares it, in bytes. */
  readonly payloadBytes: number;
  /** Whether the frame begins here. */
  readonly first: boolean;
  /** Whether the frame ends here. */
  readonly last: boolean;
  /** These bytes of the payload, unmasked. They never change; they may be a view of the chunk they came in. */
  readonly payload: Uint8Array;
}

/** A frame to go out, whole. */
export interface Frame {
  readonly opcode: Opcode;
  readonly fin: boolean;
  readonly rsv1: boolean;
  /** Text is encoded straight behind the header. Bytes are lent until the output is consumed. */
  readonly payload: Uint8Array | string;
}
