// How much memory is held, by a garbage collection that is asked for.

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** The octets of heap and of buffers that are in use: the least of some looks, for buffers are let go of late. */
export function usedBytes(): number {
  let least = Infinity;
  for (let looks = 0; looks < 5; looks++) {
    collectGarbage();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    least = Math.min(least, heapUsed + arrayBuffers);
  }
  return least;
}

/**
 * By how many octets more are in use when `make` has run, while what it gives is held: the middle one of three runs,
 * since whatever else goes on in the process adds now, and takes away then.
 */
export function heldBytes(make: () => unknown): number {
  return Array.from({ length: 3 }, () => heldByOne(make)).sort((a, b) => a - b)[1]!;
}

function heldByOne(make: () => unknown): number {
  const before = usedBytes();
  const held = make();
  const after = usedBytes();
  // Read behind the measurement, so that it is in use until then.
  return held === undefined ? 0 : after - before;
}
