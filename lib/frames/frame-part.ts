// The frames between bytes and messages: RFC 6455 §5.2.

import type { Opcode } from './opcode.ts';

/**
 * A received frame, or a part of one. The first part is emitted as soon as the header is complete, even if no payload has
 * arrived. A frame contained in one chunk is a single part, and so is every control frame.
 */
export interface FramePart {
  readonly opcode: Opcode;
  readonly fin: boolean;
  readonly rsv1: boolean;
  /** The length of the frame's whole payload as its header declares it, in bytes. */
  readonly payloadBytes: number;
  /** Whether this is the first part of the frame. */
  readonly first: boolean;
  /** Whether this is the last part of the frame. */
  readonly last: boolean;
  /** The payload bytes of this part, unmasked. They never change, and may be a view of the chunk they came in. */
  readonly payload: Uint8Array;
}

/** A whole frame to send. */
export interface Frame {
  readonly opcode: Opcode;
  readonly fin: boolean;
  readonly rsv1: boolean;
  /** Text is encoded directly after the header. The output may be a view of bytes, so do not change them until it is consumed. */
  readonly payload: Uint8Array | string;
}
