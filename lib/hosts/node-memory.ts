// How sockets on Node use memory.

import { Buffer } from 'node:buffer';
import type { TransportMemory } from '../sockets/socket-options.ts';

/** Makes a buffer without clearing it, as Node's own streams do. It is filled completely before it is delivered. */
function allocate(byteLength: number): ArrayBuffer {
  const { buffer } = Buffer.allocUnsafeSlow(byteLength);
  // Other runtimes may give a larger one.
  return buffer.byteLength === byteLength ? (buffer as ArrayBuffer) : new ArrayBuffer(byteLength);
}

/** The memory of a `net.Socket`, which does not use a chunk again after it has passed it on. */
export const socketMemory: TransportMemory = { ownsInput: true, allocate };

/** The memory of any other stream. */
export const streamMemory: TransportMemory = { ownsInput: false, allocate };
