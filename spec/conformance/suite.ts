// Runs cases against one endpoint in one role: concurrently, except for cases that load the machine.

import { behaviourOf } from './behaviour.ts';
import type { Case, Result, Role } from './case.ts';
import type { Endpoint } from './endpoints/endpoint.ts';
import { exchange } from './exchange.ts';
import { outcomeOf } from './verdict.ts';

/** The number of cases that run concurrently. */
const concurrency = 16;

/** @param progress - called with each result */
export async function runSuite(
  cases: readonly Case[],
  endpoint: Endpoint,
  role: Role,
  progress: (result: Result) => void,
): Promise<readonly Result[]> {
  const applicable = cases.filter(test => test.role === undefined || test.role === role);
  const results = new Map<string, Result>();
  const runAll = async (queue: Case[]) => {
    for (let test = queue.shift(); test !== undefined; test = queue.shift()) {
      const result = await runCase(test, endpoint, role);
      results.set(test.id, result);
      progress(result);
    }
  };
  const light = applicable.filter(test => !test.exclusive);
  await Promise.all(Array.from({ length: concurrency }, () => runAll(light)));
  await runAll(applicable.filter(test => test.exclusive));
  return applicable.map(test => results.get(test.id)!);
}

async function runCase(test: Case, endpoint: Endpoint, role: Role): Promise<Result> {
  const started = performance.now();
  const { id, title } = test;
  // Copying calls getters that make large messages, once and no earlier.
  const copy = { ...test };
  const behaviour = behaviourOf(copy);
  const timed = (verdict: Result['verdict'], note: string): Result => {
    return { id, title, behaviour, verdict, note, ms: Math.round(performance.now() - started) };
  };
  try {
    const wire = await endpoint.connect(role, copy.endpoint ?? {});
    try {
      const { verdict, note } = outcomeOf(copy, await exchange(copy, wire, role));
      return timed(verdict, note);
    } finally {
      wire.drop();
    }
  } catch (error) {
    return timed('FAILED', `no connection: ${(error as Error).message}`);
  }
}
