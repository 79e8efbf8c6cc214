// Counts messages in bytes of either role, and hands on control frames; of messages it reads headers only, so that it costs
// next to nothing.

/** Returns the length of a whole header, which its second byte tells. */
function headerBytes(second: number): number {
  const short = second & 127;
  return (short < 126 ? 2 : short === 126 ? 4 : 10) + (second > 127 ? 4 : 0);
}

export type OnControl = (opcode: number, payload: Buffer) => void;

export class FrameCounter {
  /** Payload bytes of all data frames so far, as they were on the wire. */
  payloadBytes = 0;
  readonly #onControl: OnControl;
  readonly #header = Buffer.alloc(14);
  #headerLength = 0;
  /** Payload bytes of the current frame that have not come; -1: its header is not complete. */
  #left = -1;
  #control: Buffer[] = [];

  constructor(onControl: OnControl) {
    this.#onControl = onControl;
  }

  /** Returns how many messages have ended in the chunk. */
  push(chunk: Buffer): number {
    let at = 0;
    let messages = 0;
    for (;;) {
      if (this.#left < 0) {
        at = this.#readHeader(chunk, at);
        if (this.#left < 0) return messages;
      }
      const end = Math.min(chunk.length, at + this.#left);
      if (this.#opcode > 7) this.#control.push(chunk.subarray(at, end));
      this.#left -= end - at;
      at = end;
      if (this.#left > 0) return messages;
      messages += this.#endFrame();
    }
  }

  get #opcode(): number {
    return this.#header[0]! & 15;
  }

  /** A control frame's header has two bytes and the key. */
  #unmask(payload: Buffer): Buffer {
    if (this.#header[1]! < 128) return payload;
    const key = this.#header.subarray(2, 6);
    return payload.map((byte, i) => byte ^ key[i & 3]!) as Buffer;
  }

  #readHeader(chunk: Buffer, start: number): number {
    const header = this.#header;
    let at = start;
    while (at < chunk.length) {
      header[this.#headerLength++] = chunk[at++]!;
      if (this.#headerLength < 2 || this.#headerLength < headerBytes(header[1]!)) continue;
      const short = header[1]! & 127;
      this.#left = short < 126 ? short : short === 126 ? header.readUInt16BE(2) : header.readUIntBE(4, 6);
      if (this.#opcode < 8) this.payloadBytes += this.#left;
      return at;
    }
    return at;
  }

  #endFrame(): number {
    this.#left = -1;
    this.#headerLength = 0;
    if (this.#opcode < 8) return this.#header[0]! > 127 ? 1 : 0;
    const payload = this.#unmask(Buffer.concat(this.#control));
    this.#control = [];
    this.#onControl(this.#opcode, payload);
    return 0;
  }
}
