// Writes the symbols of a block as a stored, fixed or dynamic block, whichever is smallest (RFC 1951 §3.2.3).

import { assignCodes } from './canonical-codes.ts';
import { DynamicHeaderWriter } from './dynamic-header-writer.ts';
import type { SymbolBuffer } from './symbol-buffer.ts';
import {
  distanceExtra,
  distanceSymbols,
  endOfBlock,
  fixedDistanceLengths,
  fixedLiteralLengths,
  lengthExtra,
  literalSymbols,
} from './symbols.ts';

/** The most bytes of a block: 16,384 far matches take 31 bits each with fixed codes. */
const largestOutput = 65536;

/** The output of all writers. It is taken before anything else is written. */
const out = new Uint8Array(largestOutput);
const words = new DataView(out.buffer);

/** Use fixed codes below this many symbols: a dynamic header would cost more than it saves. */
const fewSymbols = 24;

/** The estimated bits of a distinct symbol in the header of a dynamic block, measured with text, HTML and JSON. */
const headerBitsPerSymbol = 7.5;

/** For each symbol its code; from bit 16 on the length of the code, from bit 20 on the number of extra bits after it. */
type Codes = Int32Array;

const codes = new Uint16Array(288);
const literalExtra = new Uint8Array(literalSymbols);
literalExtra.set(lengthExtra, 257);
const fixedLiteralCodes = pack(fixedLiteralLengths, literalExtra, new Int32Array(literalSymbols));
const fixedDistanceCodes = pack(fixedDistanceLengths, distanceExtra, new Int32Array(distanceSymbols));
const dynamicLiteralCodes = new Int32Array(literalSymbols);
const dynamicDistanceCodes = new Int32Array(distanceSymbols);
const dynamic = new DynamicHeaderWriter();

/** A table of `f * log2(f)`. */
const informationTable = Float64Array.from({ length: 256 }, (_, f) => (f < 2 ? 0 : f * Math.log2(f)));
const information = (f: number): number => (f < 256 ? informationTable[f]! : f * Math.log2(f));

/** Writes blocks into memory that all writers share. */
export class BlockWriter {
  #hold = 0;
  #bits = 0;
  #to = 0;

  /** Returns the complete bytes, valid until the next call of any writer. */
  take(): Uint8Array {
    const bytes = out.subarray(0, this.#to);
    this.#to = 0;
    return bytes;
  }

  /** Writes one block for `symbols`, which represent `length` bytes of `source` from `start` on. */
  write(symbols: SymbolBuffer, source: Uint8Array, start: number, length: number): void {
    const to = this.#to;
    const hold = this.#hold;
    const bits = this.#bits;
    symbols.literalFrequencies[endOfBlock] = 1;
    const choice = symbols.count < fewSymbols ? 'fixed' : bestChoice(symbols, length);
    if (choice === 'stored') return this.#writeStored(source, start, length);
    if (choice === 'dynamic') this.#writeDynamic(symbols);
    else this.#writeFixed(symbols);
    const storedEnd = to + ((bits + 3 + 7) >> 3) + 4 + length;
    if (this.#to < storedEnd) return;
    this.#to = to;
    this.#hold = hold;
    this.#bits = bits;
    this.#writeStored(source, start, length);
  }

  /** Ends a message with an empty stored block, without its last four bytes (RFC 7692 §7.2.1). */
  finish(): void {
    this.#put(0, 3);
    this.#align();
  }

  #writeStored(source: Uint8Array, start: number, length: number): void {
    this.#put(0, 3);
    this.#align();
    this.#put(length, 16);
    this.#put(length ^ 0xffff, 16);
    out.set(source.subarray(start, start + length), this.#to);
    this.#to += length;
  }

  #writeFixed(symbols: SymbolBuffer): void {
    this.#put(0b010, 3);
    this.#writeSymbols(symbols, fixedLiteralCodes, fixedDistanceCodes);
  }

  #writeDynamic(symbols: SymbolBuffer): void {
    dynamic.choose(symbols);
    this.#put(0b100, 3);
    dynamic.write((value, count) => this.#put(value, count));
    pack(dynamic.literals, literalExtra, dynamicLiteralCodes);
    pack(dynamic.distances, distanceExtra, dynamicDistanceCodes);
    this.#writeSymbols(symbols, dynamicLiteralCodes, dynamicDistanceCodes);
  }

  #writeSymbols(symbols: SymbolBuffer, literalCodes: Codes, distanceCodes: Codes): void {
    const all = symbols.symbols;
    const count = symbols.count;
    let to = this.#to;
    let hold = this.#hold;
    let bits = this.#bits;
    for (let i = 0; i < count; i++) {
      const symbol = all[i]!;
      // At most 7 bits are held, and 20 are added. Incomplete bytes are written, too, which avoids mispredicted branches.
      if (symbol < 256) {
        const code = literalCodes[symbol]!;
        hold |= (code & 0xffff) << bits;
        bits += code >> 16;
      } else {
        const ofLength = literalCodes[257 + (symbol & 31)]!;
        const lengthBits = (ofLength >> 16) & 15;
        hold |= ((ofLength & 0xffff) | (((symbol >> 5) & 31) << lengthBits)) << bits;
        bits += lengthBits + (ofLength >> 20);
        words.setInt32(to, hold, true);
        to += bits >> 3;
        hold >>>= bits & 24;
        bits &= 7;
        const ofDistance = distanceCodes[(symbol >> 10) & 31]!;
        hold |= (ofDistance & 0xffff) << bits;
        bits += (ofDistance >> 16) & 15;
        words.setInt32(to, hold, true);
        to += bits >> 3;
        hold >>>= bits & 24;
        bits &= 7;
        hold |= ((symbol >> 15) & 0x1fff) << bits;
        bits += ofDistance >> 20;
      }
      words.setInt32(to, hold, true);
      to += bits >> 3;
      hold >>>= bits & 24;
      bits &= 7;
    }
    this.#to = to;
    this.#hold = hold;
    this.#bits = bits;
    const end = literalCodes[endOfBlock]!;
    this.#put(end & 0xffff, end >> 16);
  }

