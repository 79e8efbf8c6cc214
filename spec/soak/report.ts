// Prints the result of a soak test: counts, faults, resource use before and after, and how to repeat the run.

import type { Settings } from './settings.ts';
import type { Tally } from './tally.ts';
import type { FromChild } from './worker.ts';

type Measured = Extract<FromChild, { type: 'measured' }>;

/** The resource use of one process. */
export interface ResourceUse {
  readonly name: string;
  readonly before: Measured;
  readonly after: Measured;
}

export function printReport(
  settings: Settings,
  tally: Tally,
  seconds: string,
  uses: readonly ResourceUse[],
): void {
  const { connections, clean, broken, refused, messages, bytes, counts, faults } = tally;
  console.table({
    connections: { count: connections },
    '  closed cleanly': { count: clean },
    '  failed when open': { count: broken },
    '  failed to open': { count: refused },
    messages: { count: messages },
    MiB: { count: Math.round(bytes / 2 ** 20) },
    ...Object.fromEntries(Object.entries(counts).map(([kind, count]) => [`fault: ${kind}`, { count }])),
  });
  console.table(Object.fromEntries(uses.map(({ name, before, after }) => [name, useRow(before, after)])));
  const verdict = faults === 0 ? 'no faults' : `${faults} faults`;
  const options = `--clients ${settings.clients} --seconds ${settings.seconds} --seed ${settings.seed}`;
  console.log(`${verdict} in ${seconds} s; to repeat this run: npm run soak -- ${options}`);
  if (faults > 0) console.log('to run only one connection, add --only and its number');
}

function useRow({ snapshot: before }: Measured, { snapshot, timers, longestTurnMs }: Measured): object {
  const mebibytes = (n: number) => (n / 2 ** 20).toFixed(1);
  return {
    'heap, MiB': `${mebibytes(before.heapBytes)} → ${mebibytes(snapshot.heapBytes)}`,
    descriptors: `${before.descriptors} → ${snapshot.descriptors}`,
    listeners: `${before.listeners} → ${snapshot.listeners}`,
    sockets: `${before.sockets} → ${snapshot.sockets}`,
    timers: timers.length,
    'longest turn, ms': longestTurnMs,
  };
}
