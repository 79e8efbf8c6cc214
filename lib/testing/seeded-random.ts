// Chance that can be repeated: the same seed, the same course.

/**
 * A source of integers from 0 up to, and without, `below`. Good for tests, and for nothing that has to be secret.
 *
 * @param seed - an integer; each gives a sequence of its own
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
