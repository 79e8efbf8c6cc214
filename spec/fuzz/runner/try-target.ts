// Runs one target until its budget is used up or its property fails.

import * as fc from 'fast-check';
import type { Counts, FuzzTarget } from './fuzz-target.ts';

export interface Budget {
  readonly inputs: number;
  readonly seconds: number;
  /** The seed. The same seed results in the same inputs. */
  readonly seed: number;
  /** The path of one input of the seed, from a report of fast-check. Default: all inputs. */
  readonly path?: string | undefined;
}

export interface Report {
  /** The target's row in the table. */
  readonly row: Counts & { inputs: number; failures: number };
  /** Further rows, by name. */
  readonly appendix: Record<string, Counts>;
}

/** The number of inputs in a batch, between checks of the budget. Each batch has the next seed. */
const batchInputs = 100;

/** The timeout of a batch, which ends shrinking that takes too long. */
const batchTimeoutMs = 60_000;

const progressMs = 10_000;

/** Runs a target. Stops at the first failure, and logs the smallest input that fails. */
export async function tryTarget<Input>(
  name: string,
  target: FuzzTarget<Input>,
  { inputs: maxInputs, seconds, seed, path }: Budget,
  log: (line: string) => void,
): Promise<Report> {
  const counts: Counts = {};
  const property = fc.asyncProperty(target.input, async input => {
    for (const [what, count] of Object.entries((await target.check(input)) ?? {})) {
      counts[what] = (counts[what] ?? 0) + count;
    }
  });
  const start = performance.now();
  const elapsedMs = () => performance.now() - start;
  let inputs = 0;
  let failures = 0;
  let nextProgressMs = progressMs;
  for (let batch = 0; failures === 0 && inputs < maxInputs && elapsedMs() < 1000 * seconds; batch++) {
    const details = await fc.check(property, {
      seed: seed + batch,
      numRuns: path === undefined ? Math.min(batchInputs, maxInputs - inputs) : 1,
      interruptAfterTimeLimit: batchTimeoutMs,
      ...(path !== undefined && { path }),
    });
    inputs += details.numRuns;
    if (details.failed && details.counterexample !== null) {
      failures += 1;
      log(describeFailure(name, details, inputs));
    }
    if (path !== undefined) break;
    if (elapsedMs() > nextProgressMs) {
      nextProgressMs += progressMs;
      log(`${name}: ${inputs} inputs`);
    }
  }
  const row = { inputs, 'inputs/s': Math.round((1000 * inputs) / elapsedMs()), ...counts, failures };
  return { row, appendix: target.finish?.() ?? {} };
}

function describeFailure<Input>(name: string, details: fc.RunDetails<[Input]>, inputs: number): string {
  const { counterexample, counterexamplePath, errorInstance, numShrinks, seed } = details;
  const error = errorInstance instanceof Error ? errorInstance.stack : fc.stringify(errorInstance);
  return `${name} failed at input ${inputs}, shrunk ${numShrinks} times to
  ${fc.stringify(counterexample?.[0])}
  to repeat it: npm run fuzz -- ${name} --seed ${seed} --path ${counterexamplePath}
${error}`;
}
