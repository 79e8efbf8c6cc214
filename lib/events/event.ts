// What a WebSocket says, either way: plain objects told apart by `type`, always with the same fields in one order.

import type { ByteSource } from '../bytes/as-bytes.ts';

/** Text, whole or a part of a message. */
export interface TextMessage {
  readonly type: 'text';
  readonly data: string;
  /** Whether the message ends here; the parts of one message follow each other. */
  readonly last: boolean;
}

/** Bytes, whole or a part of a message. The array is the receiver's: nobody else changes or reads it. */
export interface BinaryMessage {
  readonly type: 'binary';
  readonly data: Uint8Array<ArrayBuffer>;
  /** Whether the message ends here; the parts of one message follow each other. */
  readonly last: boolean;
}

/** RFC 6455 §5.5.2 and 5.5.3; at most 125 bytes. */
export interface PingOrPong {
  readonly type: 'ping' | 'pong';
  readonly data: Uint8Array<ArrayBuffer>;
}

/** A Close frame (RFC 6455 §5.5.1). */
export interface Close {
  readonly type: 'close';
  /** `undefined`: the frame had none (1005 in the reports of the platform). */
  readonly closeCode: number | undefined;
  readonly reason: string;
}

/** What comes in. */
export type WebSocketEvent = TextMessage | BinaryMessage | PingOrPong | Close;

/** Text to go out. */
export interface OutgoingText {
  readonly type: 'text';
  /** A lone surrogate goes out as U+FFFD, as everywhere on the platform. */
  readonly data: string;
  /** Default: true. With false the message goes on with the next text. */
  readonly last?: boolean | undefined;
  /** Whether to compress, of the first part of a message; nothing where compression was not agreed. Default: by size. */
  readonly compress?: boolean | undefined;
}

/** Bytes to go out; they are lent until the output is consumed. */
export interface OutgoingBinary {
  readonly type: 'binary';
  readonly data: ByteSource;
  /** Default: true. With false the message goes on with the next binary. */
  readonly last?: boolean | undefined;
  /** Whether to compress, of the first part of a message; nothing where compression was not agreed. Default: by size. */
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
  /** A code that may stand in a Close frame. Default: none; 1000 where there is a reason. */
  readonly closeCode?: number | undefined;
  /** At most 123 bytes of UTF-8. */
  readonly reason?: string | undefined;
}

/** What goes out: every event that comes in is one of these too. */
export type OutgoingEvent = OutgoingText | OutgoingBinary | OutgoingPingOrPong | OutgoingClose;
