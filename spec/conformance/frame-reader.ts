// Decodes the endpoint's frames from chunks of any length. Throws for everything that a sender must not send (RFC 6455 §5).

import type { Bytes } from './bytes.ts';

export interface Frame {
  readonly opcode: number;
  readonly fin: boolean;
  readonly rsv1: boolean;
  /** The masking key as a number; undefined if the frame was not masked. */
  readonly key: number | undefined;
  readonly payload: Bytes;
}

const largest = 64 * 1024 * 1024;

export class FrameReader {
  readonly #masked: boolean;
  readonly #header: number[] = [];
  #payload: Bytes | undefined;
  #filled = 0;

  /** @param masked - whether frames must be masked, because the endpoint is a client */
  constructor(masked: boolean) {
    this.#masked = masked;
  }

  *read(bytes: Uint8Array): Generator<Frame> {
    let at = 0;
    while (at < bytes.length || this.#payload?.length === this.#filled) {
      if (this.#payload === undefined) {
        this.#header.push(bytes[at++]!);
        if (this.#header.length === this.#headerLength()) this.#checkHeader();
      } else {
        const part = bytes.subarray(at, at + this.#payload.length - this.#filled);
        this.#payload.set(part, this.#filled);
        this.#filled += part.length;
        at += part.length;
        if (this.#filled === this.#payload.length) yield this.#finish(this.#payload);
      }
    }
  }

  /** Whether the input ends inside a frame. */
  get inside(): boolean {
    return this.#header.length > 0;
  }

  #headerLength(): number {
    if (this.#header.length < 2) return 2;
    const short = this.#header[1]! & 127;
    return (short === 127 ? 10 : short === 126 ? 4 : 2) + (this.#header[1]! & 128 ? 4 : 0);
  }

  #checkHeader(): void {
    const [first = 0, second = 0] = this.#header;
    const opcode = first & 15;
    const short = second & 127;
    const field = this.#header.slice(2, short === 127 ? 10 : short === 126 ? 4 : 2);
    const length = field.length === 0 ? short : field.reduce((value, byte) => value * 256 + byte, 0);
    if (((second & 128) !== 0) !== this.#masked)
      throw new Error(this.#masked ? 'an unmasked frame' : 'a masked frame');
    if (first & 0x30) throw new Error('a frame with RSV2 or RSV3');
    if ((opcode > 2 && opcode < 8) || opcode > 10) throw new Error(`the reserved opcode ${opcode}`);
    if (opcode >= 8 && (length > 125 || !(first & 128) || first & 64))
      throw new Error('an invalid control frame');
    if ((short === 126 && length < 126) || (short === 127 && length <= 0xffff))
      throw new Error('a longer length field than necessary');
    if (length > largest) throw new Error(`a frame of ${length} bytes`);
    this.#payload = new Uint8Array(length);
    this.#filled = 0;
  }

  #finish(payload: Bytes): Frame {
    const [first = 0] = this.#header;
    const key = this.#masked ? this.#header.slice(-4) : undefined;
    if (key !== undefined) for (let i = 0; i < payload.length; i++) payload[i]! ^= key[i & 3]!;
    this.#header.length = 0;
    this.#payload = undefined;
    return {
      opcode: first & 15,
      fin: (first & 128) !== 0,
      rsv1: (first & 64) !== 0,
      key: key?.reduce((value, byte) => value * 256 + byte, 0),
      payload,
    };
  }
}
