// Converts unmasked frames, in chunks of any length, to the bytes that the tester sends. Masks them for a client.

import { type Bytes, join } from './bytes.ts';

export class Outgoing {
  readonly #masks: boolean;
  #header: number[] = [];
  #key = 0x37fa213d;
  #left = 0;
  #phase = 0;
  /** Whether a Close frame has been sent. */
  closed = false;

  constructor(role: 'client' | 'server') {
    this.#masks = role === 'client';
  }

  /** Whether no frame is incomplete. */
  get atBoundary(): boolean {
    return this.#left === 0 && this.#header.length === 0;
  }

  push(bytes: Uint8Array): Bytes {
    const parts: Uint8Array[] = [];
    for (let at = 0; at < bytes.length; ) {
      if (this.#left > 0) {
        const part = bytes.subarray(at, at + this.#left);
        parts.push(this.#payload(part));
        at += part.length;
      } else {
        this.#header.push(bytes[at++]!);
        if (this.#header.length === headerLength(this.#header)) parts.push(this.#begin());
      }
    }
    return join(parts);
  }

  #begin(): Bytes {
    const header = Uint8Array.from(this.#header);
    this.#header = [];
    this.#left = payloadLength(header);
    this.#phase = 0;
    if ((header[0]! & 15) === 8) this.closed = true;
    if (!this.#masks) return header;
    this.#key = (Math.imul(this.#key, 1664525) + 1013904223) | 0;
    header[1]! |= 0x80;
    return join([header, this.#bytesOfKey()]);
  }

  #payload(part: Uint8Array): Uint8Array {
    this.#left -= part.length;
    if (!this.#masks) return part;
    const key = this.#bytesOfKey();
    const masked = new Uint8Array(part.length);
    let phase = this.#phase;
    for (let i = 0; i < part.length; i++) masked[i] = part[i]! ^ key[phase++ & 3]!;
    this.#phase = phase & 3;
    return masked;
  }

  #bytesOfKey(): Bytes {
    const key = this.#key;
    return Uint8Array.of(key >>> 24, (key >>> 16) & 255, (key >>> 8) & 255, key & 255);
  }
}

function headerLength(header: readonly number[]): number {
  if (header.length < 2) return 2;
  const short = header[1]! & 127;
  return short === 127 ? 10 : short === 126 ? 4 : 2;
}

function payloadLength(header: Uint8Array): number {
  const view = new DataView(header.buffer, header.byteOffset);
  const short = header[1]! & 127;
  if (short === 127) return Number(view.getBigUint64(2));
  return short === 126 ? view.getUint16(2) : short;
}
