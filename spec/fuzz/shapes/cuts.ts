// How an input says the cuts: its first octet.

import { every, rechunk, seededLengths } from '../../../lib/testing/rechunk.ts';

/** Copies of the octets in chunks: 0 leaves them whole, up to 127 all chunks have that length, and above they vary. */
export function cutBy(octet: number, bytes: Uint8Array): Uint8Array[] {
  if (octet === 0) return [bytes.slice()];
  return rechunk(bytes, octet < 128 ? every(octet) : seededLengths(octet, 2 * (octet - 127)));
}
