// Memory into the processor's caches, before it is read here and there.

/** How many bytes a processor brings from memory at once. */
const lineBytes = 64;

let sum = 0;

/**
 * Reads a byte of each 64, in order. Processors see the order and bring memory before it is asked for, which they cannot do
 * for reads here and there: those wait for memory one after the other. Do this first if the memory has not been used for
 * a while and much of it will be.
 *
 * @returns the sum of the bytes read, so that no engine leaves the reads out
 */
export function touchMemory(memory: Uint8Array): number {
  sum = 0;
  for (let at = 0; at < memory.length; at += lineBytes) sum += memory[at]!;
  return sum;
}
