// `npm run bench -- clients`: the CPU time of a client per round trip of a message, compared with `ws` and Node's `WebSocket` in
// the same round. Each client runs in its own process, with the same server.

import type { ClientOpening } from './clients/client.ts';
import { type ClientName, clientKinds, startClient } from './clients/kinds.ts';
import {
  addCpuLines,
  cpuHeadings,
  type LoadResult,
  type Sample,
  type SpeedBound,
  type Subject,
  sampleInTurn,
} from './cpu-table.ts';
import { chosenLists, type LoadRow, type RowLists, rowsOf, titleOf } from './load-rows.ts';
import { type BenchOptions, chosen } from './options.ts';
import { Child } from './process/child.ts';
import { type NodeBinary, nodeBinary } from './process/node-binary.ts';
import { type BoundCounts, Report } from './report.ts';
import { type Pace, paceOf } from './rounds.ts';

const names = Object.keys(clientKinds) as ClientName[];
const peers = ['ws', 'native'];
const bound: SpeedBound = { min: 0.9, goal: 1.2 };

/** The rows with bounds. */
const defaults: RowLists = {
  loads: ['1x1', '1x16'],
  sizes: [20],
  types: ['text', 'binary'],
  deflate: ['off'],
};
const all: RowLists = { ...defaults, loads: ['1x1', '1x16', '64x1'], sizes: [20, 1024, 16_384, 65_536] };

export async function run(options: BenchOptions): Promise<BoundCounts> {
  const node = await nodeBinary(options.node);
  const wanted = chosen('kinds', names, options.kinds) as readonly ClientName[];
  const pace = paceOf(options);
  const title = `CPU of a client per round trip, Node ${node.version}`;
  const report = new Report('clients', title, { node: node.version, pace });
  for (const row of rowsOf(options.all ? all : (chosenLists(options, defaults) ?? defaults))) {
    report.row(titleOf(row), cpuHeadings('messages', peers));
    const { connections, inFlight, shape } = row;
    const samples = await measure(node, wanted, row, pace, options.profile);
    addCpuLines(report, samples, { connections, inFlight, ...shape }, peers);
  }
  return report.finish(options);
}

function hasBounds({ connections, inFlight, shape }: LoadRow): boolean {
  return defaults.loads.includes(`${connections}x${inFlight}`) && defaults.sizes.includes(shape.bytes);
}

async function measure(
  node: NodeBinary,
  wanted: readonly ClientName[],
  row: LoadRow,
  pace: Pace,
  profile: string | undefined,
): Promise<Map<Subject, Sample[]>> {
  const args = [JSON.stringify(row.shape)];
  const server = new Child('clients/neutral-server.js', { node: process.execPath, core: 1, args });
  const clients = new Map<Subject, Child>();
  try {
    const port = await server.ask<number>('port');
    for (const name of wanted) {
      const client = startClient(name, node, profile);
      const isOurs = name === 'dial' && hasBounds(row);
      clients.set({ name, title: clientKinds[name].title, bound: isOurs ? bound : undefined }, client);
      await client.ask('open', { port, ...row } satisfies ClientOpening);
    }
    return await sampleInTurn(clients, pace, (_subject, client, ms) => client.ask<LoadResult>('run', ms));
  } finally {
    await Promise.all([...clients.values(), server].map(child => child.end()));
  }
}
