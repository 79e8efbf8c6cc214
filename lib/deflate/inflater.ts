// Decompresses messages (RFC 7692 §7.2.2).

import { CloseCode } from '../base/close-code.ts';
import { refuseWhileBusy } from '../base/refuse-while-busy.ts';
import { messageTooBig, violation } from '../base/websocket-error.ts';
import { BlockReader, blockReaderBytes } from './block-reader.ts';
import type { InflaterOptions, MessageInflater } from './codec.ts';

/** The lengths of an empty stored block, which the sender removed from the message. */
const tail: Uint8Array = Uint8Array.of(0x00, 0x00, 0xff, 0xff);

/** Readers that are reused by the next connection, because nothing is kept between messages without takeover. */
const idleReaders: (BlockReader | undefined)[] = [];

/** The input that the current reader has: nothing, a part, the last part, or the tail after it. */
type Written = 'nothing' | 'part' | 'last part' | 'tail';

/** Returns the most memory of an inflater in bytes. */
export function inflaterBytes(windowBits: number): number {
  return blockReaderBytes(windowBits);
}

/**
 * Decompresses messages strictly. It fails with 1007 for a distance before the window or above `2^windowBits`, a code that is
 * over-subscribed or incomplete, a stored block with inconsistent lengths, or a message that ends inside a block. A block
 * with BFINAL set is accepted like any other; the next one starts at a byte boundary, and its message must end with the byte
 * `00` that RFC 7692 §7.2.3.4 adds. An empty payload is an empty message.
 *
 * Work and memory are bounded for any input. Of a message that is too long, one byte more than the limit is produced. A
 * message with more than 1,024 dynamic blocks, and one more for each 64 bytes of output, fails with 1008: each block takes
 * microseconds to set up even if it produces no output. Stored and fixed blocks are not limited, so a peer may flush after
 * every byte.
 *
 * One call decompresses at most 64 KiB, and starts at most 4,096 blocks, or 128 dynamic ones, without output; then the
 * inflater is busy.
 *
 * Nothing is allocated before the first message. Then it holds 8 KiB, which grow with the messages up to twice the window, or
 * to the window and 8 KiB; the first dynamic block adds 6 KiB. Without takeover all connections share one such memory.
 */
export class Inflater implements MessageInflater {
  readonly #options: InflaterOptions;
  #reader: BlockReader | undefined;
  #written: Written = 'nothing';
  /** Whether the message has had no payload so far. */
  #empty = true;
  /** The number of bytes that the message has so far. */
  #produced = 0;
  #busy = false;

  constructor(options: InflaterOptions) {
    this.#options = options;
  }

  get busy(): boolean {
    return this.#busy;
  }

  write(data: Uint8Array, last: boolean): void {
    refuseWhileBusy(this.#busy, 'write()');
    this.#reader ??= takeReader(this.#options);
    this.#reader.write(data);
    this.#empty &&= data.length === 0;
    this.#written = last ? 'last part' : 'part';
  }

  read(): Uint8Array | undefined {
    this.#busy = false;
    const reader = this.#reader;
    if (reader === undefined || this.#written === 'nothing') return undefined;
    const left = this.#options.maxMessageBytes - this.#produced;
    // Output up to the limit first, so that invalid text is found before the excess, however the input is cut.
    const most = Math.max(1, left);
    let piece = reader.read(most);
    if (piece.length === 0 && !reader.exhausted && this.#written === 'last part' && !this.#empty) {
      reader.write(tail);
      this.#written = 'tail';
      piece = reader.read(most);
    }
    if (piece.length === 0) return reader.exhausted ? this.#rest(reader) : this.#endPart(reader);
    if (left === 0) throw messageTooBig(this.#options.maxMessageBytes);
    this.#produced += piece.length;
    return piece;
  }

  #rest(reader: BlockReader): undefined {
    reader.rest();
    this.#busy = true;
  }

  #endPart(reader: BlockReader): undefined {
    if (this.#written !== 'part') this.#endMessage(reader);
    this.#written = 'nothing';
  }

  #endMessage(reader: BlockReader): void {
    if (!reader.atEmptyStoredBlock && !this.#empty) {
      throw violation(CloseCode.InvalidFramePayloadData, 'RFC 7692 §7.2.2', 'compressed message truncated');
    }
    this.#produced = 0;
    this.#empty = true;
    reader.endMessage(this.#options.contextTakeover);
    if (this.#options.contextTakeover) return;
    idleReaders[this.#options.windowBits] = reader;
    this.#reader = undefined;
  }
}

function takeReader({ windowBits, contextTakeover }: InflaterOptions): BlockReader {
  const idle = contextTakeover ? undefined : idleReaders[windowBits];
  if (idle === undefined) return new BlockReader(windowBits);
  idleReaders[windowBits] = undefined;
  return idle;
}
