// Bytes in, bits and codes out (RFC 1951 §3.1.1), as far as they are at hand.

import { CloseCode } from '../base/close-code.ts';
import { violation, type WebSocketError } from '../base/websocket-error.ts';
import { linkEntry } from './code-table.ts';

const none = new Uint8Array(0);

/** The fields are open for the one loop that needs them in registers; everything else goes through the methods. */
export class BitReader {
  input: Uint8Array = none;
  /** Index of the next byte of `input`. */
  at = 0;
  /** Bits that were read and not yet taken, the next one lowest; those above the first `bits` are zero. */
  hold = 0;
  bits = 0;

  /** Takes more input, once `need` or `code` has asked for it. */
  write(input: Uint8Array): void {
    this.input = input;
    this.at = 0;
  }

  /** Whether the next `count` bits, 16 at most, are at hand. */
  need(count: number): boolean {
    while (this.bits < count) if (!this.#pull()) return false;
    return true;
  }

  /** The next `count` bits, which must be at hand. */
  take(count: number): number {
    const value = this.hold & ((1 << count) - 1);
    this.hold >>>= count;
    this.bits -= count;
    return value;
  }

  /** Goes on to the next whole byte. */
  align(): void {
    this.take(this.bits & 7);
  }

  /** The entry of the next code in a table that `fillCodeTable` filled; undefined: the input ends inside it. */
  code(table: Int32Array, rootBits: number): number | undefined {
    for (;;) {
      let entry = table[this.hold & ((1 << rootBits) - 1)]!;
      let length = entry & 15;
      if ((entry & linkEntry) !== 0) {
        const second = (this.hold >> rootBits) & ((1 << ((entry >> 4) & 15)) - 1);
        entry = table[((entry >> 8) & 0xffff) + second]!;
        length += entry & 15;
      }
      if (length <= this.bits && this.bits > 0) {
        if (length === 0) throw corrupt('no such code');
        this.take(length);
        return entry;
      }
      if (!this.#pull()) return undefined;
    }
  }

  #pull(): boolean {
    if (this.at === this.input.length) return false;
    this.hold |= this.input[this.at++]! << this.bits;
    this.bits += 8;
    return true;
  }
}

/** The error for data that no compressor writes. */
export function corrupt(detail: string): WebSocketError {
  return violation(CloseCode.InvalidFramePayloadData, 'RFC 1951 §3.2', 'corrupt compressed data', detail);
}
