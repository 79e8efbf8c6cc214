// `npm run bench -- servers`: the CPU time of a server per echoed message, compared with `ws` in the same round. Each server
// runs in its own process, under the same load.

import {
  addCpuLines,
  cpuHeadings,
  type LoadResult,
  type Sample,
  type Subject,
  sampleInTurn,
} from './cpu-table.ts';
import type { Opening } from './load/echo-load.ts';
import { titleOf } from './load-rows.ts';
import { type BenchOptions, chosen } from './options.ts';
import { Child } from './process/child.ts';
import { nodeBinary } from './process/node-binary.ts';
import { type BoundCounts, Report } from './report.ts';
import { type Pace, paceOf } from './rounds.ts';
import { type EchoName, kinds, startServer } from './servers/kinds.ts';
import { rowsFor, type ServerRow } from './servers/rows.ts';

const echoNames: readonly EchoName[] = [
  'ws',
  'ws-bare',
  'iterator',
  'readable',
  'writer',
  'pipeTo',
  'batches',
  'hand',
];

export async function run(options: BenchOptions): Promise<BoundCounts> {
  const node = await nodeBinary(options.node);
  const wanted = chosen('kinds', echoNames, options.kinds) as readonly EchoName[];
  const pace = paceOf(options);
  const title = `CPU of a server per echoed message, Node ${node.version}`;
  const report = new Report('servers', title, { node: node.version, pace });
  for (const row of rowsFor(options)) {
    report.row(titleOf(row), cpuHeadings('messages'));
    const { connections, inFlight, shape } = row;
    addCpuLines(report, await measure(node.path, wanted, row, pace, options.profile), {
      connections,
      inFlight,
      ...shape,
    });
  }
  return report.finish(options);
}

async function measure(
  node: string,
  wanted: readonly EchoName[],
  { connections, inFlight, shape, bounds }: ServerRow,
  pace: Pace,
  profile: string | undefined,
): Promise<Map<Subject, Sample[]>> {
  const load = new Child('load/echo-load.js', { node: process.execPath, core: 1 });
  const servers = new Map<Subject, Child>();
  try {
    for (const kind of wanted) {
      const server = startServer(kind, node, shape, profile);
      servers.set({ name: kind, title: kinds[kind].title, bound: bounds[kind] }, server);
      const port = await server.ask<number>('port');
      await load.ask('open', { kind, port, connections, inFlight, shape, checked: true } satisfies Opening);
    }
    return await sampleInTurn(servers, pace, (subject, _server, ms) =>
      load.ask<LoadResult>('run', { kind: subject.name, ms }),
    );
  } finally {
    await Promise.all([...servers.values(), load].map(child => child.end()));
  }
}
