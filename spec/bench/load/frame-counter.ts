// Counts the messages in bytes of a server, and answers its pings; reads headers only, so that it costs next to nothing.

const headerBytes = (second: number): number => ((second & 127) < 126 ? 2 : (second & 127) === 126 ? 4 : 10);

export class FrameCounter {
  /** Payload bytes of all data frames so far, as they were on the wire. */
  payloadBytes = 0;
  readonly #onPing: (payload: Buffer) => void;
  readonly #header = Buffer.alloc(10);
  #headerLength = 0;
  /** Payload bytes of the current frame that have not come; -1: its header is not complete. */
  #left = -1;
  #ping: Buffer[] = [];

  constructor(onPing: (payload: Buffer) => void) {
    this.#onPing = onPing;
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
      if (this.#opcode === 9) this.#ping.push(chunk.subarray(at, end));
      this.#left -= end - at;
      at = end;
      if (this.#left > 0) return messages;
      messages += this.#endFrame();
    }
  }

  get #opcode(): number {
    return this.#header[0]! & 15;
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
      if (this.#opcode === 8) throw new Error('the peer has closed');
      return at;
    }
    return at;
  }

  #endFrame(): number {
    this.#left = -1;
    this.#headerLength = 0;
    if (this.#opcode === 9) {
      this.#onPing(Buffer.concat(this.#ping));
      this.#ping = [];
    }
    return this.#opcode < 8 && this.#header[0]! > 127 ? 1 : 0;
  }
}
