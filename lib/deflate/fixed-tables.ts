// The tables for fixed blocks, and the entries of all tables.

import { endEntry, fillCodeTable, invalidEntry, literalEntry } from './code-table.ts';
import {
  distanceBase,
  distanceExtra,
  distanceSymbols,
  endOfBlock,
  fixedDistanceLengths,
  fixedLiteralLengths,
  lengthBase,
  lengthExtra,
  literalSymbols,
} from './symbols.ts';

/** The number of bits that index the first table of literals and lengths. */
export const literalRootBits = 9;

/** The number of bits that index the first table of distances. */
export const distanceRootBits = 6;

/** The entry of each literal and length symbol, without the length of its code. */
export const literalEntries: Int32Array = Int32Array.from(fixedLiteralLengths, (_, symbol) => {
  if (symbol < endOfBlock) return literalEntry | (symbol << 8);
  if (symbol === endOfBlock) return endEntry;
  if (symbol >= literalSymbols) return invalidEntry;
  return (lengthBase[symbol - 257]! << 8) | (lengthExtra[symbol - 257]! << 4);
});

/** The entry of each distance symbol, without the length of its code. */
export const distanceEntries: Int32Array = Int32Array.from(fixedDistanceLengths, (_, symbol) =>
  symbol < distanceSymbols ? (distanceBase[symbol]! << 8) | (distanceExtra[symbol]! << 4) : invalidEntry,
);

export const fixedLiterals: Int32Array = new Int32Array(1 << literalRootBits);
fillCodeTable(fixedLiterals, literalRootBits, fixedLiteralLengths, literalEntries);

export const fixedDistances: Int32Array = new Int32Array(1 << distanceRootBits);
fillCodeTable(fixedDistances, distanceRootBits, fixedDistanceLengths, distanceEntries);
