// Arbitraries of bytes.

import * as fc from 'fast-check';

/** Returns up to `maxLength` random bytes, mostly few. */
export function bytes(maxLength: number): fc.Arbitrary<Uint8Array> {
  const upTo = (length: number) => fc.uint8Array({ maxLength: length, size: 'max' });
  return fc.oneof(
    { weight: 3, arbitrary: upTo(Math.min(20, maxLength)) },
    { weight: 1, arbitrary: upTo(maxLength) },
  );
}

/** Returns ascending bytes from a random one, with one of these lengths. */
export function bytesOfLength(...lengths: readonly number[]): fc.Arbitrary<Uint8Array> {
  return fc
    .tuple(fc.constantFrom(...lengths), fc.nat(255))
    .map(([length, first]) => Uint8Array.from({ length }, (_, index) => first + index));
}

/** Selects by weight. Shrinks to the first arbitrary, which should be the simplest. */
export function weighted<T>(
  ...choices: readonly (readonly [weight: number, arbitrary: fc.Arbitrary<T>])[]
): fc.Arbitrary<T> {
  return fc.oneof(
    { withCrossShrink: true },
    ...choices.map(([weight, arbitrary]) => ({ weight, arbitrary })),
  );
}

/** Returns a value in `percent` of 100 inputs, and undefined in the others. */
export function sometimes<T>(percent: number, arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return weighted<T | undefined>([100 - percent, fc.constant(undefined)], [percent, arbitrary]);
}
