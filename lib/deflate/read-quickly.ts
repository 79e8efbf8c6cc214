// The loop that reads most symbols of most blocks (RFC 1951 §3.2.3). The steps of `BlockReader` do the same without spare
// input or output, but take ten times as long: here the state is in registers, and bits are not requested one by one.

import { type BitReader, corrupt } from './bit-reader.ts';
import { endEntry, invalidEntry, linkEntry, literalEntry } from './code-table.ts';
import { distanceRootBits, literalRootBits } from './fixed-tables.ts';
import { longestMatch } from './symbols.ts';

/** The most bytes of input that one iteration reads: three times three are taken, and two at the end. */
export const quickInput = 11;

/** Matches are copied four bytes at a time, so up to three are written after their end. */
const word = 4;

/** The most bytes of output that one iteration writes: a literal, a match, and the excess after it. */
export const quickRoom: number = 1 + longestMatch + word - 1;

/**
 * Reads symbols to `out` from `start` on, while there are input for a whole iteration, and space for one before `stop`.
 *
 * @returns the end of the output; its complement (below 0) if the block has ended
 */
export function readQuickly(
  source: BitReader,
  literals: Int32Array,
  distances: Int32Array,
  out: Uint8Array,
  words: DataView,
  start: number,
  stop: number,
  windowSize: number,
): number {
  const input = source.input;
  const lastAt = input.length - quickInput;
  const lastTo = stop - quickRoom;
  let { at, hold, bits } = source;
  let to = start;
  let ended = false;
  // Each refill reads four bytes and takes as many as fit; the others are read again. There is no branch to mispredict, and
  // afterwards 24 to 31 bits are held.
  while (at <= lastAt && to <= lastTo) {
    hold |= (input[at]! | (input[at + 1]! << 8) | (input[at + 2]! << 16) | (input[at + 3]! << 24)) << bits;
    at += (31 - bits) >> 3;
    bits |= 24;
    let entry = literals[hold & ((1 << literalRootBits) - 1)]!;
    if ((entry & literalEntry) !== 0) {
      hold >>>= entry & 15;
      bits -= entry & 15;
      out[to++] = entry >> 8;
      // At least 15 bits are left, more than the first table needs.
      entry = literals[hold & ((1 << literalRootBits) - 1)]!;
      if ((entry & literalEntry) !== 0) {
        hold >>>= entry & 15;
        bits -= entry & 15;
        out[to++] = entry >> 8;
        continue;
      }
      hold |= (input[at]! | (input[at + 1]! << 8) | (input[at + 2]! << 16) | (input[at + 3]! << 24)) << bits;
      at += (31 - bits) >> 3;
      bits |= 24;
    }
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
      ended = true;
      break;
    }
    if (entry === 0 || (entry & invalidEntry) !== 0) throw corrupt('undefined length symbol');
    let extra = (entry >> 4) & 15;
    const length = (entry >> 8) + (hold & ((1 << extra) - 1));
    hold >>>= extra;
    bits -= extra;
    hold |= (input[at]! | (input[at + 1]! << 8) | (input[at + 2]! << 16) | (input[at + 3]! << 24)) << bits;
    at += (31 - bits) >> 3;
    bits |= 24;
    entry = distances[hold & ((1 << distanceRootBits) - 1)]!;
    if ((entry & linkEntry) !== 0) {
      hold >>>= distanceRootBits;
      bits -= distanceRootBits;
      entry = distances[((entry >> 8) & 0xffff) + (hold & ((1 << ((entry >> 4) & 15)) - 1))]!;
    }
    hold >>>= entry & 15;
    bits -= entry & 15;
    if (entry === 0 || (entry & invalidEntry) !== 0) throw corrupt('undefined distance symbol');
    extra = (entry >> 4) & 15;
    if (bits < extra) {
      hold |= (input[at]! | (input[at + 1]! << 8)) << bits;
      at += 2;
      bits += 16;
    }
    const distance = (entry >> 8) + (hold & ((1 << extra) - 1));
    hold >>>= extra;
    bits -= extra;
    if (distance > to || distance > windowSize) throw corrupt('distance before the window');
    const end = to + length;
    if (distance < word) for (; to < end; to++) out[to] = out[to - distance]!;
    else for (; to < end; to += word) words.setInt32(to, words.getInt32(to - distance, true), true);
    to = end;
  }
  source.at = at;
  source.bits = bits;
  source.hold = hold & ((1 << bits) - 1);
  return ended ? ~to : to;
}
