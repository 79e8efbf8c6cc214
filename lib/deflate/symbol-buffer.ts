// The symbols of one block, counted as they come: what the matcher finds and the block writer writes.

import { distanceBase, lengthBase } from './symbols.ts';

/** As many symbols as a block may have, as in zlib: more would mix kinds of text, fewer would repeat headers. */
const capacity = 16384;

/** Which length symbol, less 257, stands for a length. */
export const lengthSymbol: Uint8Array = new Uint8Array(259);
for (let length = 3, symbol = 0; length < lengthSymbol.length; length++) {
  if (symbol < 28 && length === lengthBase[symbol + 1]) symbol++;
  lengthSymbol[length] = symbol;
}

/** Which distance symbol stands for a distance: up to 256 at `distance - 1`, above at `256 + (distance - 1 >> 7)`. */
const nearAndFar = new Uint8Array(512);
for (let distance = 1, symbol = 0; distance <= 32768; distance++) {
  if (symbol < 29 && distance === distanceBase[symbol + 1]) symbol++;
  nearAndFar[distance <= 256 ? distance - 1 : 256 + ((distance - 1) >> 7)] = symbol;
}

/** Which distance symbol stands for a distance. */
export function distanceSymbol(distance: number): number {
  return nearAndFar[distance <= 256 ? distance - 1 : 256 + ((distance - 1) >> 7)]!;
}

export class SymbolBuffer {
  /** A literal is its octet; a match is its length shifted by 16, and its distance. */
  readonly symbols: Uint32Array = new Uint32Array(capacity);
  readonly literalFrequencies: Uint16Array = new Uint16Array(286);
  readonly distanceFrequencies: Uint16Array = new Uint16Array(30);
  count = 0;

  get full(): boolean {
    return this.count === capacity;
  }

  clear(): void {
    this.count = 0;
    this.literalFrequencies.fill(0);
    this.distanceFrequencies.fill(0);
  }

  addLiteral(octet: number): void {
    this.symbols[this.count++] = octet;
    this.literalFrequencies[octet]!++;
  }

  addMatch(length: number, distance: number): void {
    this.symbols[this.count++] = (length << 16) | distance;
    this.literalFrequencies[257 + lengthSymbol[length]!]!++;
    this.distanceFrequencies[distanceSymbol(distance)]!++;
  }
}
