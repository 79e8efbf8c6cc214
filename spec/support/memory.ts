// How much memory is held, by a garbage collection that is asked for.

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** The octets of heap and of buffers that are in use. */
export function usedBytes(): number {
  collectGarbage();
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/**
 * By how many octets more are in use when `make` has run, while what it gives is held: the least of three runs, since
 * whatever else goes on in the process only adds.
 */
export function heldBytes(make: () => unknown): number {
  return Math.min(...Array.from({ length: 3 }, () => heldByOne(make)));
}

function heldByOne(make: () => unknown): number {
  const before = usedBytes();
  const held = make();
  const after = usedBytes();
  // Read behind the measurement, so that it is in use until then.
  return held === undefined ? 0 : after - before;
}
