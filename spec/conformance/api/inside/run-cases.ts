// Runs the cases of an interface on a host.

import { type Group, idOf, type Result } from '../case.ts';
import { groups } from '../cases/index.ts';
import { type Classes, Kit, type Ports } from './kit.ts';

/** The number of cases that run at the same time. */
const defaultTogether = 4;

/** A case that hangs must not hold up the others. */
const patienceMs = 20_000;

/** Which cases to run, and where their server is. */
export interface Order {
  readonly ports: Ports;
  /** The beginnings of their numbers; none: all. */
  readonly starts: readonly string[];
  /** The number of their group. Default: all. */
  readonly group?: number;
  /** The number of cases that run at the same time. Default: 4. */
  readonly together?: number;
}

export async function runCases(
  classes: Classes,
  { ports, starts, group: only, together = defaultTogether }: Order,
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
  await Promise.all(Array.from({ length: together }, work));
  return results;
}

async function faultOf(group: Group, index: number, kit: Kit): Promise<string> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<string>(resolve => {
    timer = setTimeout(() => resolve(`no end within ${patienceMs} ms`), patienceMs);
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
  kit.tidy();
  return fault;
}
