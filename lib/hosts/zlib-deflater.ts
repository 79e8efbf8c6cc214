// Messages in, their compressed payloads out, by node:zlib (RFC 7692 §7.2.1).

import { constants, createDeflateRaw } from 'node:zlib';
import type { DeflaterOptions, MessageDeflater } from '../deflate/codec.ts';
import { ZlibStream } from './zlib-stream.ts';

/** One call compresses so many bytes: 1 to 3 ms. */
const sliceBytes = 65_536;

const tailBytes = 4;
const emptyMessage: Uint8Array = Uint8Array.of(0);

/**
 * Holds the output of any call: zlib has not yet written 64 KiB at most, and a slice comes to that; neither grows by more
 * than a thousandth.
 */
let output: Uint8Array | undefined;

/** Without takeover nothing is kept between messages, so the stream that was last at work serves the next connection. */
const idleStreams: (ZlibStream | undefined)[] = [];

/** Buffers in proportion to the window: 15 bits have level 8, the default of zlib. */
const memLevel = (windowBits: number): number => windowBits - 7;

/** Returns how much memory a deflater holds: zlib's window and tables, of which Node's zlib has one of 64 KiB in any case. */
export function zlibDeflaterBytes(windowBits: number): number {
  return 6 * 2 ** windowBits + 65_536 + 6144;
}

/** Compresses messages with a stream of node:zlib, whose window is that of the connection. */
export class ZlibDeflater implements MessageDeflater {
  readonly #options: DeflaterOptions;
  #stream: ZlibStream | undefined;
  /** What is left of the part at work. */
  #part: Uint8Array | undefined;
  #last = false;
  /** Whether the window may hold bytes. */
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
    // zlib writes nothing for an empty message behind another.
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
  // The least that Node takes: the output that a stream would otherwise hold, 16 KiB, is not used.
  if (idle === undefined)
    return new ZlibStream(createDeflateRaw({ windowBits, memLevel: memLevel(windowBits), chunkSize: 64 }));
  idleStreams[windowBits] = undefined;
  return idle;
}
