// Checks that the result of a stage does not depend on how its input is cut into chunks.

import type { Stage } from '../base/stage.ts';
import { every, rechunk, seededLengths } from './rechunk.ts';

/** The result of running a stage over its whole input. */
export interface Outcome<Outputs> {
  /** The joined outputs before the end or the failure. */
  readonly outputs: Outputs;
  /** The error of the stage, if it threw. */
  readonly error?: unknown;
}

/** The number of random cuts. */
const randomCuts = 20;

/**
 * Runs new stages over the bytes: whole, byte by byte, split at every offset, and cut at random with fixed seeds. The work
 * grows with the square of the number of bytes, so use a few hundred at most.
 *
 * @param join - joins outputs that may differ between cuts, such as the parts of a payload
 * @returns the result, which is the same for all cuts
 * @throws Error if a cut gives other outputs or another failure; the message names the cut
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
      throw new Error(`${name}: the outcome differs from that of the whole input`, {
        cause: { whole, outcome },
      });
  }
  return whole;
}

function* cuts(length: number): Iterable<[name: string, lengths: Iterable<number>]> {
  yield ['byte by byte', every(1)];
  for (let offset = 1; offset < length; offset++) yield [`split at ${offset}`, [offset]];
  for (let seed = 1; seed <= randomCuts; seed++) {
    yield [`cut at random, seed ${seed}`, seededLengths(seed, Math.max(2, length / 2))];
  }
}

/** Runs a stage over these chunks to its end or failure. */
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

/** Returns true if two values have the same structure: primitives, arrays, bytes, plain objects, errors. */
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

/** Returns the enumerable names, with inherited ones: the fields of a WebSocketError are accessors on its prototype. */
function namesOf(value: object): string[] {
  const names: string[] = [];
  for (const name in value) names.push(name);
  return names;
}
