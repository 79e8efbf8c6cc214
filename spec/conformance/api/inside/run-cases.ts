// Runs cases on a host.

import { type Group, idOf, type Result } from '../case.ts';
import { groups } from '../cases/index.ts';
import { type Classes, Kit, type Ports } from './kit.ts';

/** The default number of cases that run concurrently. */
const defaultConcurrency = 4;

/** The timeout of a case. */
const timeoutMs = 20_000;

/** The cases to run, and the ports of their server. */
export interface RunOptions {
  readonly ports: Ports;
  /** Prefixes of case ids. An empty list selects all cases. */
  readonly starts: readonly string[];
  /** The only group to run. Default: all groups. */
  readonly group?: number;
  /** The number of cases that run concurrently. Default: 4. */
  readonly concurrency?: number;
}

export async function runCases(
  classes: Classes,
  { ports, starts, group: only, concurrency = defaultConcurrency }: RunOptions,
): Promise<readonly Result[]> {
  const queue = groups
    .filter(({ about, number }) => classes[about] !== undefined && (only ?? number) === number)
    .flatMap(group => group.cases.map((_, index) => ({ group, index, id: idOf(group, index) })))
    .filter(({ id }) => starts.length === 0 || starts.some(start => `${id}.`.startsWith(`${start}.`)));
  const results: Result[] = [];
  const work = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const fault = await faultOf(next.group, next.index, new Kit(classes, ports));
      results.push({ id: next.id, fault });
    }
  };
  await Promise.all(Array.from({ length: concurrency }, work));
  return results;
}

async function faultOf(group: Group, index: number, kit: Kit): Promise<string> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<string>(resolve => {
    timer = setTimeout(() => resolve(`the case did not end within ${timeoutMs} ms`), timeoutMs);
  });
  const run = async () => group.cases[index]!.run(kit);
  const fault = await Promise.race([
    run().then(
      () => '',
      error => `${(error as Error)?.message ?? error}`,
    ),
    late,
  ]);
  clearTimeout(timer);
  kit.cleanUp();
  return fault;
}
