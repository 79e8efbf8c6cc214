// A compressor or decompressor whose octets are counted as they pass. Knows nothing of how they are made.

import type { MessageDeflater, MessageInflater } from '../deflate/codec.ts';

/** Passes everything on, and counts it. */
class MeteredCodec<Codec extends MessageInflater> {
  protected readonly codec: Codec;
  protected writtenBytes = 0;
  protected readBytes = 0;

  constructor(codec: Codec) {
    this.codec = codec;
  }

  write(data: Uint8Array, last: boolean): void {
    this.writtenBytes += data.length;
    this.codec.write(data, last);
  }

  read(): Uint8Array | undefined {
    const piece = this.codec.read();
    if (piece !== undefined) this.readBytes += piece.length;
    return piece;
  }
}

/** An inflater, and how well what it was given had been compressed. */
export class MeteredInflater extends MeteredCodec<MessageInflater> implements MessageInflater {
  get busy(): boolean {
    return this.codec.busy === true;
  }

  /** Octets after decompression for each before; `undefined`: nothing has come. */
  get ratio(): number | undefined {
    return this.writtenBytes === 0 ? undefined : this.readBytes / this.writtenBytes;
  }
}

/** A deflater, and how well it compresses. */
export class MeteredDeflater extends MeteredCodec<MessageDeflater> implements MessageDeflater {
  reset(): void {
    this.codec.reset();
  }

  /** Octets before compression for each after; `undefined`: nothing has left. */
  get ratio(): number | undefined {
    return this.readBytes === 0 ? undefined : this.writtenBytes / this.readBytes;
  }
}
