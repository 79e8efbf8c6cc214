// Splits message parts into frames: fragmentation, RFC 6455 §5.4. It does not interpret payloads.

import { limit, type Settled } from '../base/option-rule.ts';
import { OptionTable } from '../base/option-table.ts';
import type { Stage } from '../base/stage.ts';
import { encodeText } from '../bytes/encode-text.ts';
import type { Frame } from '../frames/frame-part.ts';
import { isControl, Opcode } from '../frames/opcode.ts';
import type { MessageType, OutgoingPart } from './message-part.ts';

/** The options of a {@link MessageFragmenter}. */
export interface MessageFragmenterOptions {
  /** The most payload bytes of one data frame; a longer part becomes several frames. Default: Infinity, one frame a part. */
  readonly maxFrameBytes?: number | undefined;
}

export const messageFragmenterOptions: OptionTable<Settled<MessageFragmenterOptions>> =
  /* @__PURE__ */ new OptionTable('MessageFragmenter', () => ({
    maxFrameBytes: limit(Infinity),
  }));

/** A part that is being sent, and how much of its payload has been output. */
interface Sending {
  readonly part: OutgoingPart;
  readonly payload: Uint8Array | string;
  sent: number;
}

/** The opcode of the first frame of each type of message. */
export const opcodes: Readonly<Record<MessageType, Opcode>> = {
  text: Opcode.Text,
  binary: Opcode.Binary,
  close: Opcode.Close,
  ping: Opcode.Ping,
  pong: Opcode.Pong,
};

/**
 * Splits message parts into frames, each as long as the limit allows. Control frames are never split (RFC 6455 §5.5). An
 * empty part in the middle of a message needs no frame.
 */
export class MessageFragmenter implements Stage<OutgoingPart, Frame> {
  readonly #maxFrameBytes: number;
  #sending: Sending | undefined;

  constructor(options: MessageFragmenterOptions = {}) {
    this.#maxFrameBytes = messageFragmenterOptions.check(options).maxFrameBytes;
  }

  write(part: OutgoingPart): void {
    if (part.payload.length === 0 && !part.first && !part.last) return;
    this.#sending = { part, payload: this.#measured(part.payload), sent: 0 };
  }

  read(): Frame | undefined {
    const sending = this.#sending;
    if (sending === undefined) return undefined;
    const { part, payload, sent } = sending;
    const opcode = opcodes[part.type];
    const ends = isControl(opcode) || payload.length - sent <= this.#maxFrameBytes;
    const piece =
      ends && sent === 0 ? payload : (payload as Uint8Array).subarray(sent, sent + this.#maxFrameBytes);
    const first = part.first && sent === 0;
    sending.sent += piece.length;
    if (ends) this.#sending = undefined;
    return {
      opcode: first ? opcode : Opcode.Continuation,
      fin: part.last && ends,
      rsv1: first && part.compressed,
      payload: piece,
    };
  }

  close(): void {}

  /** Keeps text as text if its bytes cannot exceed a frame, at three bytes for each UTF-16 unit. */
  #measured(payload: Uint8Array | string): Uint8Array | string {
    if (typeof payload !== 'string' || payload.length * 3 <= this.#maxFrameBytes) return payload;
    return encodeText(payload);
  }
}
