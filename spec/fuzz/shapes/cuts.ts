// Arbitraries of chunk lengths.

import * as fc from 'fast-check';
import { rechunk } from '../../../lib/testing/rechunk.ts';

/** The lengths of chunks, repeated. If the list is empty, there is one chunk. */
export type Cuts = readonly number[];

const length = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: 1, max: 8 }) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 130 }) },
);

export const cuts: fc.Arbitrary<Cuts> = fc.array(length, { maxLength: 4, size: 'max' });

/** Copies bytes to chunks of these lengths. */
export function cutBy(cuts: Cuts, bytes: Uint8Array): Uint8Array[] {
  return cuts.length === 0 ? [bytes.slice()] : rechunk(bytes, forEver(cuts));
}

function* forEver(lengths: Cuts): Iterable<number> {
  for (;;) yield* lengths;
}
