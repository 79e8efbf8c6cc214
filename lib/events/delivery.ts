// Delivers the bytes of data messages as events: as whole messages, or in parts. RFC 6455 §5.6, 8.1. It knows nothing of
// frames or compression.

import { budgetBytes } from '../base/budget.ts';
import { CloseCode } from '../base/close-code.ts';
import { described } from '../base/described.ts';
import { violation, type WebSocketError } from '../base/websocket-error.ts';
import { type Allocate, ByteCollector } from '../bytes/byte-collector.ts';
import { heapBytes, Slab, slabBytes } from '../bytes/slab.ts';
import { StringCollector, Utf8Decoder } from '../bytes/utf8-decoder.ts';
import type { BinaryMessage, TextMessage } from './event.ts';

/** Some bytes of a data message. */
export interface Piece {
  readonly type: 'text' | 'binary';
  readonly bytes: Uint8Array;
  readonly first: boolean;
  readonly last: boolean;
  /** The length of the whole message, as far as it is known. */
  readonly expectedBytes: number;
}

/** A converter of pieces to events. */
export interface Delivery {
  /**
   * Returns the event that the piece completes, if any. The work is proportional to the piece, or constant if it is kept.
   *
   * @throws WebSocketError 1007 at the first byte that is not UTF-8
   */
  deliver(piece: Piece): TextMessage | BinaryMessage | undefined;
  /** Whether the bytes of the piece are delivered without a copy or other work. */
  keeps(piece: Piece): boolean;
  /** Whether all pieces of a message have been delivered, but it is so large that `finish` has to join it. */
  readonly unfinished: boolean;
  /** Continues to join an unfinished message. Returns its event, or `undefined` if it is still unfinished. */
  finish(): BinaryMessage | undefined;
}

/** Delivers one event for each message. */
export class WholeDelivery implements Delivery {
  readonly #memory: DeliveredMemory;
  readonly #allocate: Allocate | undefined;
  /** Created for the first text. */
  #utf8: Utf8Decoder | undefined;
  /** The collectors are created for the first message that arrives in pieces. */
  #characters: StringCollector | undefined;
  #bytes: ByteCollector | undefined;
  #unfinished = false;

  constructor(memory: DeliveredMemory, allocate?: Allocate) {
    this.#memory = memory;
    this.#allocate = allocate;
  }

  deliver(piece: Piece): TextMessage | BinaryMessage | undefined {
    if (piece.type === 'text') {
      this.#utf8 ??= new Utf8Decoder();
      const decoded = decodeValid(this.#utf8, piece);
      if (piece.first && piece.last) return text(decoded, true);
      const characters = this.#appendCharacters(decoded);
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
    this.#bytes ??= new ByteCollector(this.#allocate && checkedAllocate(this.#allocate));
    if (this.#memory.keepsPart(bytes)) this.#bytes.appendOwned(bytes, expectedBytes);
    else this.#bytes.append(bytes, expectedBytes);
    return this.#bytes;
  }
}

/** Delivers an event for each piece that yields data. The last event of a message may be empty. */
export class PartDelivery implements Delivery {
  readonly unfinished: boolean = false;
  readonly #utf8 = new Utf8Decoder();
  readonly #memory: DeliveredMemory;

  constructor(memory: DeliveredMemory) {
    this.#memory = memory;
  }

  deliver(piece: Piece): TextMessage | BinaryMessage | undefined {
    if (piece.type === 'text') {
      const characters = decodeValid(this.#utf8, piece);
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

/** Decodes and validates a piece of text as it arrives. */
function decodeValid(utf8: Utf8Decoder, { bytes, first, last }: Piece): string {
  try {
    return first && last ? utf8.decode(bytes) : utf8.decodePart(bytes, last);
  } catch (error) {
    // Check the name, because the error may be of another realm.
    if ((error as Error).name !== 'TypeError') throw textTooBig();
    throw violation(CloseCode.InvalidFramePayloadData, 'RFC 6455 §8.1', 'text is not UTF-8');
  }
}

/** Decides which delivered bytes are copied. They never change after delivery. */
export class DeliveredMemory {
  /** Created for the first copy. */
  #slab: Slab | undefined;
  readonly #ownsInput: boolean;
  readonly #maxPinnedBytes: number | undefined;

  /**
   * @param ownsInput - whether the input may be kept
   * @param maxPinnedBytes - the most bytes that an array may keep in memory besides its own; 0: each array can be
   *   transferred. Default: 8,192, and of the input no more than the length of the array.
   */
  constructor(ownsInput: boolean, maxPinnedBytes?: number) {
    this.#ownsInput = ownsInput;
    this.#maxPinnedBytes = maxPinnedBytes;
  }

  /** Returns the bytes themselves if they may be kept, otherwise a copy. Copies may share a buffer. */
  own(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
    if (this.keeps(bytes)) return bytes;
    if ((this.#maxPinnedBytes ?? slabBytes) < slabBytes) return new Uint8Array(bytes);
    this.#slab ??= new Slab();
    return this.#slab.copy(bytes);
  }

  /** Whether `own` returns the bytes themselves. */
  keeps(bytes: Uint8Array): bytes is Uint8Array<ArrayBuffer> {
    return this.#keeps(bytes, this.#maxPinnedBytes ?? Math.min(bytes.length, slabBytes));
  }

  /** Returns the bytes in a buffer of their own, so that they can be dropped without pinning others. */
  isolate(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
    return this.#keeps(bytes, 0) ? bytes : new Uint8Array(bytes);
  }

  /** Whether a part may be kept until it is joined with others, because it pins little memory besides itself. */
  keepsPart(bytes: Uint8Array): boolean {
    return this.#keeps(bytes, bytes.length / 16);
  }

  /** Small arrays are always copied: V8 creates their buffer on first access, which costs 280 ns, and the copy 50 (Node 20). */
  #keeps(bytes: Uint8Array, maxPinnedBytes: number): bytes is Uint8Array<ArrayBuffer> {
    if (!this.#ownsInput || bytes.length <= heapBytes || bytes.constructor !== Uint8Array) return false;
    const { buffer } = bytes;
    return buffer instanceof ArrayBuffer && buffer.byteLength - bytes.length <= maxPinnedBytes;
  }
}

/** Returns the error for text that exceeds the engine's longest string, about 2^29 units. */
function textTooBig(): WebSocketError {
  const detail = 'longer than a string of this engine can be';
  return violation(CloseCode.MessageTooBig, 'RFC 6455 §10.4', 'message too big', detail);
}

function text(data: string, last: boolean): TextMessage {
  return { type: 'text', data, last };
}

function binary(data: Uint8Array<ArrayBuffer>, last: boolean): BinaryMessage {
  return { type: 'binary', data, last };
}

/** Returns a function that throws a TypeError if `allocate` returns anything but a buffer of the requested length. */
function checkedAllocate(allocate: Allocate): Allocate {
  return byteLength => {
    const buffer = allocate(byteLength);
    if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) return buffer;
    const got = buffer instanceof ArrayBuffer ? `${buffer.byteLength} bytes` : described(buffer);
    throw new TypeError(`allocate must return an ArrayBuffer of ${byteLength} bytes (got ${got})`);
  };
}
