// Measures held memory after a forced garbage collection.

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Returns the used bytes of heap and buffers: the least of several samples, because buffers are released late. */
export function usedBytes(): number {
  let least = Infinity;
  for (let samples = 0; samples < 5; samples++) {
    collectGarbage();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    least = Math.min(least, heapUsed + arrayBuffers);
  }
  return least;
}

/**
 * Returns the bytes held by the result of `make`: the median of three runs, because other work of the process changes the
 * figure.
 */
export function heldBytes(make: () => unknown): number {
  return Array.from({ length: 3 }, () => heldByOne(make)).sort((a, b) => a - b)[1]!;
}

function heldByOne(make: () => unknown): number {
  const before = usedBytes();
  const held = make();
  const after = usedBytes();
  // Used after the measurement, so that it is not collected before.
  return held === undefined ? 0 : after - before;
}
