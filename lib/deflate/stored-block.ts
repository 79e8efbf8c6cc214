// Writes DEFLATE blocks without compression (RFC 1951 §3.2.4).

/** Returns a block that is not final and contains these bytes, at most 65,535. It starts and ends at byte boundaries. */
export function storedBlock(bytes: Uint8Array): Uint8Array {
  const block = new Uint8Array(5 + bytes.length);
  const low = bytes.length & 0xff;
  const high = bytes.length >> 8;
  block.set([0, low, high, ~low, ~high]);
  block.set(bytes, 5);
  return block;
}
