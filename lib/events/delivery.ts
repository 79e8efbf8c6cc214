// The two ways in which the bytes of data messages become events: whole messages, or parts of them. RFC 6455 §5.6,
// 8.1. Knows nothing of frames or of compression.

import { budgetBytes } from '../base/budget.ts';
import { CloseCode } from '../base/close-code.ts';
import { violation, type WebSocketError } from '../base/websocket-error.ts';
import { type Allocate, ByteCollector } from '../bytes/byte-collector.ts';
import { heapBytes, Slab, slabBytes } from '../bytes/slab.ts';
import { StringCollector, Utf8Decoder } from '../bytes/utf8-decoder.ts';
import type { BinaryMessage, TextMessage } from './event.ts';

/** Bytes of a data message, as they come. */
export interface Piece {
  readonly type: 'text' | 'binary';
  readonly bytes: Uint8Array;
  readonly first: boolean;
  readonly last: boolean;
  /** The length of the whole message as far as is known. */
  readonly expectedBytes: number;
}

/** Turns pieces into events. */
export interface Delivery {
  /**
   * The event that the piece completes, if any. The work is in proportion to the piece, unless that is kept.
   *
   * @throws WebSocketError 1007 at the earliest byte that is not UTF-8
   */
  deliver(piece: Piece): TextMessage | BinaryMessage | undefined;
  /** Whether the bytes of the piece are delivered as they are, without any work on them. */
  keeps(piece: Piece): boolean;
  /** Whether the last piece has come of a message that is so large that `finish` has to join it. */
  readonly unfinished: boolean;
  /** Goes on with joining the unfinished message: the event, or `undefined` while it is still unfinished. */
  finish(): BinaryMessage | undefined;
}

/** One event a message. */
export class WholeDelivery implements Delivery {
  readonly #text = new ValidText();
  readonly #memory: DeliveredMemory;
  readonly #allocate: Allocate | undefined;
  /** Made for the first message that comes in pieces, as is the next one. */
  #characters: StringCollector | undefined;
  #bytes: ByteCollector | undefined;
  #unfinished = false;

  constructor(memory: DeliveredMemory, allocate?: Allocate) {
    this.#memory = memory;
    this.#allocate = allocate;
  }

  deliver(piece: Piece): TextMessage | BinaryMessage | undefined {
    if (piece.type === 'text') {
      if (piece.first && piece.last) return text(this.#text.decode(piece), true);
      const characters = this.#appendCharacters(this.#text.decode(piece));
      return piece.last ? text(characters.take(), true) : undefined;
    }
    if (piece.first && piece.last) return binary(this.#memory.own(piece.bytes), true);
    const bytes = this.#appendBytes(piece);
    return piece.last ? this.#finish(bytes) : undefined;
  }

  keeps({ type, bytes, first, last }: Piece): boolean {
    return type === 'binary' && first && last && this.#memory.keeps(bytes);
  }

  get unfinished(): boolean {
    return this.#unfinished;
  }

  finish(): BinaryMessage | undefined {
    return this.#bytes && this.#finish(this.#bytes);
  }

  #finish(bytes: ByteCollector): BinaryMessage | undefined {
    this.#unfinished = !bytes.join(budgetBytes);
    return this.#unfinished ? undefined : binary(bytes.take(), true);
  }

  #appendCharacters(characters: string): StringCollector {
    this.#characters ??= new StringCollector();
    try {
      this.#characters.append(characters);
    } catch {
      throw textTooBig();
    }
    return this.#characters;
  }

  #appendBytes({ bytes, expectedBytes }: Piece): ByteCollector {
    this.#bytes ??= new ByteCollector(this.#allocate);
    if (this.#memory.keepsPart(bytes)) this.#bytes.appendOwned(bytes, expectedBytes);
    else this.#bytes.append(bytes, expectedBytes);
    return this.#bytes;
  }
}

