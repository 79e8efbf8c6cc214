// The interface of a fuzz target: each module in spec/fuzz exports one.

import type * as fc from 'fast-check';

/** Totals of a run, by name. */
export type Counts = Record<string, number>;

export interface FuzzTarget<Input> {
  /** One line: the property that holds. */
  readonly description: string;
  /** Generates, shrinks and prints the inputs. */
  readonly input: fc.Arbitrary<Input>;
  /** Throws if the property does not hold for the input. Returns figures that the run adds up. */
  check(input: Input): Counts | void | Promise<Counts | void>;
  /** Releases what the checks share; the result is printed after the table. */
  finish?(): Record<string, Counts>;
}
