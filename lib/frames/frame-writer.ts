// Writes one frame into memory: header, payload, mask. RFC 6455 §5.2, 5.3. All encoding of frames uses it.

import { callable, type Settled } from '../base/option-rule.ts';
import { OptionTable } from '../base/option-table.ts';
import { checkedRole, type Role, roleRule } from '../base/role.ts';
import { writeText } from '../bytes/encode-text.ts';
import { mask } from '../bytes/mask.ts';
import { MaskingKeys, type RandomBytes } from './masking-keys.ts';
import type { Opcode } from './opcode.ts';

/** The options of a `FrameEncoder`. */
export interface FrameEncoderOptions {
  /** Our role: a client masks every frame, a server masks none. */
  readonly role: Role;
  /** The source of a client's masking keys: unpredictable, and a new key for every frame (RFC 6455 §5.3). */
  readonly randomBytes?: RandomBytes | undefined;
}

export const frameEncoderOptions: OptionTable<Settled<FrameEncoderOptions, 'randomBytes'>> =
  /* @__PURE__ */ new OptionTable('FrameEncoder', () => ({
    role: roleRule,
    randomBytes: callable(),
  }));

/** The first byte of a frame's header. */
export function firstByte(opcode: Opcode, fin: boolean, rsv1: boolean): number {
  return (fin ? 0x80 : 0) | (rsv1 ? 0x40 : 0) | opcode;
}

/** Writes frames: masked ones for a client, unmasked ones for a server. */
export class FrameWriter {
  readonly #keys: MaskingKeys | undefined;

  /** @throws TypeError for a client without `randomBytes` */
  constructor({ role, randomBytes }: FrameEncoderOptions) {
    if (checkedRole(role) === 'server') return;
    if (randomBytes === undefined) {
      throw new TypeError(
        'randomBytes must be a function, because a client masks its frames (got undefined)',
      );
    }
    this.#keys = new MaskingKeys(randomBytes);
  }

  /** Whether frames are masked: true for a client. */
  get masks(): boolean {
    return this.#keys !== undefined;
  }

  /** Returns the length of the header for a payload of this length. */
  headerBytes(payloadBytes: number): number {
    return lengthEnd(payloadBytes) + (this.#keys === undefined ? 0 : 4);
  }

  /** Returns the length of the payload of a frame that is `frameBytes` long in total. */
  payloadBytes(frameBytes: number): number {
    const bytes = frameBytes - this.headerBytes(0);
    return bytes < 126 ? bytes : bytes - 2 < 65_536 ? bytes - 2 : bytes - 8;
  }

  /**
   * Writes a whole frame at `start` and returns its end. Text needs space for three bytes for each UTF-16 unit.
   *
   * @throws the error of the source of masking keys; then the frame does not count as written
   */
  write(byte0: number, payload: Uint8Array | string, target: Uint8Array, start: number): number {
    if (typeof payload === 'string') return this.#writeText(byte0, payload, target, start);
    const begin = start + this.headerBytes(payload.length);
    const key = this.#writeHeader(target, start, begin, byte0, payload.length);
    target.set(payload, begin);
    if (key !== undefined) mask(target, key, begin, begin + payload.length);
    return begin + payload.length;
  }

  /** Writes only the header, masks the payload in place on a client, and returns the end of the header. */
  writeAround(byte0: number, payload: Uint8Array, target: Uint8Array, start: number): number {
    const begin = start + this.headerBytes(payload.length);
    const key = this.#writeHeader(target, start, begin, byte0, payload.length);
    if (key !== undefined) mask(payload, key);
    return begin;
  }

  /** Writes the header before a payload that is in place, masks it on a client, and returns the frame's start. */
  writeBefore(byte0: number, target: Uint8Array, begin: number, end: number): number {
    const start = begin - this.headerBytes(end - begin);
    const key = this.#writeHeader(target, start, begin, byte0, end - begin);
    if (key !== undefined) mask(target, key, begin, end);
    return start;
  }

  /** Writes text after a header for ASCII, and moves it if its bytes need a longer header. */
  #writeText(byte0: number, text: string, target: Uint8Array, start: number): number {
    const guess = start + this.headerBytes(text.length);
    const written = writeText(text, target, guess) - guess;
    const begin = start + this.headerBytes(written);
    if (begin !== guess) target.copyWithin(begin, guess, guess + written);
    const key = this.#writeHeader(target, start, begin, byte0, written);
    if (key !== undefined) mask(target, key, begin, begin + written);
    return begin + written;
  }

  /** Writes the header from `start` to `begin`, and returns the masking key of a client. */
  #writeHeader(
    target: Uint8Array,
    start: number,
    begin: number,
    byte0: number,
    payloadBytes: number,
  ): number | undefined {
    const keys = this.#keys;
    target[start] = byte0;
    target[start + 1] =
      (keys === undefined ? 0 : 0x80) |
      (payloadBytes < 126 ? payloadBytes : payloadBytes < 65_536 ? 126 : 127);
    const end = start + lengthEnd(payloadBytes);
    for (let i = end - 1, rest = payloadBytes; i > start + 1; i--) {
      target[i] = rest % 256;
      rest = Math.floor(rest / 256);
    }
    if (keys === undefined) return undefined;
    const key = keys.next();
    for (let i = 0; i < 4; i++) target[begin - 4 + i] = key >>> (8 * i);
    return key;
  }
}

/** Returns the offset of the end of the length field in a header. */
function lengthEnd(payloadBytes: number): number {
  return payloadBytes < 126 ? 2 : payloadBytes < 65_536 ? 4 : 10;
}
