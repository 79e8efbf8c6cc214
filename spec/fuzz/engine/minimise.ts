// An input that fails in, the smallest that was found to fail in the same way out.

import { concatenated } from '../../../lib/testing/rechunk.ts';

/** Takes pieces out while it still `fails`, large ones first, then makes octets zero. Tries some thousand inputs at most. */
export async function minimise(
  input: Uint8Array,
  fails: (input: Uint8Array) => Promise<boolean>,
): Promise<Uint8Array> {
  let smallest = input;
  let triesLeft = 3000;
  const tryOut = async (candidate: Uint8Array): Promise<boolean> => {
    if (triesLeft-- <= 0 || !(await fails(candidate))) return false;
    smallest = candidate;
    return true;
  };
  for (let size = Math.ceil(input.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < smallest.length; ) {
      const shorter = concatenated([smallest.subarray(0, at), smallest.subarray(at + size)]);
      if (!(await tryOut(shorter))) at += size;
    }
  }
  for (let at = 0; at < smallest.length; at++) {
    if (smallest[at] !== 0) await tryOut(smallest.map((octet, index) => (index === at ? 0 : octet)));
  }
  return smallest;
}
