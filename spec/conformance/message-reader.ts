// Converts the endpoint's frames to events. Throws for everything that a sender must not send (RFC 6455 §5.4, §8.1).

import { type Bytes, join } from './bytes.ts';
import type { Compression } from './compression.ts';
import { received } from './event.ts';
import type { Frame } from './frame-reader.ts';

interface Message {
  readonly type: 'text' | 'binary';
  readonly compressed: boolean;
  readonly parts: Bytes[];
}

const strict = new TextDecoder('utf-8', { fatal: true });

export class MessageReader {
  /** Set if permessage-deflate was negotiated. */
  compression: Compression | undefined;
  /** The number of messages with RSV1. */
  compressedMessages = 0;
  #message: Message | undefined;

  /** Returns the event that the frame completes, if any. The caller handles pings and Close frames. */
  read(frame: Frame): string | undefined {
    if (frame.opcode === 10) return received('pong', frame.payload);
    const message = this.#continue(frame);
    message.parts.push(frame.payload);
    if (!frame.fin) return undefined;
    this.#message = undefined;
    const joined = message.parts.length === 1 ? frame.payload : join(message.parts);
    const data = message.compressed ? this.compression!.inflate(joined) : joined;
    if (message.type === 'text') strict.decode(data);
    return received(message.type, data);
  }

  #continue(frame: Frame): Message {
    if (frame.opcode === 0) {
      if (this.#message === undefined) throw new Error('a continuation frame outside a message');
      if (frame.rsv1) throw new Error('a continuation frame with RSV1');
      return this.#message;
    }
    if (this.#message !== undefined) throw new Error('a new message inside a message');
    if (frame.rsv1 && this.compression === undefined) throw new Error('RSV1 without permessage-deflate');
    if (frame.rsv1) this.compressedMessages += 1;
    this.#message = { type: frame.opcode === 1 ? 'text' : 'binary', compressed: frame.rsv1, parts: [] };
    return this.#message;
  }
}
