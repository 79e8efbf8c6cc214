// `npm run bench -- handshakes`: the CPU of an opening handshake at a server and at a client, TCP included, beside `ws` in the
// same round.

import { setTimeout as sleep } from 'node:timers/promises';
import { type ClientName, clientKinds, startClient } from './clients/kinds.ts';
import { addCpuLines, cpuHeadings, type Ran, type Reach, type Subject, sampleInTurn } from './cpu-table.ts';
import type { Openings } from './load/handshake-load.ts';
import { type BenchOptions, chosen } from './options.ts';
import { Child } from './process/child.ts';
import { type NodeBinary, nodeBinary } from './process/node-binary.ts';
import { Report, type Tally } from './report.ts';
import { type Pace, paceOf } from './rounds.ts';
import { type KindName, kinds, startServer } from './servers/kinds.ts';

const serverNames: readonly KindName[] = ['ws', 'ws-bare', 'iterator', 'bare'];
const clientNames = Object.keys(clientKinds) as ClientName[];
const serverReach: Reach = { least: 0.9, aim: 1.5 };
const clientReach: Reach = { least: 0.9, aim: 1.2 };

export async function run(options: BenchOptions): Promise<Tally> {
  const node = await nodeBinary(options.node);
  const pace = paceOf(options);
  const title = `CPU of an opening handshake, Node ${node.version}`;
  const report = new Report('handshakes', title, { node: node.version, pace });
  const known = [...new Set<string>([...serverNames, ...clientNames])];
  const wanted = chosen('kinds', known, options.kinds);
  for (const deflate of [false, true]) {
    const about = deflate ? 'compression agreed' : 'no extension';
    report.row(`a server's, ${about}`, cpuHeadings('handshakes'));
    const names = serverNames.filter(name => wanted.includes(name) && !(deflate && name === 'bare'));
    addCpuLines(report, await measureServers(node.path, names, deflate, pace), { side: 'server', deflate });
  }
  report.row("a client's, compression offered and not taken", cpuHeadings('handshakes'));
  const names = clientNames.filter(name => wanted.includes(name));
  addCpuLines(report, await measureClients(node, names, pace), { side: 'client' });
  return report.finish(options);
}

async function measureServers(node: string, names: readonly KindName[], deflate: boolean, pace: Pace) {
  const load = new Child('load/handshake-load.js', { node: process.execPath, core: 1 });
  const servers = new Map<Subject, Child>();
  for (const name of names) {
    const reach = name === 'iterator' ? serverReach : undefined;
    servers.set({ name, title: kinds[name].title, reach }, startServer(name, node, { deflate }));
  }
  try {
    const ports = new Map<Child, number>();
    for (const server of servers.values()) ports.set(server, await server.ask<number>('port'));
    // The connections of one round must not burden the next.
    const cut = async (server: Child) => {
      await load.ask('cut');
      while ((await server.ask<number>('connections')) > 0) await sleep(20);
    };
    const open = (server: Child, ms: number) =>
      load.ask<Ran>('open', { port: ports.get(server)!, deflate, ms } satisfies Openings);
    return await sampleInTurn(servers, pace, (_subject, server, ms) => open(server, ms), cut);
  } finally {
    await Promise.all([...servers.values(), load].map(child => child.end()));
  }
}

async function measureClients(node: NodeBinary, names: readonly ClientName[], pace: Pace) {
  const args = [JSON.stringify({ bytes: 20, type: 'text', deflate: false })];
  const server = new Child('clients/neutral-server.js', { node: process.execPath, core: 1, args });
  const clients = new Map<Subject, Child>();
  for (const name of names) {
    const reach = name === 'dial' ? clientReach : undefined;
    clients.set({ name, title: clientKinds[name].title, reach }, startClient(name, node));
  }
  try {
    const port = await server.ask<number>('port');
    const open = (client: Child, ms: number) => client.ask<Ran>('handshakes', { port, ms });
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
