// The events of a WebSocket in both directions: plain objects told apart by `type`, always with the same fields in order.

import type { ByteSource } from '../bytes/as-bytes.ts';

/** A text message, or a part of one. */
export interface TextMessage {
  readonly type: 'text';
  readonly data: string;
  /** Whether this ends the message. The parts of one message follow each other. */
  readonly last: boolean;
}

/** A binary message, or a part of one. The receiver owns the array, and the library does not use it again. */
export interface BinaryMessage {
  readonly type: 'binary';
  readonly data: Uint8Array<ArrayBuffer>;
  /** Whether this ends the message. The parts of one message follow each other. */
  readonly last: boolean;
}

/** A ping or pong of at most 125 bytes (RFC 6455 §5.5.2, 5.5.3). */
export interface PingOrPong {
  readonly type: 'ping' | 'pong';
  readonly data: Uint8Array<ArrayBuffer>;
}

/** A Close frame (RFC 6455 §5.5.1). */
export interface Close {
  readonly type: 'close';
  /** `undefined`: the frame had no code (the platform reports 1005). */
  readonly closeCode: number | undefined;
  readonly reason: string;
}

/** A received event. */
export type WebSocketEvent = TextMessage | BinaryMessage | PingOrPong | Close;

/** A text message to send, or a part of one. */
export interface OutgoingText {
  readonly type: 'text';
  /** The text. A lone surrogate is sent as U+FFFD, as on the platform. */
  readonly data: string;
  /** Whether this ends the message. Otherwise the next text continues it. Default: true. */
  readonly last?: boolean | undefined;
  /** Whether to compress the message, if compression was negotiated; set it on the first part. Default: by size. */
  readonly compress?: boolean | undefined;
}

/** A binary message to send, or a part of one. Its bytes are borrowed until the output has been consumed. */
export interface OutgoingBinary {
  readonly type: 'binary';
  readonly data: ByteSource;
  /** Whether this ends the message. Otherwise the next binary event continues it. Default: true. */
  readonly last?: boolean | undefined;
  /** Whether to compress the message, if compression was negotiated; set it on the first part. Default: by size. */
  readonly compress?: boolean | undefined;
}

/** A ping or pong to send. */
export interface OutgoingPingOrPong {
  readonly type: 'ping' | 'pong';
  /** At most 125 bytes. Default: none. */
  readonly data?: ByteSource | undefined;
}

/** A Close frame to send. */
export interface OutgoingClose {
  readonly type: 'close';
  /** A code that a Close frame may carry. Default: none, or 1000 if there is a reason. */
  readonly closeCode?: number | undefined;
  /** At most 123 bytes of UTF-8. */
  readonly reason?: string | undefined;
}

/** An event to send. Every received event is one, too. */
export type OutgoingEvent = OutgoingText | OutgoingBinary | OutgoingPingOrPong | OutgoingClose;
