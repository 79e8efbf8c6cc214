// Cuts bytes into chunks of given lengths.

import { seededRandom } from './seeded-random.ts';

/**
 * Returns the bytes in chunks of these lengths, and the rest as one chunk. So `[]` merges everything, `[3]` cuts after the
 * third byte, and a length of 0 gives an empty chunk. Every chunk is a copy with its own buffer.
 *
 * @example
 * rechunk(bytes, every(1));                 // byte by byte
 * rechunk(bytes, seededLengths(7, 100));    // at random, always the same
 * rechunk(bytes.subarray(0, 5), []);        // ended after five bytes
 */
export function rechunk(
  bytes: Uint8Array | Iterable<Uint8Array>,
  lengths: Iterable<number>,
): Uint8Array<ArrayBuffer>[] {
  const whole = concatenated(bytes instanceof Uint8Array ? [bytes] : bytes);
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let start = 0;
  for (const length of lengths) {
    if (start >= whole.length) break;
    chunks.push(whole.slice(start, start + length));
    start += length;
  }
  if (start < whole.length) chunks.push(whole.slice(start));
  return chunks;
}

/**
 * Returns endless chunk lengths of `length`.
 *
 * @throws RangeError for a length that is not a positive integer
 */
export function every(length: number): Iterable<number> {
  if (!(Number.isInteger(length) && length > 0))
    throw new RangeError(`length must be above 0 (got ${length})`);
  return lengthsFrom(() => () => length);
}

/** Returns endless random chunk lengths of 1 to `maxLength`, the same for the same seed. */
export function seededLengths(seed: number, maxLength: number): Iterable<number> {
  return lengthsFrom(() => {
    const random = seededRandom(seed);
    return () => 1 + random(maxLength);
  });
}

function lengthsFrom(start: () => () => number): Iterable<number> {
  return {
    *[Symbol.iterator]() {
      const next = start();
      for (;;) yield next();
    },
  };
}

/** Returns the parts as one array with its own buffer. */
export function concatenated(parts: Iterable<Uint8Array>): Uint8Array<ArrayBuffer> {
  const list = [...parts];
  const whole = new Uint8Array(list.reduce((sum, part) => sum + part.length, 0));
  let end = 0;
  for (const part of list) {
    whole.set(part, end);
    end += part.length;
  }
  return whole;
}
