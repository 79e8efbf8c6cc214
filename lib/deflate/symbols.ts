// The alphabets of DEFLATE (RFC 1951 §3.2.5 to §3.2.7).

/** The symbol that ends a block. Symbols below it are literals, those above are lengths. */
export const endOfBlock = 256;

/** The number of literal and length symbols with a meaning. 286 and 287 have codes in a fixed block, too. */
export const literalSymbols = 286;

/** The number of distance symbols with a meaning. 30 and 31 have codes in a fixed block, too. */
export const distanceSymbols = 30;

/** The longest match. The shortest is 3. */
export const longestMatch = 258;

/** The order in which a dynamic block lists the lengths of its code length code. */
export const codeLengthOrder: Uint8Array = Uint8Array.of(
  ...[16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15],
);

/** The number of extra bits after length symbol 257 + i. */
export const lengthExtra: Uint8Array = Uint8Array.from({ length: 29 }, (_, i) =>
  i < 8 || i === 28 ? 0 : (i >> 2) - 1,
);

/** The shortest length of length symbol 257 + i. */
export const lengthBase: Uint16Array = bases(lengthExtra, 3);
lengthBase[28] = longestMatch;

/** The number of extra bits after distance symbol i. */
export const distanceExtra: Uint8Array = Uint8Array.from({ length: distanceSymbols }, (_, i) =>
  i < 4 ? 0 : (i >> 1) - 1,
);

/** The shortest distance of distance symbol i. */
export const distanceBase: Uint16Array = bases(distanceExtra, 1);

/** The code lengths of a fixed block. */
export const fixedLiteralLengths: Uint8Array = new Uint8Array(288)
  .fill(8, 0, 144)
  .fill(9, 144, 256)
  .fill(7, 256, 280)
  .fill(8, 280);
export const fixedDistanceLengths: Uint8Array = new Uint8Array(32).fill(5);

function bases(extra: Uint8Array, first: number): Uint16Array {
  const result = new Uint16Array(extra.length);
  for (let i = 0, base = first; i < extra.length; i++) {
    result[i] = base;
    base += 1 << extra[i]!;
  }
  return result;
}