/** An event for each piece that says anything; the last of a message may be empty. */
export class PartDelivery implements Delivery {
  readonly unfinished: boolean = false;
  readonly #text = new ValidText();
  readonly #memory: DeliveredMemory;

  constructor(memory: DeliveredMemory) {
    this.#memory = memory;
  }

  deliver(piece: Piece): TextMessage | BinaryMessage | undefined {
    if (piece.type === 'text') {
      const characters = this.#text.decode(piece);
      return characters !== '' || piece.last ? text(characters, piece.last) : undefined;
    }
    const { bytes, last } = piece;
    return bytes.length > 0 || last ? binary(this.#memory.own(bytes), last) : undefined;
  }

  keeps({ type, bytes }: Piece): boolean {
    return type === 'binary' && this.#memory.keeps(bytes);
  }

  finish(): undefined {}
}

/** Text that is checked as it comes. */
class ValidText {
  readonly #utf8 = new Utf8Decoder();

  decode(piece: Piece): string {
    try {
      if (piece.first && piece.last) return this.#utf8.decode(piece.bytes);
      return this.#utf8.decodePart(piece.bytes, piece.last);
    } catch (error) {
      // By its name: it may be of another realm.
      if ((error as Error).name !== 'TypeError') throw textTooBig();
      throw violation(CloseCode.InvalidFramePayloadData, 'RFC 6455 §8.1', 'text is not UTF-8');
    }
  }
}

/** Where the bytes live that are delivered: they never change afterwards. */
export class DeliveredMemory {
  readonly #slab = new Slab();
  readonly #ownsInput: boolean;
  readonly #maxPinnedBytes: number | undefined;

  /**
   * @param ownsInput - whether what comes in is ours to keep
   * @param maxPinnedBytes - how many bytes an array may keep in memory besides its own; 0: each can be transferred.
   *   Default: 8,192, and as many of what came in as it has itself.
   */
  constructor(ownsInput: boolean, maxPinnedBytes?: number) {
    this.#ownsInput = ownsInput;
    this.#maxPinnedBytes = maxPinnedBytes;
  }

  /** The bytes themselves where that is sound, a copy elsewhere. Copies share memory with nothing but one another. */
  own(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
    if (this.keeps(bytes)) return bytes;
    return (this.#maxPinnedBytes ?? slabBytes) < slabBytes ? new Uint8Array(bytes) : this.#slab.copy(bytes);
  }

  /** Whether `own` gives the bytes themselves. */
  keeps(bytes: Uint8Array): bytes is Uint8Array<ArrayBuffer> {
    return this.#keeps(bytes, this.#maxPinnedBytes ?? Math.min(bytes.length, slabBytes));
  }

  /** The bytes in a buffer of their own: what is dropped should not lie among what is held. */
  alone(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
    return this.#keeps(bytes, 0) ? bytes : new Uint8Array(bytes);
  }

  /** Whether a part may be kept as it is until it is joined: it pins next to nothing besides itself. */
  keepsPart(bytes: Uint8Array): boolean {
    return this.#keeps(bytes, bytes.length / 16);
  }

  /** Small ones never: V8 makes their buffer only when asked for it, which costs 280 ns, the copy 50. */
  #keeps(bytes: Uint8Array, maxPinnedBytes: number): bytes is Uint8Array<ArrayBuffer> {
    if (!this.#ownsInput || bytes.length <= heapBytes || bytes.constructor !== Uint8Array) return false;
    const { buffer } = bytes;
    return buffer instanceof ArrayBuffer && buffer.byteLength - bytes.length <= maxPinnedBytes;
  }
}

/** Engines have strings of some 2^29 units at most. */
function textTooBig(): WebSocketError {
  return violation(CloseCode.MessageTooBig, 'RFC 6455 §10.4', 'message too big');
}

function text(data: string, last: boolean): TextMessage {
  return { type: 'text', data, last };
}

function binary(data: Uint8Array<ArrayBuffer>, last: boolean): BinaryMessage {
  return { type: 'binary', data, last };
}
