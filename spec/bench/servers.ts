// `npm run bench -- servers`: what an echoed message costs a server, of each kind in a process of its own, under one neutral
// load. CPU of the server process, user and system, beside `ws` in the same round.

import type { Opening, Ran } from './load/echo-load.ts';
import { type BenchOptions, chosen } from './options.ts';
import { Child } from './process/child.ts';
import { nodeBinary } from './process/node-binary.ts';
import { Report, type Tally } from './report.ts';
import { fullPace, inTurn, quickPace } from './rounds.ts';
import { type EchoName, kinds, startServer } from './servers/kinds.ts';
import { rowsFor, type ServerRow, titleOf } from './servers/rows.ts';
import { ratios, summary } from './statistics.ts';

interface Candidate {
  readonly kind: EchoName;
  readonly server: Child;
}

interface Sample {
  /** Microseconds of CPU for a message. */
  readonly cpu: number;
  readonly messagesPerSecond: number;
}

const echoNames: readonly EchoName[] = ['ws', 'ws-bare', 'iterator', 'writer', 'pipeTo', 'batches', 'hand'];

export async function run(options: BenchOptions): Promise<Tally> {
  const node = await nodeBinary(options.node);
  const wanted = chosen('kinds', echoNames, options.kinds) as readonly EchoName[];
  const pace = options.quick ? quickPace : fullPace;
  const title = `CPU of a server per echoed message, Node ${node.version}`;
  const report = new Report('servers', title, { node: node.version, pace });
  for (const row of rowsFor(options)) {
    report.row(titleOf(row), ['µs CPU', 'messages/s', 'times ws', 'quartiles', 'reach']);
    await withCandidates(node.path, wanted, row, async (candidates, load) => {
      const results = await inTurn(candidates, pace, ({ kind, server }, ms) =>
        sample(load, kind, server, ms),
      );
      const byKind = new Map([...results].map(([{ kind }, samples]) => [kind, samples]));
      for (const [kind, samples] of byKind) report.add(lineOf(row, kind, samples, byKind.get('ws')));
    });
  }
  return report.finish(options.json ?? 'build/bench/servers.json');
}

async function withCandidates(
  node: string,
  wanted: readonly EchoName[],
  { connections, inFlight, work }: ServerRow,
  use: (candidates: readonly Candidate[], load: Child) => Promise<void>,
): Promise<void> {
  const load = new Child('load/echo-load.js', { node: process.execPath, core: 1 });
  const candidates = wanted.map(kind => ({ kind, server: startServer(kind, node, work) }));
  try {
    for (const { kind, server } of candidates) {
      const opening: Opening = {
        kind,
        port: await server.ask('port'),
        connections,
        inFlight,
        work,
        checked: true,
      };
      await load.ask('open', opening);
    }
    await use(candidates, load);
  } finally {
    await Promise.all([...candidates.map(({ server }) => server.end()), load.end()]);
  }
}

async function sample(load: Child, kind: EchoName, server: Child, ms: number): Promise<Sample> {
  const before = await server.ask<number>('cpu');
  const ran = await load.ask<Ran>('run', { kind, ms });
  const after = await server.ask<number>('cpu');
  return { cpu: (after - before) / ran.messages, messagesPerSecond: (ran.messages / ran.ms) * 1000 };
}

function lineOf(
  row: ServerRow,
  kind: EchoName,
  samples: readonly Sample[],
  ws: readonly Sample[] | undefined,
) {
  const cpus = samples.map(({ cpu }) => cpu);
  const cpu = summary(cpus);
  const messagesPerSecond = summary(samples.map(one => one.messagesPerSecond));
  const times =
    ws &&
    summary(
      ratios(
        ws.map(one => one.cpu),
        cpus,
      ),
    );
  const reach = row.reach[kind];
  const asked = times && reach ? [{ name: 'times ws', figure: times.median, ...reach }] : [];
  const cells = [
    kinds[kind].title,
    cpu.median.toPrecision(3),
    messagesPerSecond.median.toFixed(0),
    times === undefined ? '' : times.median.toFixed(2),
    times === undefined ? '' : `${times.low.toFixed(2)} to ${times.high.toFixed(2)}`,
  ];
  const { connections, inFlight, work } = row;
  return {
    cells,
    asked,
    data: { kind, connections, inFlight, ...work, cpu, messagesPerSecond, times, samples },
  };
}
