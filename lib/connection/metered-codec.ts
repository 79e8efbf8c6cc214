// Wraps a compressor or decompressor and counts the bytes that pass through it.

import type { MessageDeflater, MessageInflater } from '../deflate/codec.ts';

/** Forwards every call and counts the bytes. */
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

/** An inflater that measures the compression ratio of its input. */
export class MeteredInflater extends MeteredCodec<MessageInflater> implements MessageInflater {
  get busy(): boolean {
    return this.codec.busy === true;
  }

  /** Bytes after decompression divided by bytes before it; `undefined` if there was no input. */
  get ratio(): number | undefined {
    return this.writtenBytes === 0 ? undefined : this.readBytes / this.writtenBytes;
  }
}

/** A deflater that measures its compression ratio. */
export class MeteredDeflater extends MeteredCodec<MessageDeflater> implements MessageDeflater {
  reset(): void {
    this.codec.reset();
  }

  /** Bytes before compression divided by bytes after it; `undefined` if there was no output. */
  get ratio(): number | undefined {
    return this.readBytes === 0 ? undefined : this.writtenBytes / this.readBytes;
  }
}
