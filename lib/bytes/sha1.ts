// Computes SHA-1 (RFC 3174), only for the accept key: crypto.subtle is asynchronous, and missing in insecure contexts.

/** The words of one block (§6.1); every call overwrites them. */
const words = new Int32Array(80);

/** Returns the 20 bytes of the SHA-1 of `bytes`. Do not use it for security: SHA-1 is broken. */
export function sha1(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const blocks = padded(bytes);
  const hash = Int32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0);
  for (let at = 0; at < blocks.byteLength; at += 64) {
    expand(blocks, at);
    compress(hash);
  }
  const digest = new DataView(new ArrayBuffer(20));
  for (let i = 0; i < 5; i++) digest.setInt32(4 * i, hash[i]!);
  return new Uint8Array(digest.buffer);
}

/** Returns the message, a 1 bit, zeros, and its length in bits, padded to whole blocks (§4). */
function padded(bytes: Uint8Array): DataView {
  const blocks = new Uint8Array(((bytes.length + 72) >> 6) << 6);
  blocks.set(bytes);
  blocks[bytes.length] = 0x80;
  const view = new DataView(blocks.buffer);
  view.setUint32(blocks.length - 8, Math.floor(bytes.length / 2 ** 29));
  view.setUint32(blocks.length - 4, bytes.length << 3);
  return view;
}

/** Computes the words of the block that starts at `at` (§6.1, a and b). */
function expand(blocks: DataView, at: number): void {
  for (let t = 0; t < 16; t++) words[t] = blocks.getInt32(at + 4 * t);
  for (let t = 16; t < 80; t++) {
    const word = words[t - 3]! ^ words[t - 8]! ^ words[t - 14]! ^ words[t - 16]!;
    words[t] = (word << 1) | (word >>> 31);
  }
}

/** Updates the hash by the words (§6.1, c to e). Variables, because an array for each round takes five times as long. */
function compress(hash: Int32Array): void {
  let a = hash[0]!;
  let b = hash[1]!;
  let c = hash[2]!;
  let d = hash[3]!;
  let e = hash[4]!;
  for (let t = 0; t < 80; t++) {
    const sum = (((a << 5) | (a >>> 27)) + mix(t, b, c, d) + e + words[t]!) | 0;
    e = d;
    d = c;
    c = (b << 30) | (b >>> 2);
    b = a;
    a = sum;
  }
  hash[0]! += a;
  hash[1]! += b;
  hash[2]! += c;
  hash[3]! += d;
  hash[4]! += e;
}

/** Returns the function and the constant of round `t` (§5). */
function mix(t: number, b: number, c: number, d: number): number {
  if (t < 20) return ((b & c) | (~b & d)) + 0x5a827999;
  if (t < 40) return (b ^ c ^ d) + 0x6ed9eba1;
  if (t < 60) return ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc;
  return (b ^ c ^ d) + 0xca62c1d6;
}
