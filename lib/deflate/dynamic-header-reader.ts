// Reads the header of a dynamic block, and builds its tables (RFC 1951 §3.2.7).

import { type BitReader, corrupt } from './bit-reader.ts';
import { fillCodeTable } from './code-table.ts';
import { distanceEntries, distanceRootBits, literalEntries, literalRootBits } from './fixed-tables.ts';
import { codeLengthOrder, distanceSymbols, endOfBlock, literalSymbols } from './symbols.ts';

/** The sizes of the largest tables: zlib's `enough` computes them for 286 symbols at 9 bits, and for 30 at 6. */
const literalTableSize = 852;
const distanceTableSize = 592;

const lengthRootBits = 7;
const lengthEntries = Int32Array.from({ length: 19 }, (_, symbol) => symbol << 8);

const repeat = 16;
const fewZeros = 17;

/** The memory of a {@link DynamicHeaderReader} in bytes. */
export const dynamicHeaderReaderBytes: number =
  4 * (literalTableSize + distanceTableSize + (1 << lengthRootBits)) + 335;

/** Reads headers. It is reused for many blocks, and has the tables of the last one. */
export class DynamicHeaderReader {
  readonly literals: Int32Array = new Int32Array(literalTableSize);
  readonly distances: Int32Array = new Int32Array(distanceTableSize);
  readonly #lengthTable = new Int32Array(1 << lengthRootBits);
  readonly #lengthCodeLengths = new Uint8Array(19);
  readonly #lengths = new Uint8Array(literalSymbols + distanceSymbols);
  #step: 'counts' | 'code' | 'lengths' = 'counts';
  #literalCount = 0;
  #distanceCount = 0;
  #listed = 0;
  /** The number of lengths that have been read in this step. */
  #count = 0;
  /** The symbol whose extra bits have not arrived yet. */
  #symbol: number | undefined;

  /** Continues to read. Returns true when the tables are complete, false if the input ended before. */
  read(bits: BitReader): boolean {
    if (this.#step === 'counts' && !this.#readCounts(bits)) return false;
    if (this.#step === 'code' && !this.#readCode(bits)) return false;
    if (!this.#readLengths(bits)) return false;
    this.#step = 'counts';
    this.#fillTables();
    return true;
  }

  #readCounts(bits: BitReader): boolean {
    if (!bits.need(14)) return false;
    this.#literalCount = 257 + bits.take(5);
    this.#distanceCount = 1 + bits.take(5);
    this.#listed = 4 + bits.take(4);
    if (this.#literalCount > literalSymbols || this.#distanceCount > distanceSymbols) {
      throw corrupt('too many symbols');
    }
    this.#lengthCodeLengths.fill(0);
    this.#count = 0;
    this.#step = 'code';
    return true;
  }

  #readCode(bits: BitReader): boolean {
    for (; this.#count < this.#listed; this.#count++) {
      if (!bits.need(3)) return false;
      this.#lengthCodeLengths[codeLengthOrder[this.#count]!] = bits.take(3);
    }
    if (
      fillCodeTable(this.#lengthTable, lengthRootBits, this.#lengthCodeLengths, lengthEntries) !== 'complete'
    ) {
      throw corrupt('invalid code of code lengths');
    }
    this.#count = 0;
    this.#step = 'lengths';
    return true;
  }

  #readLengths(bits: BitReader): boolean {
    const total = this.#literalCount + this.#distanceCount;
    while (this.#count < total) {
      this.#symbol ??= this.#readSymbol(bits);
      if (this.#symbol === undefined || !this.#place(this.#symbol, bits, total)) return false;
      this.#symbol = undefined;
    }
    return true;
  }

  #readSymbol(bits: BitReader): number | undefined {
    const entry = bits.code(this.#lengthTable, lengthRootBits);
    return entry === undefined ? undefined : entry >> 8;
  }

  #place(symbol: number, bits: BitReader, total: number): boolean {
    if (symbol < repeat) {
      this.#lengths[this.#count++] = symbol;
      return true;
    }
    const extra = symbol === repeat ? 2 : symbol === fewZeros ? 3 : 7;
    if (!bits.need(extra)) return false;
    const end = this.#count + bits.take(extra) + (extra === 7 ? 11 : 3);
    if (end > total) throw corrupt('too many code lengths');
    if (symbol === repeat && this.#count === 0) throw corrupt('no code length to repeat');
    this.#lengths.fill(symbol === repeat ? this.#lengths[this.#count - 1]! : 0, this.#count, end);
    this.#count = end;
    return true;
  }

  #fillTables(): void {
    const literals = this.#lengths.subarray(0, this.#literalCount);
    const distances = this.#lengths.subarray(this.#literalCount, this.#literalCount + this.#distanceCount);
    if (literals[endOfBlock] === 0) throw corrupt('no code for the end of the block');
    const shape = fillCodeTable(this.literals, literalRootBits, literals, literalEntries);
    if (shape === 'incomplete' || shape === 'over-subscribed') throw corrupt('invalid code of literals');
    const distanceShape = fillCodeTable(this.distances, distanceRootBits, distances, distanceEntries);
    if (distanceShape === 'incomplete' || distanceShape === 'over-subscribed') {
      throw corrupt('invalid code of distances');
    }
  }
}
