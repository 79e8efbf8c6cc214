// Reads bits and codes from bytes (RFC 1951 §3.1.1), as far as they have arrived.

import { CloseCode } from '../base/close-code.ts';
import { violation, type WebSocketError } from '../base/websocket-error.ts';
import { linkEntry } from './code-table.ts';

const none = new Uint8Array(0);

/** A reader of bits. Its fields are public for the one loop that needs them in registers; all others use the methods. */
export class BitReader {
  input: Uint8Array = none;
  /** Index of the next byte of `input`. */
  at = 0;
  /** Bits that were read from `input` and not taken yet, the next one lowest; those above the first `bits` are zero. */
  hold = 0;
  bits = 0;

  /** Replaces the input. Call it when `need` or `code` has run out of input. */
  write(input: Uint8Array): void {
    this.input = input;
    this.at = 0;
  }

  /** Returns whether the next `count` bits are available, at most 16. */
  need(count: number): boolean {
    while (this.bits < count) if (!this.#pull()) return false;
    return true;
  }

  /** Takes the next `count` bits, which must be available. */
  take(count: number): number {
    const value = this.hold & ((1 << count) - 1);
    this.hold >>>= count;
    this.bits -= count;
    return value;
  }

  /** Skips to the next whole byte. */
  align(): void {
    this.take(this.bits & 7);
  }

  /** Takes the next code, and returns its entry in a table of `fillCodeTable`; `undefined` if the input ends inside it. */
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
        if (length === 0) throw corrupt('undefined code');
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

/** Returns the error for invalid DEFLATE data. */
export function corrupt(detail: string): WebSocketError {
  return violation(CloseCode.InvalidFramePayloadData, 'RFC 1951 §3.2', 'corrupt compressed data', detail);
}
