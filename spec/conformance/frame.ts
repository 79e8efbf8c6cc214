// Builds the frames of the cases, valid or not. They are unmasked; a tester with the role of the client masks them.

import { encodeFrame, type WireFrame } from '../support/wire-frame.ts';
import { type Bytes, join, pieces, utf8 } from './bytes.ts';

/** The fields of a header that differ from those of a whole, valid frame. */
export type FrameBits = Pick<WireFrame, 'fin' | 'rsv' | 'lengthBytes' | 'declared'>;

/** Returns an unmasked frame. */
export function frame(opcode: number, payload: string | Uint8Array = '', bits: FrameBits = {}): Bytes {
  return encodeFrame({ ...bits, opcode, payload: utf8(payload) });
}

type Build = (payload?: string | Uint8Array, bits?: FrameBits) => Bytes;

export const continuation: Build = (payload, bits) => frame(0, payload, bits);
export const text: Build = (payload, bits) => frame(1, payload, bits);
export const binary: Build = (payload, bits) => frame(2, payload, bits);
export const ping: Build = (payload, bits) => frame(9, payload, bits);
export const pong: Build = (payload, bits) => frame(10, payload, bits);

/** Returns a Close frame. Its body is empty without a code. */
export function close(code?: number, reason: string | Uint8Array = '', bits?: FrameBits): Bytes {
  if (code === undefined) return frame(8, '', bits);
  return frame(8, join([Uint8Array.of(code >> 8, code & 255), utf8(reason)]), bits);
}

/** Returns a message in frames of at most `size` bytes of payload. */
export function fragments(opcode: number, payload: string | Uint8Array, size: number, rsv = 0): Bytes[] {
  const parts = pieces(utf8(payload), size);
  return parts.map((part, index) =>
    frame(index === 0 ? opcode : 0, part, { fin: index === parts.length - 1, rsv: index === 0 ? rsv : 0 }),
  );
}
