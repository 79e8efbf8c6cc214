// Octets → their SHA-1 (RFC 3174), for the accept key alone: crypto.subtle is asynchronous and missing in insecure contexts.

const rotate = (word: number, bits: number): number => (word << bits) | (word >>> (32 - bits));

/** The twenty octets of the SHA-1 of `bytes`. No protection against anything: SHA-1 is broken as such. */
export function sha1(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const blocks = padded(bytes);
  const digest = new DataView(new ArrayBuffer(20));
  let hash = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0];
  for (let at = 0; at < blocks.byteLength; at += 64) hash = compress(hash, blocks, at);
  for (const [index, word] of hash.entries()) digest.setUint32(4 * index, word);
  return new Uint8Array(digest.buffer);
}

/** The message, a 1 bit, zeros, and its length in bits, filling whole blocks (§4). */
function padded(bytes: Uint8Array): DataView {
  const blocks = new Uint8Array(((bytes.length + 72) >> 6) << 6);
  blocks.set(bytes);
  blocks[bytes.length] = 0x80;
  const view = new DataView(blocks.buffer);
  view.setBigUint64(blocks.length - 8, BigInt(bytes.length) * 8n);
  return view;
}

/** The hash with the block that starts at `at` worked in (§6.1). */
function compress(hash: readonly number[], blocks: DataView, at: number): number[] {
  const words: number[] = [];
  let [a, b, c, d, e] = hash as [number, number, number, number, number];
  for (let t = 0; t < 80; t++) {
    const word =
      t < 16
        ? blocks.getInt32(at + 4 * t)
        : rotate(words[t - 3]! ^ words[t - 8]! ^ words[t - 14]! ^ words[t - 16]!, 1);
    words.push(word);
    const sum = rotate(a, 5) + mix(t, b, c, d) + e + word;
    [a, b, c, d, e] = [sum | 0, a, rotate(b, 30), c, d];
  }
  return [a, b, c, d, e].map((word, index) => (word + hash[index]!) | 0);
}

/** The function and the constant of round `t` (§5). */
function mix(t: number, b: number, c: number, d: number): number {
  if (t < 20) return ((b & c) | (~b & d)) + 0x5a827999;
  if (t < 40) return (b ^ c ^ d) + 0x6ed9eba1;
  if (t < 60) return ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc;
  return (b ^ c ^ d) + 0xca62c1d6;
}
