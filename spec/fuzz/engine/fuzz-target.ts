// What the modules of this folder export.

import type { Random } from '../../support/random.ts';

/** What a run added up, by name. */
export type Counts = Record<string, number>;

/** A target whose inputs are octets: they are generated, changed, and kept where they reach new code. */
export interface OctetTarget {
  /** One line: what is checked. */
  readonly description: string;
  /** A fresh input of the shape that the target expects. */
  make(random: Random): Uint8Array;
  /** Throws when an invariant does not hold for the input. Any octets are an input. */
  check(input: Uint8Array): void | Promise<void>;
}

/** A target whose inputs are seeds. */
export interface SeedTarget {
  /** One line: what is compared with what. */
  readonly description: string;
  /** How many inputs a run has that names the target and no number. */
  readonly inputs?: number;
  /** Runs the input that belongs to a seed; throws when something disagrees. */
  run(seed: number): Counts | Promise<Counts>;
  /** Ends what the runs have in common; what it returns is printed behind the table. */
  finish?(): Record<string, Counts> | Promise<Record<string, Counts>>;
}

export type FuzzTarget = OctetTarget | SeedTarget;
