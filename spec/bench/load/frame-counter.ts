// Counts the messages in the bytes of a client or server, and reports control frames. It reads only the headers of data
// frames, so that it uses almost no CPU.

/** Returns the length of a header by its second byte. */
function headerBytes(second: number): number {
  const short = second & 127;
  return (short < 126 ? 2 : short === 126 ? 4 : 10) + (second > 127 ? 4 : 0);
}

export type OnControl = (opcode: number, payload: Buffer) => void;

export class FrameCounter {
  /** The payload bytes of all data frames so far, before decompression. */
  payloadBytes = 0;
  readonly #onControl: OnControl;
  readonly #header = Buffer.alloc(14);
  #headerLength = 0;
  /** The missing payload bytes of the current frame; -1 while its header is incomplete. */
  #left = -1;
  #control: Buffer[] = [];

  constructor(onControl: OnControl) {
    this.#onControl = onControl;
  }

  /** Returns the number of messages that end in the chunk. */
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

  /** Unmasks the payload of a control frame, whose masking key follows the first two bytes. */
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
