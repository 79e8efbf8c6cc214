// Collects and counts the symbols of one block, between the matcher and the block writer.

import { lengthBase, lengthExtra, longestMatch } from './symbols.ts';

/** The most symbols of a block, as in zlib: more would mix different data, fewer would repeat headers. */
const capacity = 16384;

/** For each length its symbol, less 257, and from bit 5 on the value of its extra bits. */
const lengthParts = new Uint16Array(longestMatch + 1);
for (let symbol = 0; symbol < lengthBase.length; symbol++) {
  for (let extra = 0; extra < 1 << lengthExtra[symbol]!; extra++) {
    lengthParts[lengthBase[symbol]! + extra] = symbol | (extra << 5);
  }
}

/** Set if a symbol is a match. */
const matchFlag = 1 << 28;

/** The symbols of one block. */
export class SymbolBuffer {
  /**
   * A literal is its byte. A match has the flag and all values that go to the stream: from bit 0 on its length symbol less 257
   * (5 bits), the value of the length's extra bits (5), its distance symbol (5), the value of the distance's extra bits (13).
   */
  readonly symbols: Int32Array = new Int32Array(capacity);
  readonly literalFrequencies: Uint16Array = new Uint16Array(286);
  readonly distanceFrequencies: Uint16Array = new Uint16Array(30);
  count = 0;

  get full(): boolean {
    return this.count === capacity;
  }

  /** The number of symbols that can still be added. */
  get room(): number {
    return capacity - this.count;
  }

  clear(): void {
    this.count = 0;
    this.literalFrequencies.fill(0);
    this.distanceFrequencies.fill(0);
  }

  addLiteral(byte: number): void {
    this.symbols[this.count++] = byte;
    this.literalFrequencies[byte]!++;
  }

  /** Adds the bytes from index `start` to `end`. Returns the end. */
  addLiterals(bytes: Uint8Array, start: number, end: number): number {
    let at = start;
    while (at < end) this.addLiteral(bytes[at++]!);
    return at;
  }

  addMatch(length: number, distance: number): void {
    const parts = lengthParts[length]!;
    const far = distance - 1;
    // Two symbols for each power of two, told apart by the bit below the highest one; the rest are extra bits.
    const extraBits = far < 2 ? 0 : 30 - Math.clz32(far);
    const symbol = far < 2 ? far : 2 * extraBits + (far >> extraBits);
    const extra = far & ((1 << extraBits) - 1);
    this.symbols[this.count++] = matchFlag | (extra << 15) | (symbol << 10) | parts;
    this.literalFrequencies[257 + (parts & 31)]!++;
    this.distanceFrequencies[symbol]!++;
  }
}
