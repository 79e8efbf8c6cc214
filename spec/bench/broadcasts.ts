// `npm run bench -- broadcasts`: the CPU time per recipient of a server that broadcasts messages of 1 KiB, compared with `ws`
// in the same round.

import type { BroadcastRun, ListenersOpening } from './broadcasts/listeners.ts';
import {
  addCpuLines,
  cpuHeadings,
  type LoadResult,
  type SpeedBound,
  type Subject,
  sampleInTurn,
} from './cpu-table.ts';
import { type BenchOptions, chosen } from './options.ts';
import { Child } from './process/child.ts';
import { nodeBinary } from './process/node-binary.ts';
import { type Environment, withAddOns, withoutAddOns } from './process/ws-add-ons.ts';
import { type BoundCounts, Report } from './report.ts';
import { type Pace, paceOf } from './rounds.ts';

const listeners = 2000;

const kinds: Readonly<Record<string, { readonly title: string; readonly env?: Environment }>> = {
  ws: { title: 'ws with add-ons', env: withAddOns },
  'ws-bare': { title: 'ws as installed', env: withoutAddOns },
  ours: { title: 'broadcast()' },
};

const plainBound: SpeedBound = { min: 1, goal: 1.5 };
const compressedBound: SpeedBound = { min: 4, goal: 5 };

export async function run(options: BenchOptions): Promise<BoundCounts> {
  const node = await nodeBinary(options.node);
  const wanted = chosen('kinds', Object.keys(kinds), options.kinds);
  const pace = paceOf(options);
  const title = `CPU of a server per recipient, ${listeners} recipients, Node ${node.version}`;
  const report = new Report('broadcasts', title, { node: node.version, pace, listeners });
  for (const deflate of chosen('deflate', ['off', 'on'], options.deflate).map(choice => choice === 'on')) {
    report.row(`1 KiB of JSON${deflate ? ', compressed' : ''}`, cpuHeadings('recipients'));
    addCpuLines(report, await measure(node.path, wanted, deflate, pace), { deflate });
  }
  return report.finish(options);
}

async function measure(node: string, wanted: readonly string[], deflate: boolean, pace: Pace) {
  const load = new Child('broadcasts/listeners.js', { node: process.execPath, core: 1 });
  const servers = new Map<Subject, Child>();
  try {
    for (const kind of wanted) {
      const { title, env = {} } = kinds[kind]!;
      const args = [kind, deflate ? 'on' : 'off'];
      const server = new Child('broadcasts/broadcast-server.js', { node, core: 0, args, env });
      const ourBound = deflate ? compressedBound : plainBound;
      servers.set({ name: kind, title, bound: kind === 'ours' ? ourBound : undefined }, server);
      const port = await server.ask<number>('port');
      await load.ask('open', { kind, port, listeners, deflate } satisfies ListenersOpening);
    }
    return await sampleInTurn(servers, pace, ({ name }, _server, ms) =>
      load.ask<LoadResult>('run', { kind: name, ms } satisfies BroadcastRun),
    );
  } finally {
    await Promise.all([...servers.values(), load].map(child => child.end()));
  }
}
