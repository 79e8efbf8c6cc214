// Builds a table for decoding from code lengths.
//
// An entry: bits 0 to 3 the length of the code, bits 4 to 7 the number of extra bits after it, bits 8 to 23 a value, and
// above them flags. An entry of 0 is an undefined code.

/** Whether code lengths form a code. `alone` is a single code of one bit, which leaves the other bit unused. */
export type CodeShape = 'complete' | 'incomplete' | 'over-subscribed' | 'alone' | 'empty';

/** A flag: the value is a literal byte. */
export const literalEntry: number = 1 << 30;

/** A flag: the symbol ends the block. */
export const endEntry: number = 1 << 29;

/** A flag: the symbol has a code in fixed blocks, but no meaning. */
export const invalidEntry: number = 1 << 28;

/** A flag: the code continues in a second table. The value is its offset, and the extra bits are the width of its index. */
export const linkEntry: number = 1 << 27;

const longestCode = 15;
const counts = new Uint16Array(longestCode + 1);
const next = new Uint16Array(longestCode + 1);
/** The symbols in the order of their codes. */
const sorted = new Uint16Array(288);

/**
 * Fills `table` for the code that `lengths` describes (RFC 1951 §3.2.2). `entries` has the entry of each symbol without the
 * length of its code. The next `rootBits` bits of the stream select one of the first `1 << rootBits` entries; longer codes
 * continue in second tables after them. This makes tables cheap to build, so that thousands of tiny blocks cost little. Use
 * the table only if its shape is `complete`, `alone` or `empty`.
 */
export function fillCodeTable(
  table: Int32Array,
  rootBits: number,
  lengths: Uint8Array,
  entries: Int32Array,
): CodeShape {
  const shape = sortSymbols(lengths);
  if (shape === 'complete') fillComplete(table, rootBits, entries);
  else table.fill(0, 0, 1 << rootBits);
  if (shape === 'alone') for (let at = 0; at < 1 << rootBits; at += 2) table[at] = entries[sorted[0]!]! | 1;
  return shape;
}

/** Counts the lengths, and sorts the symbols if the lengths form a code. */
function sortSymbols(lengths: Uint8Array): CodeShape {
  counts.fill(0);
  for (let symbol = 0; symbol < lengths.length; symbol++) counts[lengths[symbol]!]!++;
  counts[0] = 0;
  let free = 1;
  for (let length = 1; length <= longestCode; length++) {
    next[length] = next[length - 1]! + counts[length - 1]!;
    free = (free << 1) - counts[length]!;
    if (free < 0) return 'over-subscribed';
  }
  for (let symbol = 0; symbol < lengths.length; symbol++) {
    const length = lengths[symbol]!;
    if (length > 0) sorted[next[length]!++] = symbol;
  }
  if (free === 0) return 'complete';
  if (free === 1 << longestCode) return 'empty';
  return counts[1] === 1 && free === 1 << (longestCode - 1) ? 'alone' : 'incomplete';
}

/**
 * Fills the table in the order of the codes. The table has the size that the longest code so far needs. It doubles for a
 * longer code: the next bit selects one of the two halves.
 */
function fillComplete(table: Int32Array, rootBits: number, entries: Int32Array): void {
  let index = 0;
  let code = 0;
  for (let length = 1; length <= rootBits; length++) {
    const size = 1 << (length - 1);
    for (let at = 0; at < size; at++) table[size + at] = table[at]!;
    for (let left = counts[length]!; left > 0; left--) {
      table[code] = entries[sorted[index++]!]! | length;
      code = nextCode(code, length);
    }
  }
  fillSecondTables(table, rootBits, entries, index, code);
}

/** Fills second tables from `code`, that of the symbol at `index`, on. Each is as large as its longest code needs. */
function fillSecondTables(
  table: Int32Array,
  rootBits: number,
  entries: Int32Array,
  index: number,
  code: number,
): void {
  let root = -1;
  let start = 0;
  let end = 1 << rootBits;
  for (let length = rootBits + 1; length <= longestCode; length++) {
    const stride = 1 << (length - rootBits);
    for (let left = counts[length]!; left > 0; left--) {
      if ((code & ((1 << rootBits) - 1)) !== root) {
        root = code & ((1 << rootBits) - 1);
        start = end;
        const bits = secondBits(length, left, rootBits);
        end += 1 << bits;
        table[root] = linkEntry | (start << 8) | (bits << 4) | rootBits;
      }
      const entry = entries[sorted[index++]!]! | (length - rootBits);
      for (let at = start + (code >> rootBits); at < end; at += stride) table[at] = entry;
      code = nextCode(code, length);
    }
  }
}

/** Returns the index width of a second table that starts with the first of `left` codes of this length, until it is full. */
function secondBits(length: number, left: number, rootBits: number): number {
  let bits = length - rootBits;
  for (let used = left; used < 1 << bits; used = used * 2 + counts[rootBits + bits]!) bits++;
  return bits;
}

/** Returns the next code of the same length, with its first bit lowest. A longer code appends zeros. */
function nextCode(code: number, length: number): number {
  const bit = 1 << (31 - Math.clz32(code ^ ((1 << length) - 1)));
  return (code & (bit - 1)) | bit;
}
