// Octets → their SHA-1 (RFC 3174), for the accept key alone: crypto.subtle is asynchronous and missing in insecure contexts.

/** The rounds in groups of twenty: function of b, c, d, and constant. */
const mixers: readonly (readonly [(b: number, c: number, d: number) => number, constant: number])[] = [
  [(b, c, d) => (b & c) | (~b & d), 0x5a827999],
  [(b, c, d) => b ^ c ^ d, 0x6ed9eba1],
  [(b, c, d) => (b & c) | (b & d) | (c & d), 0x8f1bbcdc],
  [(b, c, d) => b ^ c ^ d, 0xca62c1d6],
];

const rotate = (word: number, bits: number): number => (word << bits) | (word >>> (32 - bits));

/** The twenty octets of the SHA-1 of `bytes`. No protection against anything: SHA-1 is broken as such. */
export function sha1(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const blocks = padded(bytes);
  const hash = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0];
  for (let at = 0; at < blocks.byteLength; at += 64) compress(hash, blocks, at);
  const digest = new DataView(new ArrayBuffer(20));
  hash.forEach((word, index) => {
    digest.setUint32(4 * index, word);
  });
  return new Uint8Array(digest.buffer);
}

/** The message, a 1 bit, zeros, and its length in bits, filling whole blocks (§4). */
function padded(bytes: Uint8Array): DataView<ArrayBuffer> {
  const padded = new Uint8Array((((bytes.length + 8) >> 6) + 1) << 6);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 8, bytes.length / 2 ** 29);
  view.setUint32(padded.length - 4, bytes.length << 3);
  return view;
}

/** Works the block that starts at `at` into the hash (§6.1). */
function compress(hash: number[], blocks: DataView, at: number): void {
  const words: number[] = [];
  let [a, b, c, d, e] = hash as [number, number, number, number, number];
  for (let t = 0; t < 80; t++) {
    words[t] =
      t < 16
        ? blocks.getInt32(at + 4 * t)
        : rotate(words[t - 3]! ^ words[t - 8]! ^ words[t - 14]! ^ words[t - 16]!, 1);
    const [mix, constant] = mixers[Math.floor(t / 20)]!;
    const sum = (rotate(a, 5) + mix(b, c, d) + e + words[t]! + constant) | 0;
    [a, b, c, d, e] = [sum, a, rotate(b, 30), c, d];
  }
  [a, b, c, d, e].forEach((word, index) => {
    hash[index] = (hash[index]! + word) | 0;
  });
}
