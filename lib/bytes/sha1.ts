// Computes SHA-1 (RFC 3174), only for the accept key: crypto.subtle is asynchronous, and missing in insecure contexts.

/** The words of one block, and the hash (§6.1); every call overwrites them. */
const words = new Int32Array(80);
const hash = new Int32Array(5);
const initialHash = Int32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0);

/** Returns the 20 bytes of the SHA-1 of `bytes`. Do not use it for security: SHA-1 is broken. */
export function sha1(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  hash.set(initialHash);
  const paddedBytes = ((bytes.length + 72) >> 6) << 6;
  for (let at = 0; at < paddedBytes; at += 64) {
    for (let t = 0; t < 16; t++) words[t] = wordAt(bytes, at + 4 * t, paddedBytes);
    expand();
    compress();
  }
  const digest = new Uint8Array(20);
  for (let i = 0; i < 20; i++) digest[i] = hash[i >> 2]! >>> (24 - 8 * (i & 3));
  return digest;
}

/** Returns a word of the padded message: the bytes, a 1 bit, zeros, and the length in bits (§4). */
function wordAt(bytes: Uint8Array, at: number, paddedBytes: number): number {
  const { length } = bytes;
  if (at + 4 <= length) {
    return (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
  }
  if (at === paddedBytes - 8) return Math.floor(length / 2 ** 29);
  if (at === paddedBytes - 4) return length << 3;
  let word = 0;
  for (let i = at; i < at + 4; i++) word = (word << 8) | (i < length ? bytes[i]! : i === length ? 0x80 : 0);
  return word;
}

/** Computes the words of a block from its first 16 (§6.1, b). */
function expand(): void {
  for (let t = 16; t < 80; t++) {
    const word = words[t - 3]! ^ words[t - 8]! ^ words[t - 14]! ^ words[t - 16]!;
    words[t] = (word << 1) | (word >>> 31);
  }
}

/** Updates the hash by the words (§6.1, c to e). Variables, because an array for each round takes five times as long. */
function compress(): void {
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

/** Returns the function and the constant of round `t` (§5), as an integer: with larger numbers it takes 1.4 times as long. */
function mix(t: number, b: number, c: number, d: number): number {
  if (t < 20) return (((b & c) | (~b & d)) + 0x5a827999) | 0;
  if (t < 40) return ((b ^ c ^ d) + 0x6ed9eba1) | 0;
  if (t < 60) return (((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc) | 0;
  return ((b ^ c ^ d) + 0xca62c1d6) | 0;
}