  /** Appends up to 16 bits. */
  #put(value: number, count: number): void {
    this.#drain();
    this.#hold |= value << this.#bits;
    this.#bits += count;
    this.#drain();
  }

  /** Writes the complete bytes. */
  #drain(): void {
    for (; this.#bits >= 8; this.#bits -= 8) {
      out[this.#to++] = this.#hold;
      this.#hold >>>= 8;
    }
  }

  #align(): void {
    if (this.#bits > 0) this.#put(0, 8 - this.#bits);
  }
}

/**
 * Estimates by the entropy of the symbols which block is the smallest. Returns `'stored'` only if that is nearly certain, to
 * avoid the construction of trees. A coded block that turns out larger than a stored one is replaced later.
 */
function bestChoice(symbols: SymbolBuffer, length: number): 'stored' | 'fixed' | 'dynamic' {
  const literals = symbols.literalFrequencies;
  const distances = symbols.distanceFrequencies;
  let fixedBits = 0;
  let distinct = 0;
  let gained = 0;
  for (let symbol = 0; symbol < literalSymbols; symbol++) {
    const frequency = literals[symbol]!;
    if (frequency === 0) continue;
    fixedBits += frequency * fixedLiteralLengths[symbol]!;
    gained += information(frequency);
    distinct++;
  }
  let matches = 0;
  for (let symbol = 0; symbol < distanceSymbols; symbol++) {
    const frequency = distances[symbol]!;
    if (frequency === 0) continue;
    matches += frequency;
    gained += information(frequency);
    distinct++;
  }
  fixedBits += 5 * matches;
  const entropy = information(symbols.count + 1) + information(matches) - gained;
  // The header takes almost one bit for each symbol, however well the lengths of the codes repeat.
  if (Math.min(entropy + distinct, fixedBits) >= 8 * length) return 'stored';
  return entropy + headerBitsPerSymbol * distinct < fixedBits ? 'dynamic' : 'fixed';
}

function pack(lengths: Uint8Array, extra: Uint8Array, packed: Codes): Codes {
  assignCodes(lengths, codes);
  for (let symbol = 0; symbol < packed.length; symbol++) {
    packed[symbol] = codes[symbol]! | (lengths[symbol]! << 16) | (extra[symbol]! << 20);
  }
  return packed;
}
