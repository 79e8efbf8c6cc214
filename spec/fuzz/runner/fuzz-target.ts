// The interface of a fuzz target, which each module in spec/fuzz exports.

import type * as fc from 'fast-check';

/** Totals of a run, by name. */
export type Counts = Record<string, number>;

export interface FuzzTarget<Input> {
  /** The property that must hold, in one line. */
  readonly description: string;
  /** Generates, shrinks and prints the inputs. */
  readonly input: fc.Arbitrary<Input>;
  /** Throws if the property does not hold for the input. Returns counts, which the run adds up. */
  check(input: Input): Counts | void | Promise<Counts | void>;
  /** Releases shared resources. Returns further counts, which are printed in a second table. */
  finish?(): Record<string, Counts>;
}
