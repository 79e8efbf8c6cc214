// DEFLATE blocks in, octets out (RFC 1951), resumable at every octet on both sides. Knows nothing of messages.

import { CloseCode } from '../base/close-code.ts';
import { violation, type WebSocketError } from '../base/websocket-error.ts';
import type { CodeShape } from './canonical-codes.ts';
import { endEntry, fillCodeTable, invalidEntry, linkEntry, literalEntry } from './code-table.ts';
import {
  codeLengthOrder,
  distanceBase,
  distanceExtra,
  endOfBlock,
  fixedDistanceLengths,
  fixedLiteralLengths,
  lengthBase,
  lengthExtra,
  longestMatch,
} from './symbols.ts';

/** What comes next in the stream, or goes next to the output. */
const Step = {
  Header: 0,
  StoredLength: 1,
  StoredCheck: 2,
  Stored: 3,
  Counts: 4,
  LengthCode: 5,
  Lengths: 6,
  Symbol: 7,
  LengthExtra: 8,
  Distance: 9,
  DistanceExtra: 10,
  Copy: 11,
} as const;
type Step = (typeof Step)[keyof typeof Step];

const literalRootBits = 9;
const distanceRootBits = 6;
const lengthRootBits = 7;

/** Entries of the largest tables: what zlib's `enough` computes for 286 symbols at 9 bits and 30 at 6. */
const literalTableSize = 852;
const distanceTableSize = 592;

const literalEntries = Int32Array.from({ length: 288 }, (_, symbol) => {
  if (symbol < endOfBlock) return literalEntry | (symbol << 8);
  if (symbol === endOfBlock) return endEntry;
  if (symbol > 285) return invalidEntry;
  return (lengthBase[symbol - 257]! << 8) | (lengthExtra[symbol - 257]! << 4);
});
const distanceEntries = Int32Array.from({ length: 32 }, (_, symbol) =>
  symbol < 30 ? (distanceBase[symbol]! << 8) | (distanceExtra[symbol]! << 4) : invalidEntry,
);
const lengthEntries = Int32Array.from({ length: 19 }, (_, symbol) => symbol << 8);

const fixedLiterals = new Int32Array(1 << literalRootBits);
const fixedDistances = new Int32Array(1 << distanceRootBits);
fillCodeTable(fixedLiterals, literalRootBits, fixedLiteralLengths, literalEntries);
fillCodeTable(fixedDistances, distanceRootBits, fixedDistanceLengths, distanceEntries);

const none = new Uint8Array(0);

/** What a dynamic block needs; made for the first one. */
class DynamicCodes {
  readonly literals: Int32Array = new Int32Array(literalTableSize);
  readonly distances: Int32Array = new Int32Array(distanceTableSize);
  readonly lengthCode: Int32Array = new Int32Array(1 << lengthRootBits);
  readonly codeLengths: Uint8Array = new Uint8Array(19);
  readonly lengths: Uint8Array = new Uint8Array(286 + 30);
  literalCount = 0;
  distanceCount = 0;
  codeLengthCount = 0;
}

export class BlockReader {
  readonly #windowSize: number;
  #out: Uint8Array = none;
  #to = 0;
  #input: Uint8Array = none;
  #at = 0;
  #end = 0;
  #hold = 0;
  #bits = 0;
  #step: Step = Step.Header;
  #atEmptyStored = false;
  #final = false;
  #literals: Int32Array = fixedLiterals;
  #distances: Int32Array = fixedDistances;
  #dynamic: DynamicCodes | undefined;
  #length = 0;
  #distance = 0;
  #count = 0;

  constructor(windowBits: number) {
    this.#windowSize = 1 << windowBits;
  }

  /** Whether the input ended right behind an empty stored block. */
  get atEmptyStoredBlock(): boolean {
    return this.#step === Step.Header && this.#atEmptyStored && this.#bits === 0;
  }

  /** Empties the window. */
  reset(): void {
    this.#to = 0;
  }

