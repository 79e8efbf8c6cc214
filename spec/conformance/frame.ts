// The frames of the cases: unmasked; the tester masks them as a client. They are as valid as the case requires.

import { type Bytes, join, pieces, utf8 } from './bytes.ts';

export interface FrameBits {
  readonly fin?: boolean;
  /** RSV1 is 4, RSV2 is 2, RSV3 is 1. */
  readonly rsv?: number;
}

/** Returns an unmasked frame with the shortest length field. */
export function frame(opcode: number, payload: string | Uint8Array = '', bits: FrameBits = {}): Bytes {
  const body = utf8(payload);
  const first = ((bits.fin ?? true) ? 0x80 : 0) | ((bits.rsv ?? 0) << 4) | opcode;
  return join([lengthHeader(first, body.length), body]);
}

/** Returns the header of an unmasked frame that declares `length` bytes. */
export function lengthHeader(first: number, length: number): Bytes {
  if (length < 126) return Uint8Array.of(first, length);
  const long = length > 0xffff;
  const header = new DataView(new ArrayBuffer(long ? 10 : 4));
  header.setUint8(0, first);
  header.setUint8(1, long ? 127 : 126);
  if (long) header.setBigUint64(2, BigInt(length));
  else header.setUint16(2, length);
  return new Uint8Array(header.buffer);
}

type Build = (payload?: string | Uint8Array, bits?: FrameBits) => Bytes;

export const continuation: Build = (payload, bits) => frame(0, payload, bits);
export const text: Build = (payload, bits) => frame(1, payload, bits);
export const binary: Build = (payload, bits) => frame(2, payload, bits);
export const ping: Build = (payload, bits) => frame(9, payload, bits);
export const pong: Build = (payload, bits) => frame(10, payload, bits);

/** Returns a Close frame; without a code its body is empty. */
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
