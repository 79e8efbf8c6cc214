// A codec that inverts every byte instead of compressing. Its pieces are views of one array, of at most four bytes by default.

import { violation } from '../../lib/base/websocket-error.ts';
import type { MessageDeflater, MessageInflater } from '../../lib/deflate/codec.ts';
import { utf8 } from './utf8.ts';

/** Returns the bytes that the codec makes of a text, and makes the text of. */
export function inverted(text: string): Uint8Array {
  return utf8(text).map(byte => byte ^ 0xff);
}

/** The part that inflater and deflater share. */
class Inverter {
  readonly #piece: Uint8Array;
  #rest = new Uint8Array(0);
  /** The written parts as hex, with a dot after the last part of a message. */
  readonly written: string[] = [];

  constructor(pieceBytes = 4) {
    this.#piece = new Uint8Array(pieceBytes);
  }

  write(data: Uint8Array, last: boolean): void {
    if (this.#rest.length > 0) throw new Error('write() was called before all output was read');
    this.written.push(`${Buffer.from(data).toString('hex')}${last ? '.' : ''}`);
    this.#rest = new Uint8Array(data);
  }

  read(): Uint8Array | undefined {
    this.#piece.fill(0xee);
    if (this.#rest.length === 0) return undefined;
    const piece = this.#piece.subarray(0, Math.min(this.#piece.length, this.#rest.length));
    for (let i = 0; i < piece.length; i++) piece[i] = this.#rest[i]! ^ 0xff;
    this.#rest = this.#rest.subarray(piece.length);
    return piece;
  }
}

/** An inflater that rejects the byte `ff` if `corrupts` is true. */
export class FakeInflater extends Inverter implements MessageInflater {
  readonly #corrupts: boolean;

  constructor(corrupts = false, pieceBytes = 4) {
    super(pieceBytes);
    this.#corrupts = corrupts;
  }

  override read(): Uint8Array | undefined {
    const piece = super.read();
    if (this.#corrupts && piece?.includes(0)) throw violation(1007, 'RFC 7692 §7.2.2', 'corrupt');
    return piece;
  }
}

/** A deflater whose output for any input has that many pieces of 1 KiB, each of the same byte. */
export function slowDeflater(pieces: number, byte = 0): MessageDeflater {
  let left = 0;
  return {
    write: () => {
      left = pieces;
    },
    read: () => (left-- > 0 ? new Uint8Array(1024).fill(byte) : undefined),
    reset() {},
  };
}

/** A deflater that gives nothing before the end of a message if `holdsBack` is true, like a compressor that buffers. */
export class FakeDeflater implements MessageDeflater {
  readonly #inverter = new Inverter();
  readonly #holdsBack: boolean;
  #held = new Uint8Array(0);

  constructor(holdsBack = false) {
    this.#holdsBack = holdsBack;
  }

  get written(): readonly string[] {
    return this.#inverter.written;
  }

  write(data: Uint8Array, last: boolean): void {
    const all = new Uint8Array([...this.#held, ...data]);
    this.#held = this.#holdsBack && !last ? all : new Uint8Array(0);
    this.#inverter.write(this.#holdsBack && !last ? new Uint8Array(0) : all, last);
  }

  read(): Uint8Array | undefined {
    return this.#inverter.read();
  }

  reset(): void {
    this.#inverter.written.push('reset');
  }
}
