// The loop that reads most symbols of most blocks (RFC 1951 §3.2.3). The reader's own steps do the same and need no
// room, but take ten times as long: here the state is in registers, and nothing is asked for bit by bit.

import { type BitReader, corrupt } from './bit-reader.ts';
import { endEntry, invalidEntry, linkEntry, literalEntry } from './code-table.ts';
import { distanceRootBits, literalRootBits } from './fixed-tables.ts';
import { longestMatch } from './symbols.ts';

/** As many octets as one turn takes at most: two of them, four times. */
const longestTurn = 8;

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
  start: number,
  stop: number,
  windowSize: number,
): number {
  const input = source.input;
  const lastAt = input.length - longestTurn;
  const lastTo = stop - longestMatch;
  let { at, hold, bits } = source;
  let to = start;
  let ended = false;
  while (at <= lastAt && to <= lastTo) {
    // Fifteen bits hold any code, and any code's extra bits. Up to 30 are held, so `hold` stays a small integer.
    if (bits < 15) {
      hold |= (input[at++]! | (input[at++]! << 8)) << bits;
      bits += 16;
    }
    let entry = literals[hold & ((1 << literalRootBits) - 1)]!;
    if ((entry & linkEntry) !== 0) {
      hold >>= literalRootBits;
      bits -= literalRootBits;
      entry = literals[((entry >> 8) & 0xffff) + (hold & ((1 << ((entry >> 4) & 15)) - 1))]!;
    }
    hold >>= entry & 15;
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
    if (bits < 15) {
      hold |= (input[at++]! | (input[at++]! << 8)) << bits;
      bits += 16;
    }
    let extra = (entry >> 4) & 15;
    const length = (entry >> 8) + (hold & ((1 << extra) - 1));
    hold >>= extra;
    bits -= extra;
    if (bits < 15) {
      hold |= (input[at++]! | (input[at++]! << 8)) << bits;
      bits += 16;
    }
    entry = distances[hold & ((1 << distanceRootBits) - 1)]!;
    if ((entry & linkEntry) !== 0) {
      hold >>= distanceRootBits;
      bits -= distanceRootBits;
      entry = distances[((entry >> 8) & 0xffff) + (hold & ((1 << ((entry >> 4) & 15)) - 1))]!;
    }
    hold >>= entry & 15;
    bits -= entry & 15;
    if (entry === 0 || (entry & invalidEntry) !== 0) throw corrupt('no such distance');
    if (bits < 15) {
      hold |= (input[at++]! | (input[at++]! << 8)) << bits;
      bits += 16;
    }
    extra = (entry >> 4) & 15;
    const distance = (entry >> 8) + (hold & ((1 << extra) - 1));
    hold >>= extra;
    bits -= extra;
    if (distance > to || distance > windowSize) throw corrupt('distance before the window');
    for (const end = to + length; to < end; to++) out[to] = out[to - distance]!;
  }
  source.at = at;
  source.hold = hold;
  source.bits = bits;
  return ended ? ~to : to;
}
