// Bytes → their SHA-1 (RFC 3174), for the accept key alone: crypto.subtle is asynchronous and missing in insecure contexts.

const rotate = (word: number, bits: number): number => (word << bits) | (word >>> (32 - bits));

/** Returns the twenty bytes of the SHA-1 of `bytes`. No protection against anything: SHA-1 is broken as such. */
export function sha1(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const blocks = padded(bytes);
  const hash = Int32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0);
  const words = new Int32Array(80);
  for (let at = 0; at < blocks.byteLength; at += 64) {
    for (let t = 0; t < 16; t++) words[t] = blocks.getInt32(at + 4 * t);
    expand(words);
    compress(hash, words);
  }
  const digest = new DataView(new ArrayBuffer(20));
  for (let index = 0; index < 5; index++) digest.setInt32(4 * index, hash[index]!);
  return new Uint8Array(digest.buffer);
}

/** Returns the message, a 1 bit, zeros, and its length in bits, filling whole blocks (§4). */
function padded(bytes: Uint8Array): DataView {
  const blocks = new Uint8Array(((bytes.length + 72) >> 6) << 6);
  blocks.set(bytes);
  blocks[bytes.length] = 0x80;
  const view = new DataView(blocks.buffer);
  view.setUint32(blocks.length - 8, bytes.length / 2 ** 29);
  view.setUint32(blocks.length - 4, bytes.length << 3);
  return view;
}

/** Computes the words of the rounds after the sixteenth (§6.1 b). */
function expand(words: Int32Array): void {
  for (let t = 16; t < 80; t++) {
    words[t] = rotate(words[t - 3]! ^ words[t - 8]! ^ words[t - 14]! ^ words[t - 16]!, 1);
  }
}

/** Works the words of a block into the hash (§6.1 c to e). */
function compress(hash: Int32Array, words: Int32Array): void {
  let a = hash[0]!;
  let b = hash[1]!;
  let c = hash[2]!;
  let d = hash[3]!;
  let e = hash[4]!;
  for (let t = 0; t < 80; t++) {
    const sum = (rotate(a, 5) + mix(t, b, c, d) + e + words[t]!) | 0;
    e = d;
    d = c;
    c = rotate(b, 30);
    b = a;
    a = sum;
  }
  hash[0]! += a;
  hash[1]! += b;
  hash[2]! += c;
  hash[3]! += d;
  hash[4]! += e;
}

/** The function and the constant of round `t` (§5). */
function mix(t: number, b: number, c: number, d: number): number {
  if (t < 20) return ((b & c) | (~b & d)) + 0x5a827999;
  if (t < 40) return (b ^ c ^ d) + 0x6ed9eba1;
  if (t < 60) return ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc;
  return (b ^ c ^ d) + 0xca62c1d6;
}
