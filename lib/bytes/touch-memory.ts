// Brings memory into the processor's caches before it is read in random order.

/** The size of a cache line in bytes. */
const lineBytes = 64;

let sum = 0;

/**
 * Reads one byte of each 64, in order. Processors prefetch sequential reads, but wait for each random one. Call this if the
 * memory has not been used for a while and much of it will be read.
 *
 * @returns the sum of the bytes read, so that no engine removes the reads
 */
export function touchMemory(memory: Uint8Array): number {
  sum = 0;
  for (let at = 0; at < memory.length; at += lineBytes) sum += memory[at]!;
  return sum;
}
