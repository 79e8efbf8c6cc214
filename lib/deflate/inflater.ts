// The compressed payloads of messages in, their bytes out (RFC 7692 §7.2.2). Knows nothing of frames.

import { CloseCode } from '../base/close-code.ts';
import { refuseWhileBusy } from '../base/refuse-while-busy.ts';
import { messageTooBig, violation } from '../base/websocket-error.ts';
import { BlockReader, blockReaderBytes } from './block-reader.ts';
import type { InflaterOptions, MessageInflater } from './codec.ts';

/** What the sender took off the message: the lengths of an empty stored block. */
const tail: Uint8Array = Uint8Array.of(0x00, 0x00, 0xff, 0xff);

/** Without takeover nothing is kept between messages, so the reader that was last at work serves the next connection. */
const idleReaders: (BlockReader | undefined)[] = [];

/** What the reader at work has been given: nothing, a part, the last part, or the tail behind it. */
type Given = 'nothing' | 'part' | 'last part' | 'tail';

/** How much memory an inflater holds at most. */
export function inflaterBytes(windowBits: number): number {
  return blockReaderBytes(windowBits);
}

/**
 * Decompresses messages, strictly: a distance before the window or beyond `2^windowBits`, a code that is
 * over-subscribed or incomplete, a stored block whose lengths disagree, a message that ends inside a block: all that
 * fails with 1007. A block with BFINAL set is a block like any other, save that the next one begins at a byte; its
 * message ends with the byte `00` that RFC 7692 §7.2.3.4 adds, or it fails. An empty payload is an empty message.
 *
 * Work and memory are bounded whatever the peer sends. Of a message that is too long, one byte more than the limit is
 * produced. A message with more than 1,024 dynamic blocks, and one more for each 64 bytes that it stands for, fails with
 * 1008: each costs microseconds though it stand for nothing. Stored and fixed blocks are not counted, so a peer may flush
 * behind every byte.
 *
 * One call decompresses at most 64 KiB, and begins at most 4,096 blocks, or 128 dynamic ones, without output; then it is
 * busy.
 *
 * Nothing is allocated before the first message. Then it holds 8 KiB, which grow with the messages up to twice the window,
 * or to 8 KiB besides it; 6 KiB come with the first dynamic block. Without takeover one such holding serves all
 * connections.
 */
export class Inflater implements MessageInflater {
  readonly #options: InflaterOptions;
  #reader: BlockReader | undefined;
  #given: Given = 'nothing';
  /** Whether the message has had no byte of payload so far. */
  #empty = true;
  /** Bytes that the message has had so far. */
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
    this.#given = last ? 'last part' : 'part';
  }

  read(): Uint8Array | undefined {
    this.#busy = false;
    const reader = this.#reader;
    if (reader === undefined || this.#given === 'nothing') return undefined;
    const left = this.#options.maxMessageBytes - this.#produced;
    // First what fits: whether that is text is seen before there is too much of it, however the input is cut.
    const most = Math.max(1, left);
    let piece = reader.read(most);
    if (piece.length === 0 && !reader.exhausted && this.#given === 'last part' && !this.#empty) {
      reader.write(tail);
      this.#given = 'tail';
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
    if (this.#given !== 'part') this.#endMessage(reader);
    this.#given = 'nothing';
  }

  #endMessage(reader: BlockReader): void {
    if (!reader.atEmptyStoredBlock && !this.#empty) {
      throw violation(CloseCode.InvalidFramePayloadData, 'RFC 7692 §7.2.2', 'compressed message cut off');
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
