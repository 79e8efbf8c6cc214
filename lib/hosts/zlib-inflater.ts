// Decompresses messages with node:zlib (RFC 7692 §7.2.2).

import { constants, createInflateRaw } from 'node:zlib';
import { CloseCode } from '../base/close-code.ts';
import { refuseWhileBusy } from '../base/refuse-while-busy.ts';
import { messageTooBig, violation } from '../base/websocket-error.ts';
import { RecentBytes } from '../bytes/recent-bytes.ts';
import { corrupt } from '../deflate/bit-reader.ts';
import type { InflaterOptions, MessageInflater } from '../deflate/codec.ts';
import { storedBlock } from '../deflate/stored-block.ts';
import { ZlibStream } from './zlib-stream.ts';

/** The most input of one call: 2 ms of work if all blocks are dynamic and have no output. */
const sliceBytes = 32_768;

/** The most output of one call: 0.1 to 0.4 ms of work. */
const pieceBytes = 65_536;

/** The cost of continuing after a final block, in bytes of input. */
const finalBlockBytes = 512;

/** The tail, and the first byte of a block: zlib must stop before it. */
const tailAndMore: Uint8Array = Uint8Array.of(0x00, 0x00, 0xff, 0xff, 0x00);
const tailBytes = 4;

/** The buffer for the output of any call. */
let output: Uint8Array | undefined;

/** A stream and a copy of its window, which zlib does not expose. */
interface Decompressor {
  readonly stream: ZlibStream;
  readonly window: RecentBytes;
}

/** Decompressors to reuse: without context takeover nothing is kept between messages, so connections can share one. */
const idle: (Decompressor | undefined)[] = [];

/** Returns the most memory of an inflater: zlib's window and state, and two copies of the window. */
export function zlibInflaterBytes(windowBits: number): number {
  return 3 * 2 ** windowBits + 8192;
}

/**
 * Decompresses messages with a zlib stream whose window is that of the connection.
 *
 * zlib stops at a final block and drops its window. The inflater then resets it and passes it the window as a stored block.
 */
export class ZlibInflater implements MessageInflater {
  readonly #options: InflaterOptions;
  #decompressor: Decompressor | undefined;
  /** The rest of the current part; `undefined` if all its output has been read. */
  #part: Uint8Array | undefined;
  /** True if zlib has no more output without more input. */
  #drained = true;
  #last = false;
  /** True if the message has had no payload so far. */
  #empty = true;
  /** The number of bytes of the message so far. */
  #produced = 0;
  /** True if zlib has stopped after a final block. */
  #stopped = false;
  #busy = false;

  constructor(options: InflaterOptions) {
    this.#options = options;
  }

  get busy(): boolean {
    return this.#busy;
  }

  write(data: Uint8Array, last: boolean): void {
    refuseWhileBusy(this.#busy, 'write()');
    this.#part = data;
    this.#last = last;
    this.#empty &&= data.length === 0;
  }

  read(): Uint8Array | undefined {
    this.#busy = false;
    for (let spent = 0; this.#part !== undefined; ) {
      if (this.#part.length === 0 && this.#drained) return this.#endPart();
      if (spent >= sliceBytes) {
        this.#busy = true;
        return undefined;
      }
      this.#decompressor ??= takeDecompressor(this.#options);
      const { stream } = this.#decompressor;
      const piece = this.#inflate(this.#decompressor, this.#part);
      if (piece !== undefined) return piece;
      spent += stream.taken + (this.#stopped ? finalBlockBytes : 0);
    }
    return undefined;
  }

  #inflate({ stream, window }: Decompressor, part: Uint8Array): Uint8Array | undefined {
    const left = this.#options.maxMessageBytes - this.#produced;
    output ??= new Uint8Array(pieceBytes);
    if (this.#stopped) restart(stream, window.bytes, output);
    // Output up to the limit comes first, so that invalid UTF-8 in it is found before the limit is exceeded, wherever the input
    // is cut.
    const room = left < pieceBytes ? output.subarray(0, Math.max(1, left)) : output;
    const slice = part.subarray(0, sliceBytes);
    if (!stream.run(constants.Z_SYNC_FLUSH, slice, room)) throw corrupt('by the verdict of zlib');
    const { taken, written } = stream;
    this.#part = part.subarray(taken);
    this.#drained = written < room.length;
    this.#stopped = this.#drained && taken < slice.length;
    if (written === 0) return undefined;
    if (left === 0) throw messageTooBig(this.#options.maxMessageBytes);
    this.#produced += written;
    const piece = room.subarray(0, written);
    window.append(piece);
    return piece;
  }

  #endPart(): undefined {
    this.#part = undefined;
    if (!this.#last) return;
    if (!this.#empty) this.#endMessage(this.#decompressor!);
    this.#empty = true;
    this.#produced = 0;
  }

  /** Checks that zlib stops between the tail and another block; otherwise the message was truncated. */
  #endMessage(decompressor: Decompressor): void {
    const { stream, window } = decompressor;
    const good = stream.run(constants.Z_BLOCK, tailAndMore, output!);
    if (!good || stream.taken !== tailBytes || stream.written > 0)
      throw violation(CloseCode.InvalidFramePayloadData, 'RFC 7692 §7.2.2', 'compressed message truncated');
    if (this.#options.contextTakeover) return;
    stream.reset();
    window.clear();
    idle[this.#options.windowBits] = decompressor;
    this.#decompressor = undefined;
  }
}

/** Lets the stream continue after a final block, at the next byte, with the window that it had. */
function restart(stream: ZlibStream, window: Uint8Array, room: Uint8Array): void {
  stream.reset();
  stream.run(constants.Z_SYNC_FLUSH, storedBlock(window), room);
}

function takeDecompressor({ windowBits, contextTakeover }: InflaterOptions): Decompressor {
  const known = contextTakeover ? undefined : idle[windowBits];
  if (known === undefined) {
    // 64 is the smallest chunk size of Node. The stream's own output buffer, 16 KiB by default, is not used.
    const stream = new ZlibStream(createInflateRaw({ windowBits, chunkSize: 64 }));
    return { stream, window: new RecentBytes(2 ** windowBits) };
  }
  idle[windowBits] = undefined;
  return known;
}
