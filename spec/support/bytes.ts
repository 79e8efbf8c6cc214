// Bytes as hex, with spaces where they help, and `61*5` for five times 61.

import { unhex } from './hex.ts';

export { hex } from './hex.ts';

/** The bytes that the hex says. */
export function fromHex(hex: string): Uint8Array<ArrayBuffer> {
  const written = hex.replace(/([0-9a-f]{2})\*(\d+)/g, (_, byte: string, times: string) =>
    byte.repeat(Number(times)),
  );
  const digits = written.replaceAll(' ', '');
  if (!/^([0-9a-f]{2})*$/.test(digits)) throw new Error(`not hex: ${hex}`);
  return unhex(digits);
}

/** A source of masking keys that gives the same one again and again. */
export function sameKey(key: string): (byteLength: number) => Uint8Array<ArrayBuffer> {
  return byteLength => fromHex(key.repeat(byteLength / 4));
}

/** As many bytes as asked for, none like its neighbours. */
export function counted(byteLength: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(byteLength);
  for (let i = 0; i < byteLength; i++) bytes[i] = i * 7 + (i >> 8);
  return bytes;
}

/** The same bytes at offsets 1 to 7 of larger, poisoned buffers, and as Node's own `Buffer` out of its pool. */
export function disguises(bytes: Uint8Array): Uint8Array[] {
  const shifted = [1, 2, 3, 4, 5, 6, 7].map(offset => {
    const poisoned = new Uint8Array(bytes.length + 16).fill(0xee);
    poisoned.set(bytes, offset);
    return poisoned.subarray(offset, offset + bytes.length);
  });
  return [...shifted, Buffer.from(bytes)];
}
