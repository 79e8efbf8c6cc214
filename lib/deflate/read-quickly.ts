// The loop that reads most symbols of most blocks (RFC 1951 §3.2.3). The reader's own steps do the same and need no
// room, but take ten times as long: here the state is in registers, and nothing is asked for bit by bit.

import { type BitReader, corrupt } from './bit-reader.ts';
import { endEntry, invalidEntry, linkEntry, literalEntry } from './code-table.ts';
import { distanceRootBits, literalRootBits } from './fixed-tables.ts';
import { longestMatch } from './symbols.ts';

/** As many bytes of input as one turn sees at most: three times three are taken, and two at the end. */
export const quickInput = 11;

/** Matches are copied four bytes at a time, so up to three are written beyond their end. */
const word = 4;

/** As much room as a turn takes at most: a literal, a match, and what is written beyond it. */
export const quickRoom: number = 1 + longestMatch + word - 1;

/**
 * Reads symbols to `out` from `to` on, while there is input for a whole turn, and before `stop` room for one.
 *
 * @returns the index behind the output; its complement (below 0) when the block has ended
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
  // Four bytes are looked at, as many as fit are taken, and what else is seen of them comes again: no branch to
  // mispredict, and then 24 to 31 bits are held.
  while (at <= lastAt && to <= lastTo) {
    hold |= (input[at]! | (input[at + 1]! << 8) | (input[at + 2]! << 16) | (input[at + 3]! << 24)) << bits;
    at += (31 - bits) >> 3;
    bits |= 24;
    let entry = literals[hold & ((1 << literalRootBits) - 1)]!;
    if ((entry & literalEntry) !== 0) {
      hold >>>= entry & 15;
      bits -= entry & 15;
      out[to++] = entry >> 8;
      // At least 15 bits are left: more than the first table takes.
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
    if (entry === 0 || (entry & invalidEntry) !== 0) throw corrupt('no such length');
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
    if (entry === 0 || (entry & invalidEntry) !== 0) throw corrupt('no such distance');
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
