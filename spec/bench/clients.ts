// `npm run bench -- clients`: the CPU of a client per message there and back, each kind in a process of its own, at one neutral
// server, beside `ws` and Node's own `WebSocket` in the same round.

import type { ClientOpening } from './clients/client.ts';
import { type ClientName, clientKinds, startClient } from './clients/kinds.ts';
import {
  addCpuLines,
  cpuHeadings,
  type Ran,
  type Reach,
  type Sample,
  type Subject,
  sampleInTurn,
} from './cpu-table.ts';
import { chosenLists, type LoadRow, type RowLists, rowsOf, titleOf } from './load-rows.ts';
import { type BenchOptions, chosen } from './options.ts';
import { Child } from './process/child.ts';
import { type NodeBinary, nodeBinary } from './process/node-binary.ts';
import { Report, type Tally } from './report.ts';
import { type Pace, paceOf } from './rounds.ts';

const names = Object.keys(clientKinds) as ClientName[];
const peers = ['ws', 'native'];
const reach: Reach = { least: 0.9, aim: 1.2 };

/** The rows with a bound. */
const defaults: RowLists = {
  loads: ['1x1', '1x16'],
  sizes: [20],
  types: ['text', 'binary'],
  deflate: ['off'],
};
const all: RowLists = { ...defaults, loads: ['1x1', '1x16', '64x1'], sizes: [20, 1024, 16_384, 65_536] };

export async function run(options: BenchOptions): Promise<Tally> {
  const node = await nodeBinary(options.node);
  const wanted = chosen('kinds', names, options.kinds) as readonly ClientName[];
  const pace = paceOf(options);
  const title = `CPU of a client per message there and back, Node ${node.version}`;
  const report = new Report('clients', title, { node: node.version, pace });
  for (const row of rowsOf(options.all ? all : (chosenLists(options, defaults) ?? defaults))) {
    report.row(titleOf(row), cpuHeadings('messages', peers));
    const { connections, inFlight, work } = row;
    const samples = await measure(node, wanted, row, pace, options.profile);
    addCpuLines(report, samples, { connections, inFlight, ...work }, peers);
  }
  return report.finish(options);
}

function isAsked({ connections, inFlight, work }: LoadRow): boolean {
  return defaults.loads.includes(`${connections}x${inFlight}`) && defaults.sizes.includes(work.bytes);
}

async function measure(
  node: NodeBinary,
  wanted: readonly ClientName[],
  row: LoadRow,
  pace: Pace,
  profile: string | undefined,
): Promise<Map<Subject, Sample[]>> {
  const args = [JSON.stringify(row.work)];
  const server = new Child('clients/neutral-server.js', { node: process.execPath, core: 1, args });
  const clients = new Map<Subject, Child>();
  try {
    const port = await server.ask<number>('port');
    for (const name of wanted) {
      const client = startClient(name, node, profile);
      const isOurs = name === 'dial' && isAsked(row);
      clients.set({ name, title: clientKinds[name].title, reach: isOurs ? reach : undefined }, client);
      await client.ask('open', { port, ...row } satisfies ClientOpening);
    }
    return await sampleInTurn(clients, pace, (_subject, client, ms) => client.ask<Ran>('run', ms));
  } finally {
    await Promise.all([...clients.values(), server].map(child => child.end()));
  }
}
