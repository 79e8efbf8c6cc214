// A codec that is no compression: every octet inverted, in pieces of at most four or so many, all lent out of one array.

import { violation } from '../../lib/base/websocket-error.ts';
import type { MessageDeflater, MessageInflater } from '../../lib/deflate/codec.ts';

/** What both do. */
class Inverter {
  readonly #lent: Uint8Array;
  #rest = new Uint8Array(0);
  /** What was written, as `hex` or `hex.` where that ended a message. */
  readonly written: string[] = [];

  constructor(pieceBytes = 4) {
    this.#lent = new Uint8Array(pieceBytes);
  }

  write(data: Uint8Array, last: boolean): void {
    if (this.#rest.length > 0) throw new Error('written to before it was drained');
    this.written.push(`${Buffer.from(data).toString('hex')}${last ? '.' : ''}`);
    this.#rest = new Uint8Array(data);
  }

  read(): Uint8Array | undefined {
    this.#lent.fill(0xee);
    if (this.#rest.length === 0) return undefined;
    const piece = this.#lent.subarray(0, Math.min(this.#lent.length, this.#rest.length));
    for (let i = 0; i < piece.length; i++) piece[i] = this.#rest[i]! ^ 0xff;
    this.#rest = this.#rest.subarray(piece.length);
    return piece;
  }
}

/** With `corrupts` an octet of `ff` is corrupt. */
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

/** With `holdsBack` it gives nothing before the end of a message, as a compressor that gathers does. */
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
