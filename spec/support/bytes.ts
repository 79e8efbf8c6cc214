// Bytes for specs: fixed masking keys, patterns, and views of other buffers.

import { fromHex } from './hex.ts';

export { fromHex, hex } from './hex.ts';

/** Returns a source of masking keys that always gives the same one. */
export function sameKey(key: string): (byteLength: number) => Uint8Array<ArrayBuffer> {
  return byteLength => fromHex(key.repeat(byteLength / 4));
}

/** Returns `byteLength` bytes, each different from its neighbours. */
export function counted(byteLength: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(byteLength);
  for (let i = 0; i < byteLength; i++) bytes[i] = i * 7 + (i >> 8);
  return bytes;
}

/** Returns the same bytes at offsets 1 to 7 of larger, poisoned buffers, and as a `Buffer` from Node's pool. */
export function disguises(bytes: Uint8Array): Uint8Array[] {
  const shifted = [1, 2, 3, 4, 5, 6, 7].map(offset => {
    const poisoned = new Uint8Array(bytes.length + 16).fill(0xee);
    poisoned.set(bytes, offset);
    return poisoned.subarray(offset, offset + bytes.length);
  });
  return [...shifted, Buffer.from(bytes)];
}
