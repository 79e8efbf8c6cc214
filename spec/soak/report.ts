// What the command prints at the end.

import type { Settings } from './settings.ts';
import type { Tally } from './tally.ts';
import type { FromChild } from './worker.ts';

type Measured = Extract<FromChild, { type: 'measured' }>;

export interface Held {
  readonly name: string;
  readonly before: Measured;
  readonly after: Measured;
}

export function printReport(settings: Settings, tally: Tally, seconds: string, held: readonly Held[]): void {
  const { connections, clean, broken, refused, messages, bytes, counts, faults } = tally;
  console.table({
    connections: { count: connections },
    '  that ended cleanly': { count: clean },
    '  that broke when open': { count: broken },
    '  that broke while opening': { count: refused },
    messages: { count: messages },
    MiB: { count: Math.round(bytes / 2 ** 20) },
    ...Object.fromEntries(Object.entries(counts).map(([kind, count]) => [`fault: ${kind}`, { count }])),
  });
  console.table(Object.fromEntries(held.map(({ name, before, after }) => [name, heldRow(before, after)])));
  const verdict = faults === 0 ? 'nothing is wrong' : `${faults} faults`;
  const again = `--clients ${settings.clients} --seconds ${settings.seconds} --seed ${settings.seed}`;
  console.log(`${verdict} after ${seconds} s; to run it again: npm run soak -- ${again}`);
  if (faults > 0) console.log('to run one connection alone: add --only and its number');
}

function heldRow({ snapshot: before }: Measured, { snapshot, timers, longestTurnMs }: Measured): object {
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
