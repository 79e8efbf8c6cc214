// Chooses the codes of a dynamic block, and writes the header that describes them (RFC 1951 §3.2.7).

import { assignCodes } from './canonical-codes.ts';
import { chooseCodeLengths } from './code-lengths.ts';
import type { SymbolBuffer } from './symbol-buffer.ts';
import { codeLengthOrder, distanceSymbols, endOfBlock, literalSymbols } from './symbols.ts';

const longestCode = 15;
const longestLengthCode = 7;

/** Repeats the previous length three to six times. */
const repeat = 16;
/** Represents three to ten zeros. */
const fewZeros = 17;
/** Represents 11 to 138 zeros. */
const manyZeros = 18;

/** Writes headers. It is reused for many blocks, and has the codes of the last one. */
export class DynamicHeaderWriter {
  /** The code lengths of the block's literals and lengths. */
  readonly literals: Uint8Array = new Uint8Array(literalSymbols);
  /** The code lengths of the block's distances. */
  readonly distances: Uint8Array = new Uint8Array(distanceSymbols);
  /** The code lengths in the order of the stream: a symbol, and from bit 5 on the value of its extra bits. */
  readonly #items = new Uint16Array(literalSymbols + distanceSymbols);
  readonly #frequencies = new Uint16Array(19);
  readonly #lengths = new Uint8Array(19);
  readonly #codes = new Uint16Array(19);
  #count = 0;
  #literalCount = 0;
  #distanceCount = 0;

  /** Chooses the best codes for a block. */
  choose(symbols: SymbolBuffer): void {
    chooseCodeLengths(symbols.literalFrequencies, this.literals, longestCode);
    chooseCodeLengths(symbols.distanceFrequencies, this.distances, longestCode);
    this.#literalCount = usedCount(this.literals, endOfBlock + 1);
    this.#distanceCount = usedCount(this.distances, 1);
    this.#frequencies.fill(0);
    this.#count = 0;
    this.#addRuns(this.literals, this.#literalCount);
    this.#addRuns(this.distances, this.#distanceCount);
    chooseCodeLengths(this.#frequencies, this.#lengths, longestLengthCode);
    assignCodes(this.#lengths, this.#codes);
  }

  /** Writes the header that follows the three bits of the block's type. */
  write(put: (value: number, bits: number) => void): void {
    let listed = 19;
    while (this.#lengths[codeLengthOrder[listed - 1]!] === 0) listed--;
    put(this.#literalCount - 257, 5);
    put(this.#distanceCount - 1, 5);
    put(listed - 4, 4);
    for (let i = 0; i < listed; i++) put(this.#lengths[codeLengthOrder[i]!]!, 3);
    for (let i = 0; i < this.#count; i++) {
      const symbol = this.#items[i]! & 31;
      put(this.#codes[symbol]!, this.#lengths[symbol]!);
      if (symbol >= repeat) put(this.#items[i]! >> 5, symbol === repeat ? 2 : symbol === fewZeros ? 3 : 7);
    }
  }

  #addRuns(lengths: Uint8Array, end: number): void {
    for (let i = 0; i < end; ) {
      const length = lengths[i]!;
      let run = 1;
      while (i + run < end && lengths[i + run] === length) run++;
      i += run;
      if (length === 0) this.#addZeros(run);
      else this.#addLengths(length, run);
    }
  }

  #addZeros(run: number): void {
    let left = run;
    for (; left >= 11; left -= Math.min(left, 138)) this.#add(manyZeros, Math.min(left, 138) - 11);
    if (left >= 3) this.#add(fewZeros, left - 3);
    else for (; left > 0; left--) this.#add(0, 0);
  }

  #addLengths(length: number, run: number): void {
    this.#add(length, 0);
    let left = run - 1;
    for (; left >= 3; left -= Math.min(left, 6)) this.#add(repeat, Math.min(left, 6) - 3);
    for (; left > 0; left--) this.#add(length, 0);
  }

  #add(symbol: number, extra: number): void {
    this.#items[this.#count++] = symbol | (extra << 5);
    this.#frequencies[symbol]!++;
  }
}

function usedCount(lengths: Uint8Array, least: number): number {
  let count = lengths.length;
  while (count > least && lengths[count - 1] === 0) count--;
  return count;
}
