// Octets in, octets that differ a little out.

import { concatenated } from '../../../lib/testing/rechunk.ts';
import type { Random } from '../../support/random.ts';

type Mutator = (bytes: Uint8Array, random: Random, other: Uint8Array) => Uint8Array;

/** Octets at which something ends or begins. */
const telling = [
  0, 1, 2, 7, 8, 10, 13, 32, 44, 58, 59, 61, 125, 126, 127, 128, 129, 0xc2, 0xed, 0xf4, 254, 255,
];

const mutators: readonly Mutator[] = [
  (bytes, random) => changed(bytes, random, octet => octet ^ (1 << random.below(8))),
  (bytes, random) => changed(bytes, random, () => random.below(256)),
  (bytes, random) => changed(bytes, random, () => random.pick(telling)),
  (bytes, random) => changed(bytes, random, octet => octet + random.below(9) - 4),
  (bytes, random) => replaced(bytes, random, 0, randomOctets(random, 1 + random.below(4))),
  (bytes, random) => replaced(bytes, random, 0, Uint8Array.of(random.pick(telling))),
  (bytes, random) => replaced(bytes, random, 1 + random.below(8), new Uint8Array(0)),
  (bytes, random) => bytes.slice(0, random.below(bytes.length + 1)),
  (bytes, random) => replaced(bytes, random, 0, piece(bytes, random)),
  (bytes, random, other) => replaced(bytes, random, 0, piece(other, random)),
  (bytes, random, other) => replaced(bytes, random, 1 + random.below(16), piece(other, random)),
  (bytes, _, other) => concatenated([bytes, other.subarray(1)]),
];

/** A changed copy; `other` lends pieces. Never longer than `maxBytes`. */
export function mutate(bytes: Uint8Array, other: Uint8Array, random: Random, maxBytes: number): Uint8Array {
  let mutated: Uint8Array = bytes.slice();
  for (let times = 1 + random.below(4); times > 0; times--) {
    mutated = random.pick(mutators)(mutated, random, other).slice(0, maxBytes);
  }
  return mutated;
}

export function randomOctets(random: Random, length: number): Uint8Array {
  return Uint8Array.from({ length }, () => random.below(256));
}

function changed(bytes: Uint8Array, random: Random, change: (octet: number) => number): Uint8Array {
  const at = random.below(bytes.length);
  if (bytes.length > 0) bytes[at] = change(bytes[at]!);
  return bytes;
}

function replaced(bytes: Uint8Array, random: Random, length: number, by: Uint8Array): Uint8Array {
  const at = random.below(bytes.length + 1);
  return concatenated([bytes.subarray(0, at), by, bytes.subarray(at + length)]);
}

function piece(bytes: Uint8Array, random: Random): Uint8Array {
  const start = random.below(bytes.length + 1);
  return bytes.subarray(start, start + 1 + random.below(32));
}
