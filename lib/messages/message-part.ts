// What stands between frames and events: messages in parts, control frames between them. RFC 6455 §5.4.

/** What a part belongs to: a data message, or a control frame, which is always one part. */
export type MessageType = 'text' | 'binary' | 'ping' | 'pong' | 'close';

/** A part of a message that came in. A message that lies whole in one frame of one chunk is one part. */
export interface MessagePart {
  readonly type: MessageType;
  /** Whether the payload is compressed (RFC 7692 §6): RSV1 of the message's first frame. */
  readonly compressed: boolean;
  /** Whether the message begins here. */
  readonly first: boolean;
  /** Whether the message ends here. */
  readonly last: boolean;
  /** These bytes of the payload, as the frames carried them. */
  readonly payload: Uint8Array;
  /** The length of the message's payload in bytes as far as its frames have declared it. */
  readonly declaredBytes: number;
}

/** A part of a message to go out. */
export interface OutgoingPart {
  readonly type: MessageType;
  readonly compressed: boolean;
  readonly first: boolean;
  readonly last: boolean;
  /** Text that is not compressed stays text: it is encoded straight behind its frame's header. */
  readonly payload: Uint8Array | string;
  /** Set where the payload was compressed apart from this connection's compressor, which then begins anew. */
  readonly deflated?: true;
  /**
   * The whole message as the one frame that a server sends, for a message that many connections send. It never changes, and
   * `payload` is its end.
   */
  readonly frame?: Uint8Array;
}
