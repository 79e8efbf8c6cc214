// Compresses messages with node:zlib (RFC 7692 §7.2.1).

import { constants, createDeflateRaw } from 'node:zlib';
import type { DeflaterOptions, MessageDeflater } from '../deflate/codec.ts';
import { ZlibStream } from './zlib-stream.ts';

/** The most bytes that one call compresses: 1 to 3 ms of work. */
const sliceBytes = 65_536;

const tailBytes = 4;
const emptyMessage: Uint8Array = Uint8Array.of(0);

/**
 * The buffer for the output of any call: at most 64 KiB that zlib holds back plus one slice, neither of which grows by more
 * than a thousandth.
 */
let output: Uint8Array | undefined;

/** Streams to reuse: without context takeover nothing is kept between messages, so connections can share one. */
const idleStreams: (ZlibStream | undefined)[] = [];

/** Returns a memory level in proportion to the window: 8, the default of zlib, for 15 bits. */
const memLevel = (windowBits: number): number => windowBits - 7;

/** Returns the memory of a deflater: zlib's window and tables, including a table of 64 KiB of Node's zlib. */
export function zlibDeflaterBytes(windowBits: number): number {
  return 6 * 2 ** windowBits + 65_536 + 6144;
}

/** Compresses messages with a zlib stream whose window is that of the connection. */
export class ZlibDeflater implements MessageDeflater {
  readonly #options: DeflaterOptions;
  #stream: ZlibStream | undefined;
  /** The rest of the current part. */
  #part: Uint8Array | undefined;
  #last = false;
  /** True if the window may hold bytes. */
  #used = false;

  constructor(options: DeflaterOptions) {
    this.#options = options;
  }

  write(data: Uint8Array, last: boolean): void {
    this.#stream ??= takeStream(this.#options);
    this.#part = data;
    this.#last = last;
    this.#used = true;
  }

  read(): Uint8Array | undefined {
    while (this.#part !== undefined) {
      const piece = this.#compress(this.#stream!, this.#part);
      if (piece.length > 0) return piece;
    }
    return undefined;
  }

  reset(): void {
    if (this.#used) this.#stream!.reset();
    this.#used = false;
  }

  #compress(stream: ZlibStream, part: Uint8Array): Uint8Array {
    const slice = part.subarray(0, sliceBytes);
    const whole = slice.length === part.length;
    const ends = whole && this.#last;
    output ??= new Uint8Array(4 * sliceBytes);
    stream.run(
      ends ? constants.Z_SYNC_FLUSH : whole ? constants.Z_NO_FLUSH : constants.Z_BLOCK,
      slice,
      output,
    );
    this.#part = whole ? undefined : part.subarray(sliceBytes);
    const { written } = stream;
    if (!ends) return output.subarray(0, written);
    this.#endMessage(stream);
    // zlib writes nothing for an empty message after another one.
    return written === 0 ? emptyMessage : output.subarray(0, written - tailBytes);
  }

  #endMessage(stream: ZlibStream): void {
    if (this.#options.contextTakeover) return;
    this.reset();
    idleStreams[this.#options.windowBits] = stream;
    this.#stream = undefined;
  }
}

function takeStream({ windowBits, contextTakeover }: DeflaterOptions): ZlibStream {
  const idle = contextTakeover ? undefined : idleStreams[windowBits];
  // 64 is the smallest chunk size of Node. The stream's own output buffer, 16 KiB by default, is not used.
  if (idle === undefined)
    return new ZlibStream(createDeflateRaw({ windowBits, memLevel: memLevel(windowBits), chunkSize: 64 }));
  idleStreams[windowBits] = undefined;
  return idle;
}
