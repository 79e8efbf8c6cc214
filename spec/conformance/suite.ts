// Runs cases against one endpoint in one role: those that only wait together, those that load the machine alone.

import type { Case, Result, Role } from './case.ts';
import type { Endpoint } from './endpoints/endpoint.ts';
import { judge } from './judge.ts';
import { play } from './play.ts';

const together = 16;

/** @param progress - told after each case */
export async function runSuite(
  cases: readonly Case[],
  endpoint: Endpoint,
  role: Role,
  progress: (result: Result) => void,
): Promise<readonly Result[]> {
  const fitting = cases.filter(test => test.role === undefined || test.role === role);
  const results = new Map<string, Result>();
  const runAll = async (queue: Case[]) => {
    for (let test = queue.shift(); test !== undefined; test = queue.shift()) {
      const result = await runCase(test, endpoint, role);
      results.set(test.id, result);
      progress(result);
    }
  };
  const light = fitting.filter(test => !test.alone);
  await Promise.all(Array.from({ length: together }, () => runAll(light)));
  await runAll(fitting.filter(test => test.alone));
  return fitting.map(test => results.get(test.id)!);
}

async function runCase(test: Case, endpoint: Endpoint, role: Role): Promise<Result> {
  const started = performance.now();
  const { id, title } = test;
  const timed = (verdict: Result['verdict'], note: string): Result => {
    return { id, title, verdict, note, ms: Math.round(performance.now() - started) };
  };
  try {
    // The copy takes large bytes out of their getters, once and no earlier.
    const copy = { ...test };
    const wire = await endpoint.connect(role, copy.endpoint ?? {});
    try {
      const { verdict, note } = judge(copy, await play(copy, wire, role));
      return timed(verdict, note);
    } finally {
      wire.drop();
    }
  } catch (error) {
    return timed('FAILED', `no connection: ${(error as Error).message}`);
  }
}
