// `npm run bench -- handshakes`: the CPU time of an opening handshake in a server and in a client, including TCP, compared with
// `ws` in the same round.

import { setTimeout as sleep } from 'node:timers/promises';
import { type ClientName, clientKinds, startClient } from './clients/kinds.ts';
import {
  addCpuLines,
  cpuHeadings,
  type LoadResult,
  type SpeedBound,
  type Subject,
  sampleInTurn,
} from './cpu-table.ts';
import type { HandshakeRun } from './load/handshake-load.ts';
import { type BenchOptions, chosen } from './options.ts';
import { Child } from './process/child.ts';
import { type NodeBinary, nodeBinary } from './process/node-binary.ts';
import { type BoundCounts, Report } from './report.ts';
import { type Pace, paceOf } from './rounds.ts';
import { type KindName, kinds, startServer } from './servers/kinds.ts';

const serverNames: readonly KindName[] = ['ws', 'ws-bare', 'iterator', 'bare'];
const clientNames = Object.keys(clientKinds) as ClientName[];
const serverBound: SpeedBound = { min: 0.9, goal: 1.5 };
const clientBound: SpeedBound = { min: 0.9, goal: 1.2 };

export async function run(options: BenchOptions): Promise<BoundCounts> {
  const node = await nodeBinary(options.node);
  const pace = paceOf(options);
  const title = `CPU of an opening handshake, Node ${node.version}`;
  const report = new Report('handshakes', title, { node: node.version, pace });
  const known = [...new Set<string>([...serverNames, ...clientNames])];
  const wanted = chosen('kinds', known, options.kinds);
  for (const deflate of [false, true]) {
    const about = deflate ? 'compression negotiated' : 'no extension';
    report.row(`a server's, ${about}`, cpuHeadings('handshakes'));
    const names = serverNames.filter(name => wanted.includes(name) && !(deflate && name === 'bare'));
    addCpuLines(report, await measureServers(node.path, names, deflate, pace), { side: 'server', deflate });
  }
  report.row("a client's, compression offered and declined", cpuHeadings('handshakes'));
  const names = clientNames.filter(name => wanted.includes(name));
  addCpuLines(report, await measureClients(node, names, pace), { side: 'client' });
  return report.finish(options);
}

async function measureServers(node: string, names: readonly KindName[], deflate: boolean, pace: Pace) {
  const load = new Child('load/handshake-load.js', { node: process.execPath, core: 1 });
  const servers = new Map<Subject, Child>();
  for (const name of names) {
    const bound = name === 'iterator' ? serverBound : undefined;
    servers.set({ name, title: kinds[name].title, bound }, startServer(name, node, { deflate }));
  }
  try {
    const ports = new Map<Child, number>();
    for (const server of servers.values()) ports.set(server, await server.ask<number>('port'));
    // The connections of one round must not slow down the next.
    const reset = async (server: Child) => {
      await load.ask('reset');
      while ((await server.ask<number>('connections')) > 0) await sleep(20);
    };
    const open = (server: Child, ms: number) =>
      load.ask<LoadResult>('open', { port: ports.get(server)!, deflate, ms } satisfies HandshakeRun);
    return await sampleInTurn(servers, pace, (_subject, server, ms) => open(server, ms), reset);
  } finally {
    await Promise.all([...servers.values(), load].map(child => child.end()));
  }
}

async function measureClients(node: NodeBinary, names: readonly ClientName[], pace: Pace) {
  const args = [JSON.stringify({ bytes: 20, type: 'text', deflate: false })];
  const server = new Child('clients/neutral-server.js', { node: process.execPath, core: 1, args });
  const clients = new Map<Subject, Child>();
  for (const name of names) {
    const bound = name === 'dial' ? clientBound : undefined;
    clients.set({ name, title: clientKinds[name].title, bound }, startClient(name, node));
  }
  try {
    const port = await server.ask<number>('port');
    const open = (client: Child, ms: number) => client.ask<LoadResult>('handshakes', { port, ms });
    return await sampleInTurn(
      clients,
      pace,
      (_subject, client, ms) => open(client, ms),
      async client => {
        await client.ask('close');
      },
    );
  } finally {
    await Promise.all([...clients.values(), server].map(child => child.end()));
  }
}
