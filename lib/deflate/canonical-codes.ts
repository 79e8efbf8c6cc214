// Assigns canonical codes to code lengths (RFC 1951 §3.2.2).

const longestCode = 15;
const counts = new Uint16Array(longestCode + 1);
const next = new Uint16Array(longestCode + 1);

/** Fills `codes` with the code of every symbol that has a length. The first bit in the stream is the lowest one. */
export function assignCodes(lengths: Uint8Array, codes: Uint16Array): void {
  counts.fill(0);
  for (let symbol = 0; symbol < lengths.length; symbol++) counts[lengths[symbol]!]!++;
  counts[0] = 0;
  for (let length = 1; length <= longestCode; length++) {
    next[length] = (next[length - 1]! + counts[length - 1]!) << 1;
  }
  for (let symbol = 0; symbol < lengths.length; symbol++) {
    const length = lengths[symbol]!;
    if (length > 0) codes[symbol] = reversed(next[length]!++, length);
  }
}

function reversed(code: number, length: number): number {
  let bits = code;
  bits = ((bits & 0x5555) << 1) | ((bits >> 1) & 0x5555);
  bits = ((bits & 0x3333) << 2) | ((bits >> 2) & 0x3333);
  bits = ((bits & 0x0f0f) << 4) | ((bits >> 4) & 0x0f0f);
  bits = ((bits & 0x00ff) << 8) | (bits >> 8);
  return bits >> (16 - length);
}
