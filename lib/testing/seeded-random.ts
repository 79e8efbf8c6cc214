// A repeatable source of random integers.

/**
 * Returns a function that gives random integers from 0 to `below - 1`. For tests only: it is not secure.
 *
 * @param seed - an integer; the same seed gives the same sequence
 */
export function seededRandom(seed: number): (below: number) => number {
  // Mulberry32, by Tommy Ettinger; in the public domain.
  let state = seed | 0;
  return below => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}