  /** Takes more input, after `read` has returned an empty piece. */
  write(input: Uint8Array): void {
    this.#input = input;
    this.#at = 0;
    this.#end = input.length;
  }

  /** The next piece of output, `maxBytes` at most, lent until the next call; an empty one: wants more input. */
  read(maxBytes: number): Uint8Array {
    this.#makeRoom();
    const from = this.#to;
    const stop = Math.min(this.#out.length - longestMatch, from + maxBytes);
    this.#run(stop);
    return this.#out.subarray(from, this.#to);
  }

  #makeRoom(): void {
    const windowSize = this.#windowSize;
    const largest = windowSize + 32768 + longestMatch;
    const out = this.#out;
    if (out.length - this.#to >= 4096 + longestMatch) return;
    if (out.length < largest) {
      this.#out = new Uint8Array(Math.min(largest, Math.max(8192 + longestMatch, out.length * 2)));
      this.#out.set(out.subarray(0, this.#to));
    } else {
      const start = this.#to - windowSize;
      out.copyWithin(0, start, this.#to);
      this.#to = windowSize;
    }
  }

  /** Whether the next `count` bits (16 at most) are at hand. */
  #need(count: number): boolean {
    while (this.#bits < count) {
      if (this.#at === this.#end) return false;
      this.#hold |= this.#input[this.#at++]! << this.#bits;
      this.#bits += 8;
    }
    return true;
  }

  #take(count: number): number {
    const value = this.#hold & ((1 << count) - 1);
    this.#hold >>>= count;
    this.#bits -= count;
    return value;
  }

  /** The entry of the next code, or -1: the input ends inside it. */
  #code(table: Int32Array, rootBits: number): number {
    for (;;) {
      let entry = table[this.#hold & ((1 << rootBits) - 1)]!;
      let used = entry & 15;
      if ((entry & linkEntry) !== 0) {
        entry =
          table[((entry >> 8) & 0xffff) + ((this.#hold >> rootBits) & ((1 << ((entry >> 4) & 15)) - 1))]!;
        used = rootBits + (entry & 15);
      }
      if (used <= this.#bits && this.#bits > 0) {
        if (entry === 0) throw corrupt('invalid code');
        this.#take(used);
        return entry;
      }
      if (this.#at === this.#end) return -1;
      this.#hold |= this.#input[this.#at++]! << this.#bits;
      this.#bits += 8;
    }
  }

  #run(stop: number): void {
    for (;;) {
      switch (this.#step) {
        case Step.Header: {
          if (this.#final) {
            this.#take(this.#bits & 7);
            this.#final = false;
          }
          if (!this.#need(3)) return;
          this.#final = this.#take(1) === 1;
          this.#beginBlock(this.#take(2));
          break;
        }
        case Step.StoredLength:
          if (!this.#need(16)) return;
          this.#length = this.#take(16);
          this.#step = Step.StoredCheck;
          break;
        case Step.StoredCheck:
          if (!this.#need(16)) return;
          if ((this.#take(16) ^ this.#length) !== 0xffff) throw corrupt('invalid stored block length');
          this.#atEmptyStored = this.#length === 0;
          this.#step = Step.Stored;
          break;
        case Step.Stored: {
          const count = Math.min(this.#length, this.#end - this.#at, stop - this.#to);
          this.#out.set(this.#input.subarray(this.#at, this.#at + count), this.#to);
          this.#at += count;
          this.#to += count;
          this.#length -= count;
          if (this.#length > 0) return;
          this.#step = Step.Header;
          break;
        }
        case Step.Counts:
        case Step.LengthCode:
        case Step.Lengths:
          if (!this.#readDynamicHeader(this.#dynamic!)) return;
          break;
        case Step.Symbol: {
          this.#runQuickly(stop);
          if (this.#step !== Step.Symbol) break;
          if (this.#to >= stop) return;
          const entry = this.#code(this.#literals, literalRootBits);
          if (entry < 0) return;
          if ((entry & literalEntry) !== 0) this.#out[this.#to++] = (entry >> 8) & 0xff;
          else if ((entry & endEntry) !== 0) this.#step = Step.Header;
          else {
            if ((entry & invalidEntry) !== 0) throw corrupt('invalid length');
            this.#length = (entry >> 8) & 0xffff;
            this.#count = (entry >> 4) & 15;
            this.#step = Step.LengthExtra;
          }
          break;
        }
        case Step.LengthExtra:
          if (!this.#need(this.#count)) return;
          this.#length += this.#take(this.#count);
          this.#step = Step.Distance;
          break;
        case Step.Distance: {
          const entry = this.#code(this.#distances, distanceRootBits);
          if (entry < 0) return;
          if ((entry & invalidEntry) !== 0) throw corrupt('invalid distance');
          this.#distance = (entry >> 8) & 0xffff;
          this.#count = (entry >> 4) & 15;
          this.#step = Step.DistanceExtra;
          break;
        }
        case Step.DistanceExtra:
          if (!this.#need(this.#count)) return;
          this.#distance += this.#take(this.#count);
          if (this.#distance > this.#to || this.#distance > this.#windowSize)
            throw corrupt('invalid distance');
          this.#step = Step.Copy;
          break;
        case Step.Copy: {
          const out = this.#out;
          let to = this.#to;
          for (let left = Math.min(this.#length, stop - to); left > 0; left--, to++)
            out[to] = out[to - this.#distance]!;
          this.#length -= to - this.#to;
          this.#to = to;
          if (this.#length > 0) return;
          this.#step = Step.Symbol;
          break;
        }
      }
    }
  }

  #beginBlock(type: number): void {
    this.#atEmptyStored = false;
    if (type === 0) {
      this.#take(this.#bits & 7);
      this.#step = Step.StoredLength;
    } else if (type === 1) {
      this.#literals = fixedLiterals;
      this.#distances = fixedDistances;
      this.#step = Step.Symbol;
    } else if (type === 2) {
      this.#dynamic ??= new DynamicCodes();
      this.#step = Step.Counts;
    } else throw corrupt('invalid block type');
  }

  #readDynamicHeader(codes: DynamicCodes): boolean {
    if (this.#step === Step.Counts) {
      if (!this.#need(14)) return false;
      codes.literalCount = 257 + this.#take(5);
      codes.distanceCount = 1 + this.#take(5);
      codes.codeLengthCount = 4 + this.#take(4);
      if (codes.literalCount > 286 || codes.distanceCount > 30) throw corrupt('too many symbols');
      codes.codeLengths.fill(0);
      this.#count = 0;
      this.#step = Step.LengthCode;
    }
    if (this.#step === Step.LengthCode) {
      for (; this.#count < codes.codeLengthCount; this.#count++) {
        if (!this.#need(3)) return false;
        codes.codeLengths[codeLengthOrder[this.#count]!] = this.#take(3);
      }
      if (fillCodeTable(codes.lengthCode, lengthRootBits, codes.codeLengths, lengthEntries) !== 'complete')
        throw corrupt('invalid code lengths');
      this.#count = 0;
      this.#length = -1;
      this.#step = Step.Lengths;
    }
    const total = codes.literalCount + codes.distanceCount;
    const lengths = codes.lengths;
    while (this.#count < total) {
      if (this.#length < 0) {
        const entry = this.#code(codes.lengthCode, lengthRootBits);
        if (entry < 0) return false;
        this.#length = entry >> 8;
      }
      const symbol = this.#length;
      if (symbol < 16) lengths[this.#count++] = symbol;
      else {
        const extra = symbol === 16 ? 2 : symbol === 17 ? 3 : 7;
        if (!this.#need(extra)) return false;
        const times = this.#take(extra) + (symbol === 18 ? 11 : 3);
        if (this.#count + times > total || (symbol === 16 && this.#count === 0))
          throw corrupt('invalid repeat');
        const value = symbol === 16 ? lengths[this.#count - 1]! : 0;
        lengths.fill(value, this.#count, (this.#count += times));
      }
      this.#length = -1;
    }
    if (lengths[endOfBlock] === 0) throw corrupt('no end of block');
    const literals = lengths.subarray(0, codes.literalCount);
    const distances = lengths.subarray(codes.literalCount, total);
    if (
      !isCode(fillCodeTable(codes.literals, literalRootBits, literals, literalEntries)) ||
      !isCode(fillCodeTable(codes.distances, distanceRootBits, distances, distanceEntries))
    )
      throw corrupt('invalid code');
    this.#literals = codes.literals;
    this.#distances = codes.distances;
    this.#step = Step.Symbol;
    return true;
  }

  /** The same as the steps from `Symbol` on, while there is input and room for whole turns: ten times as fast. */
  #runQuickly(stop: number): void {
    const input = this.#input;
    const out = this.#out;
    const literals = this.#literals;
    const distances = this.#distances;
    const windowSize = this.#windowSize;
    const lastAt = this.#end - 10;
    const lastTo = stop - longestMatch;
    let at = this.#at;
    let to = this.#to;
    let hold = this.#hold;
    let bits = this.#bits;
    while (at <= lastAt && to <= lastTo) {
      if (bits < 15) {
        hold |= (input[at]! | (input[at + 1]! << 8)) << bits;
        at += 2;
        bits += 16;
      }
      let entry = literals[hold & ((1 << literalRootBits) - 1)]!;
      if ((entry & linkEntry) !== 0) {
        hold >>>= literalRootBits;
        bits -= literalRootBits;
        entry = literals[((entry >> 8) & 0xffff) + (hold & ((1 << ((entry >> 4) & 15)) - 1))]!;
      }
      hold >>>= entry & 15;
      bits -= entry & 15;
      if ((entry & literalEntry) !== 0) {
        out[to++] = entry >> 8;
        continue;
      }
      if ((entry & endEntry) !== 0) {
        this.#step = Step.Header;
        break;
      }
      if ((entry & 15) === 0 || (entry & invalidEntry) !== 0) throw corrupt('invalid code');
      if (bits < 15) {
        hold |= (input[at]! | (input[at + 1]! << 8)) << bits;
        at += 2;
        bits += 16;
      }
      let extra = (entry >> 4) & 15;
      const length = (entry >> 8) + (hold & ((1 << extra) - 1));
      hold >>>= extra;
      bits -= extra;
      if (bits < 15) {
        hold |= (input[at]! | (input[at + 1]! << 8)) << bits;
        at += 2;
        bits += 16;
      }
      entry = distances[hold & ((1 << distanceRootBits) - 1)]!;
      if ((entry & linkEntry) !== 0) {
        hold >>>= distanceRootBits;
        bits -= distanceRootBits;
        entry = distances[((entry >> 8) & 0xffff) + (hold & ((1 << ((entry >> 4) & 15)) - 1))]!;
      }
      hold >>>= entry & 15;
      bits -= entry & 15;
      if ((entry & 15) === 0 || (entry & invalidEntry) !== 0) throw corrupt('invalid code');
      if (bits < 15) {
        hold |= (input[at]! | (input[at + 1]! << 8)) << bits;
        at += 2;
        bits += 16;
      }
      extra = (entry >> 4) & 15;
      const distance = (entry >> 8) + (hold & ((1 << extra) - 1));
      hold >>>= extra;
      bits -= extra;
      if (distance > to || distance > windowSize) throw corrupt('invalid distance');
      for (const end = to + length; to < end; to++) out[to] = out[to - distance]!;
    }
    const unused = bits >> 3;
    this.#at = at - unused;
    this.#bits = bits & 7;
    this.#hold = hold & ((1 << this.#bits) - 1);
    this.#to = to;
  }
}

function corrupt(detail: string): WebSocketError {
  return violation(CloseCode.InvalidFramePayloadData, 'RFC 1951 §3.2', 'corrupt compressed data', detail);
}

function isCode(shape: CodeShape): boolean {
  return shape === 'complete' || shape === 'alone' || shape === 'empty';
}
