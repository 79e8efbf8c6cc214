// Writes DEFLATE blocks bit by bit, in the notation of RFC 1951.

/** Returns a number as bits in the order of the stream, the lowest first. */
export function field(value: number, count: number): string {
  return [...value.toString(2).padStart(count, '0')].reverse().join('');
}

/** Returns the header of a dynamic block up to the code of code lengths. */
export function dynamic(literals: number, distances: number, codeLengths: Record<number, number>): string {
  const order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
  const listed = order.map(symbol => field(codeLengths[symbol] ?? 0, 3));
  return `0 01 ${field(literals - 257, 5)} ${field(distances - 1, 5)} ${field(15, 4)} ${listed.join(' ')}`;
}

/** Packs bits in the order of the stream into bytes. */
export function fromBits(bits: string): Uint8Array {
  const all = bits.replaceAll(' ', '');
  const result = new Uint8Array(Math.ceil(all.length / 8));
  [...all].forEach((bit, i) => {
    result[i >> 3]! |= Number(bit) << (i & 7);
  });
  return result;
}

/** Eight dynamic blocks without content in 179 bytes, with the longest codes and thus the largest tables. */
export function emptyDynamicBlocks(): Uint8Array {
  const codeLengths: Record<number, number> = { 18: 4 };
  for (let length = 1; length <= 15; length++) codeLengths[length] = 4;
  const ofLength = (length: number) => (length - 1).toString(2).padStart(4, '0');
  const literals = Array.from({ length: 15 }, (_, i) => ofLength(i + 1)).join('');
  const zeros = (count: number) => `1111 ${field(count - 11, 7)}`;
  const lengths = `${literals} ${zeros(138)} ${zeros(103)} ${ofLength(15)} ${ofLength(1)}`;
  return fromBits(`${dynamic(257, 1, codeLengths)} ${lengths} ${'1'.repeat(15)}`.repeat(8));
}

/** A dynamic block whose codes are over-subscribed: 256 symbols of one bit, and one of 15 so that the tables are large. */
export function oversubscribedBlock(): Uint8Array {
  const [one, fifteen, repeat] = ['10', '11', '0'];
  const runs = `${repeat}${field(3, 2)}`.repeat(47);
  return fromBits(
    `${dynamic(257, 30, { 1: 2, 15: 2, 16: 1 })} ${fifteen} ${one} ${runs} ${one.repeat(3)} ${'1'.repeat(15)}`,
  );
}
