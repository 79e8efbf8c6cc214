// The message parts between frames and events, with control frames between them: RFC 6455 §5.4.

/** The type of a part: of a data message, or of a control frame, which is always a single part. */
export type MessageType = 'text' | 'binary' | 'ping' | 'pong' | 'close';

/** A part of a received message. A message contained in one frame of one chunk is a single part. */
export interface MessagePart {
  readonly type: MessageType;
  /** Whether the payload is compressed (RFC 7692 §6): RSV1 of the message's first frame. */
  readonly compressed: boolean;
  /** Whether this is the first part of the message. */
  readonly first: boolean;
  /** Whether this is the last part of the message. */
  readonly last: boolean;
  /** The payload bytes of this part, as the frames carried them. */
  readonly payload: Uint8Array;
  /** The payload length that the frames of the message have declared so far, in bytes. */
  readonly declaredBytes: number;
}

/** A part of a message to send. */
export interface OutgoingPart {
  readonly type: MessageType;
  readonly compressed: boolean;
  readonly first: boolean;
  readonly last: boolean;
  /** The payload. Text that is not compressed stays text: it is encoded directly after its frame's header. */
  readonly payload: Uint8Array | string;
  /** Set if the payload was compressed outside this connection's compressor, which has to reset its window then. */
  readonly deflated?: true;
  /**
   * The whole message as the single frame that a server sends, for a message that many connections send. It never changes,
   * and `payload` is its end.
   */
  readonly frame?: Uint8Array;
}
