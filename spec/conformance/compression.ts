// The tester's permessage-deflate (RFC 7692). Each message is a separate call of zlib with the window as its dictionary.

import { constants, deflateRawSync, inflateRawSync } from 'node:zlib';
import { droppedTail } from '../support/deflate-blocks.ts';
import { type Bytes, join } from './bytes.ts';

/** The compression settings of one direction. */
export interface Direction {
  readonly takeover: boolean;
  readonly bits: number;
}

const nothing = new Uint8Array(0);

export class Compression {
  readonly #ours: Direction;
  readonly #theirs: Direction;
  #sent: Bytes = nothing;
  #received: Bytes = nothing;

  constructor(ours: Direction, theirs: Direction) {
    this.#ours = ours;
    this.#theirs = theirs;
  }

  /** Returns the payload of a compressed message; undefined for a window of 256 bytes, which zlib does not support. */
  deflate(message: Bytes): Bytes | undefined {
    if (this.#ours.bits < 9) return undefined;
    const deflated = deflateRawSync(message, {
      windowBits: this.#ours.bits,
      finishFlush: constants.Z_SYNC_FLUSH,
      ...(this.#sent.length > 0 && { dictionary: this.#sent }),
    });
    if (this.#ours.takeover) this.#sent = window(this.#sent, message, this.#ours.bits);
    return message.length === 0 ? Uint8Array.of(0) : new Uint8Array(deflated.subarray(0, -4));
  }

  /** Returns the message of a compressed payload. Throws if it refers to data before the negotiated window. */
  inflate(payload: Bytes): Bytes {
    let rest = join([payload, droppedTail]);
    let history = this.#received;
    const parts: Bytes[] = [];
    while (rest.length > 0) {
      const { buffer, engine } = inflateRawSync(rest, {
        windowBits: this.#theirs.bits,
        finishFlush: constants.Z_SYNC_FLUSH,
        maxOutputLength: 64 * 1024 * 1024,
        info: true,
        ...(history.length > 0 && { dictionary: history }),
      }) as unknown as { buffer: Uint8Array; engine: { bytesWritten: number } };
      parts.push(new Uint8Array(buffer));
      history = window(history, parts.at(-1)!, this.#theirs.bits);
      // A block with BFINAL ends zlib's stream, but not the message (RFC 7692 §7.2.3.4).
      rest = rest.subarray(engine.bytesWritten);
    }
    if (this.#theirs.takeover) this.#received = history;
    return join(parts);
  }
}

function window(history: Bytes, message: Bytes, bits: number): Bytes {
  const size = 2 ** bits;
  return message.length >= size ? message.slice(-size) : join([history, message]).slice(-size);
}
