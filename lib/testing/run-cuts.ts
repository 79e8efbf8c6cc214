// The proof that a stage does not mind how its input was cut.

import type { Stage } from '../base/stage.ts';
import { every, rechunk, seededLengths } from './rechunk.ts';

/** What came of running a stage over its whole input. */
export interface Outcome<Outputs> {
  /** The outputs before the end or the failure, joined. */
  readonly outputs: Outputs;
  /** What the stage threw, if it threw. */
  readonly error?: unknown;
}

/** How often the input is cut at random. */
const randomCuts = 20;

/**
 * Runs fresh stages over the bytes: whole, octet by octet, split at every offset, and cut at random (always the same).
 * The work is the square of the number of bytes: some hundred are plenty.
 *
 * @param join - makes equal what may differ by the cutting, such as the parts of a payload: outputs in, anything out
 * @returns what came of it, the same for all cuts
 * @throws Error when a cut gives other outputs or another failure; the message says which
 */
export function runCuts<Out, Outputs>(
  makeStage: () => Stage<Uint8Array, Out>,
  bytes: Uint8Array,
  join: (outputs: Out[]) => Outputs,
): Outcome<Outputs> {
  const run = (lengths: Iterable<number>) => runStage(makeStage(), rechunk(bytes, lengths), join);
  const whole = run([]);
  for (const [name, lengths] of cuts(bytes.length)) {
    const outcome = run(lengths);
    if (!same(whole, outcome))
      throw new Error(`${name}: not the outcome of the whole`, { cause: { whole, outcome } });
  }
  return whole;
}

function* cuts(length: number): Iterable<[name: string, lengths: Iterable<number>]> {
  yield ['octet by octet', every(1)];
  for (let offset = 1; offset < length; offset++) yield [`split at ${offset}`, [offset]];
  for (let seed = 1; seed <= randomCuts; seed++) {
    yield [`cut at random, seed ${seed}`, seededLengths(seed, Math.max(2, length / 2))];
  }
}

/** Drives a stage over these chunks to its end, or to its failure. */
function runStage<In, Out, Outputs>(
  stage: Stage<In, Out>,
  chunks: readonly In[],
  join: (outputs: Out[]) => Outputs,
): Outcome<Outputs> {
  const outputs: Out[] = [];
  try {
    for (const chunk of chunks) {
      stage.write(chunk);
      for (let out = stage.read(); out !== undefined || stage.busy; out = stage.read()) {
        if (out !== undefined) outputs.push(out);
      }
    }
    stage.close();
  } catch (error) {
    return { outputs: join(outputs), error };
  }
  return { outputs: join(outputs) };
}

/** Whether two values have the same structure: primitives, arrays, bytes, plain objects, errors. */
function same(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  if (Object.getPrototypeOf(one) !== Object.getPrototypeOf(other)) return false;
  if (one instanceof Error && one.message !== (other as Error).message) return false;
  const names = namesOf(one);
  return (
    names.length === namesOf(other).length &&
    names.every(name => same(one[name as keyof typeof one], other[name as keyof typeof other]))
  );
}

/** What can be enumerated, inherited or not: the fields of a WebSocketError are accessors on its prototype. */
function namesOf(value: object): string[] {
  const names: string[] = [];
  for (const name in value) names.push(name);
  return names;
}
