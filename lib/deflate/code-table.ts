// Code lengths in, a table for decoding out. Knows nothing of the bits of a stream.
//
// An entry: bits 0 to 3 the length of the code, bits 4 to 7 how many extra bits follow it, bits 8 to 23 a value,
// above them what it is. An entry of 0 is no code at all.

import { assignCodes, type CodeShape } from './canonical-codes.ts';

/** The entry's value is an octet. */
export const literalEntry: number = 1 << 30;

/** The entry ends a block. */
export const endEntry: number = 1 << 29;

/** The entry is a symbol that has a code in fixed blocks, but no meaning. */
export const invalidEntry: number = 1 << 28;

/** The code is longer: the value is where its second table begins, as many further bits as the extra ones choose in it. */
export const linkEntry: number = 1 << 27;

const codes = new Uint16Array(288);
const longest = new Uint8Array(1 << 9);

/**
 * Fills `table` for the code that `lengths` describes, `entries` holding for each symbol its entry without the
 * length of its code. The first `1 << rootBits` entries (512 at most) are looked up by the next bits of the stream;
 * longer codes go on in second tables behind: that keeps building cheap, so that thousands of tiny blocks cost
 * little. Only a table of shape `complete`, `alone` or `empty` may be used.
 */
export function fillCodeTable(
  table: Int32Array,
  rootBits: number,
  lengths: Uint8Array,
  entries: Int32Array,
): CodeShape {
  const shape = assignCodes(lengths, codes);
  if (shape === 'over-subscribed' || shape === 'incomplete') return shape;
  table.fill(0, 0, 1 << rootBits);
  let long = false;
  for (let symbol = 0; symbol < lengths.length; symbol++) {
    const length = lengths[symbol]!;
    if (length > rootBits) long = true;
    else if (length > 0) {
      const entry = entries[symbol]! | length;
      for (let at = codes[symbol]!; at < 1 << rootBits; at += 1 << length) table[at] = entry;
    }
  }
  if (long) fillSecondTables(table, rootBits, lengths, entries);
  return shape;
}

/** Each second table is as large as the longest code with its first bits needs. */
function fillSecondTables(
  table: Int32Array,
  rootBits: number,
  lengths: Uint8Array,
  entries: Int32Array,
): void {
  const rootMask = (1 << rootBits) - 1;
  longest.fill(0);
  for (let symbol = 0; symbol < lengths.length; symbol++) {
    const length = lengths[symbol]!;
    const root = codes[symbol]! & rootMask;
    if (length > rootBits && length > longest[root]!) longest[root] = length;
  }
  let end = 1 << rootBits;
  for (let symbol = 0; symbol < lengths.length; symbol++) {
    const length = lengths[symbol]!;
    if (length <= rootBits) continue;
    const root = codes[symbol]! & rootMask;
    const bits = longest[root]! - rootBits;
    if (table[root] === 0) {
      table[root] = linkEntry | (end << 8) | (bits << 4) | rootBits;
      end += 1 << bits;
    }
    const start = (table[root]! >> 8) & 0xffff;
    const entry = entries[symbol]! | (length - rootBits);
    for (let at = codes[symbol]! >> rootBits; at < 1 << bits; at += 1 << (length - rootBits)) {
      table[start + at] = entry;
    }
  }
}
