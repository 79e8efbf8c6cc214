// The two ways in which the bytes of data messages become events: whole messages, or parts of them. RFC 6455 §5.6,
// 8.1. Knows nothing of frames or of compression.

import { budgetBytes } from '../base/budget.ts';
import { CloseCode } from '../base/close-code.ts';
import { violation, type WebSocketError } from '../base/websocket-error.ts';
import { type Allocate, ByteCollector } from '../bytes/byte-collector.ts';
import { heapBytes, Slab, slabBytes } from '../bytes/slab.ts';
import { StringCollector, Utf8Decoder } from '../bytes/utf8-decoder.ts';
import type { BinaryMessage, TextMessage } from './event.ts';

type Data = TextMessage | BinaryMessage;

/** Bytes of a data message, as they come. */
export interface Piece {
  readonly type: 'text' | 'binary';
  readonly bytes: Uint8Array;
  readonly first: boolean;
  readonly last: boolean;
  /** The length of the whole message as far as it is known. */
  readonly expectedBytes: number;
  /** Whether the bytes stay valid only until the call returns, as those that an inflater gives. */
  readonly borrowed: boolean;
}

/** Turns pieces into events. */
export interface Delivery {
  /**
   * The event that the piece completes, if any. The work is in proportion to the piece, unless that is kept.
   *
   * @throws WebSocketError 1007 at the earliest byte that is not UTF-8
   */
  deliver(piece: Piece): Data | undefined;
  /** The event for a message that is one piece, not borrowed. Throws as `deliver`. */
  deliverWhole(type: 'text' | 'binary', bytes: Uint8Array): Data;
  /** Whether the bytes of a piece of a binary message, not borrowed, are delivered as they are, without any work on them. */
  keeps(bytes: Uint8Array, whole: boolean): boolean;
  /** Whether the last piece has come of a message that is so large that `finish` has to join it. */
  readonly unfinished: boolean;
  /** Goes on with joining the unfinished message: the event, or `undefined` while it is still unfinished. */
  finish(): BinaryMessage | undefined;
}

/** One event a message. */
export class WholeDelivery implements Delivery {
  readonly #memory: DeliveredMemory;
  readonly #allocate: Allocate | undefined;
  #text: ValidText | undefined;
  /** What has come of a message. Few connections ever get one in parts. */
  #characters: StringCollector | undefined;
  #bytes: ByteCollector | undefined;
  #unfinished = false;

  constructor(memory: DeliveredMemory, allocate?: Allocate) {
    this.#memory = memory;
    this.#allocate = allocate;
  }

  deliverWhole(type: 'text' | 'binary', bytes: Uint8Array): Data {
    if (type === 'binary') return binary(this.#memory.own(bytes), true);
    this.#text ??= new ValidText();
    return text(this.#text.decode(bytes), true);
  }

  deliver(piece: Piece): Data | undefined {
    const { type, bytes, first, last } = piece;
    if (first && last && !piece.borrowed) return this.deliverWhole(type, bytes);
    if (type === 'text') return this.#deliverText(bytes, last);
    this.#appendBytes(piece);
    return last ? this.finish() : undefined;
  }

  keeps(bytes: Uint8Array, whole: boolean): boolean {
    return whole && this.#memory.keeps(bytes);
  }

  get unfinished(): boolean {
    return this.#unfinished;
  }

  finish(): BinaryMessage | undefined {
    const bytes = this.#bytes!;
    this.#unfinished = !bytes.join(budgetBytes);
    return this.#unfinished ? undefined : binary(bytes.take(), true);
  }

  #deliverText(bytes: Uint8Array, last: boolean): TextMessage | undefined {
    this.#text ??= new ValidText();
    this.#characters ??= new StringCollector();
    const part = this.#text.decodePart(bytes, last);
    try {
      this.#characters.append(part);
    } catch {
      throw textTooBig();
    }
    return last ? text(this.#characters.take(), true) : undefined;
  }

  #appendBytes({ bytes, expectedBytes, borrowed }: Piece): void {
    this.#bytes ??= new ByteCollector(this.#allocate);
    if (!borrowed && this.#memory.keepsPart(bytes)) this.#bytes.appendOurs(bytes, expectedBytes);
    else this.#bytes.append(bytes, expectedBytes);
  }
}

/** An event for each piece that says anything; the last of a message may be empty. */
export class PartDelivery implements Delivery {
  readonly unfinished: boolean = false;
  readonly #memory: DeliveredMemory;
  #text: ValidText | undefined;

  constructor(memory: DeliveredMemory) {
    this.#memory = memory;
  }

  deliverWhole(type: 'text' | 'binary', bytes: Uint8Array): Data {
    if (type === 'binary') return binary(this.#memory.own(bytes), true);
    this.#text ??= new ValidText();
    return text(this.#text.decode(bytes), true);
  }

  deliver({ type, bytes, last, borrowed }: Piece): Data | undefined {
    if (type === 'text') {
      this.#text ??= new ValidText();
      const characters = this.#text.decodePart(bytes, last);
      return characters !== '' || last ? text(characters, last) : undefined;
    }
    if (bytes.length === 0 && !last) return undefined;
    return binary(borrowed ? this.#memory.copy(bytes) : this.#memory.own(bytes), last);
  }

  keeps(bytes: Uint8Array): boolean {
    return this.#memory.keeps(bytes);
  }

  finish(): undefined {}
}

/** Text that is checked as it comes. */
class ValidText {
  readonly #utf8 = new Utf8Decoder();

  decode(bytes: Uint8Array): string {
    try {
      return this.#utf8.decode(bytes);
    } catch (error) {
      throw invalidText(error);
    }
  }

  decodePart(bytes: Uint8Array, last: boolean): string {
    try {
      return this.#utf8.decodePart(bytes, last);
    } catch (error) {
      throw invalidText(error);
    }
  }
}

function invalidText(error: unknown): WebSocketError {
  // By its name: it may be of another realm.
  if ((error as Error).name !== 'TypeError') return textTooBig();
  return violation(CloseCode.InvalidFramePayloadData, 'RFC 6455 §8.1', 'text is not UTF-8');
}

/** Where the octets live that are delivered: they never change afterwards. */
export class DeliveredMemory {
  #slab: Slab | undefined;
  readonly #ownsInput: boolean;
  readonly #maxPinnedBytes: number | undefined;

  /**
   * @param ownsInput - whether what comes in is ours to keep
   * @param maxPinnedBytes - how many octets an array may keep in memory besides its own; 0: each can be transferred.
   *   Default: 8,192, and as many of what came in as it has itself.
   */
  constructor(ownsInput: boolean, maxPinnedBytes?: number) {
    this.#ownsInput = ownsInput;
    this.#maxPinnedBytes = maxPinnedBytes;
  }

  /** The octets themselves where that is sound, a copy elsewhere. Copies share memory with nothing but one another. */
  own(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
    return this.keeps(bytes) ? bytes : this.copy(bytes);
  }

  /** A copy of the bytes. */
  copy(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
    if ((this.#maxPinnedBytes ?? slabBytes) < slabBytes) return new Uint8Array(bytes);
    return (this.#slab ??= new Slab()).copy(bytes);
  }

  /** Whether `own` gives the bytes themselves. */
  keeps(bytes: Uint8Array): bytes is Uint8Array<ArrayBuffer> {
    return this.#keeps(bytes, this.#maxPinnedBytes ?? Math.min(bytes.length, slabBytes));
  }

  /** The octets in a buffer of their own: what is dropped should not lie among what is held. */
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
