// Runs one target for a while, and says what came of it.

import type { Coverage } from './coverage.ts';
import type { Counts, FuzzTarget, OctetTarget, SeedTarget } from './fuzz-target.ts';
import { Fuzzer } from './fuzzer.ts';

/** When to stop: after so many inputs, or so many seconds, whichever comes first. */
export interface Budget {
  readonly inputs: number;
  readonly seconds: number;
  readonly seed: number;
}

export interface Report {
  /** The line of the table. */
  readonly row: Counts & { failures: number };
  /** Further lines, by name. */
  readonly appendix: Record<string, Counts>;
}

const progressMs = 10_000;

/** Stops at the first failure. */
export async function tryTarget(
  name: string,
  target: FuzzTarget,
  coverage: Coverage | undefined,
  budget: Budget,
  log: (line: string) => void,
): Promise<Report> {
  const start = performance.now();
  let nextProgress = start + progressMs;
  const goesOn = (inputs: number): boolean => {
    const now = performance.now();
    if (now > nextProgress) {
      nextProgress = now + progressMs;
      log(`${name}: ${inputs} inputs`);
    }
    return inputs < budget.inputs && now - start < 1000 * budget.seconds;
  };
  const course = 'check' in target ? tryOctets : trySeeds;
  const { inputs, failure, counts } = await course(
    target as OctetTarget & SeedTarget,
    coverage,
    budget,
    goesOn,
  );
  if (failure !== undefined) log(`${name}: ${failure}`);
  const perSecond = Math.round((1000 * inputs) / (performance.now() - start));
  const appendix = 'finish' in target ? await target.finish!() : {};
  return {
    row: { inputs, 'inputs/s': perSecond, ...counts, failures: failure === undefined ? 0 : 1 },
    appendix,
  };
}

interface Course {
  readonly inputs: number;
  readonly failure: string | undefined;
  readonly counts: Counts;
}

async function tryOctets(
  target: OctetTarget,
  coverage: Coverage | undefined,
  { seed }: Budget,
  goesOn: (inputs: number) => boolean,
): Promise<Course> {
  const fuzzer = new Fuzzer(target, coverage, seed);
  let failure: string | undefined;
  while (failure === undefined && goesOn(fuzzer.inputs)) {
    const finding = await fuzzer.batch();
    if (finding === undefined) continue;
    failure = `seed ${seed}, --input ${Buffer.from(finding.input).toString('hex')}\n${describe(finding.error)}`;
  }
  return { inputs: fuzzer.inputs, failure, counts: { kept: fuzzer.kept } };
}

async function trySeeds(
  target: SeedTarget,
  _: Coverage | undefined,
  { seed }: Budget,
  goesOn: (inputs: number) => boolean,
): Promise<Course> {
  const counts: Counts = {};
  let inputs = 0;
  for (; goesOn(inputs); inputs++) {
    try {
      for (const [what, count] of Object.entries(await target.run(seed + inputs))) {
        counts[what] = (counts[what] ?? 0) + count;
      }
    } catch (error) {
      return { inputs, failure: `--inputs 1 --seed ${seed + inputs}\n${describe(error)}`, counts };
    }
  }
  return { inputs, failure: undefined, counts };
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
