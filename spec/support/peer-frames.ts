// Frames of a client, masked with a key of zeros.

import { hex } from './hex.ts';

export const ascii = (text: string): string => hex(new TextEncoder().encode(text));
export const byte = (value: number): string => hex(Uint8Array.of(value));

/** Returns a frame of up to 65,535 bytes; the first byte has FIN, RSV and opcode. */
export function frame(firstByte: string, payload = ''): string {
  const length = payload.length / 2;
  const short = length < 126 ? byte(0x80 | length) : `fe${byte(length >> 8)}${byte(length & 255)}`;
  return `${firstByte}${short}00000000${payload}`;
}

export const text = (data: string): string => frame('81', ascii(data));
export const close = (code: string): string => frame('88', code);
