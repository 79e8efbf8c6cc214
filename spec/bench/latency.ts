// `npm run bench -- latency`: the latency of echoes at a fixed, low rate, compared with `ws` in the same round.

import type { MessageShape } from './load/frame-cycle.ts';
import type { Latencies, PacedOpening, PacedRun } from './load/paced-load.ts';
import { type BenchOptions, chosen } from './options.ts';
import { Child } from './process/child.ts';
import { nodeBinary } from './process/node-binary.ts';
import { type BoundCounts, type BoundedFigure, Report } from './report.ts';
import { inTurn, type Pace } from './rounds.ts';
import { type KindName, kinds, startServer } from './servers/kinds.ts';
import { ratios, summary } from './statistics.ts';

const names: readonly KindName[] = ['ws', 'ws-bare', 'iterator', 'writer', 'pipeTo', 'batches'];
const bounded: readonly KindName[] = ['iterator', 'pipeTo'];
const connections = 200;
const perSecond = 2500;
const shape: MessageShape = { bytes: 20, type: 'text', deflate: false };
const bound = { min: 0.9, goal: 1.1 };
const fullPace: Pace = { warmupMs: 5000, roundMs: 3000, rounds: 7 };
const quickPace: Pace = { warmupMs: 2000, roundMs: 1000, rounds: 3 };
const shares = ['p50', 'p99', 'p999'] as const;

export async function run(options: BenchOptions): Promise<BoundCounts> {
  const node = await nodeBinary(options.node);
  const wanted = chosen('kinds', names, options.kinds) as readonly KindName[];
  const pace = options.quick ? quickPace : fullPace;
  const title = `${perSecond} messages/s on ${connections} connections, Node ${node.version}`;
  const report = new Report('latency', title, { node: node.version, pace, perSecond, connections, ...shape });
  report.row('20 B text, milliseconds', [
    'p50',
    'p99',
    'p99.9',
    'p50 times ws',
    'p99 times ws',
    'p50 bound',
    'p99 bound',
  ]);
  const samples = await measure(node.path, wanted, pace);
  for (const [kind, list] of samples) report.add(lineOf(kind, list, samples.get('ws')));
  return report.finish(options);
}

async function measure(
  node: string,
  wanted: readonly KindName[],
  pace: Pace,
): Promise<Map<KindName, Latencies[]>> {
  const load = new Child('load/paced-load.js', { node: process.execPath, core: 1 });
  const servers = new Map(wanted.map(kind => [kind, startServer(kind, node, shape)]));
  try {
    for (const [kind, server] of servers) {
      const port = await server.ask<number>('port');
      await load.ask('open', { kind, port, connections, shape } satisfies PacedOpening);
    }
    return await inTurn(wanted, pace, {
      run: (kind, ms) => load.ask<Latencies>('run', { kind, perSecond, ms } satisfies PacedRun),
      usedMs: async () => Infinity,
    });
  } finally {
    await Promise.all([...servers.values(), load].map(child => child.end()));
  }
}

function lineOf(kind: KindName, samples: readonly Latencies[], ws: readonly Latencies[] | undefined) {
  const figures = shares.map(share => samples.map(sample => sample[share]));
  const times =
    ws &&
    shares.map((share, i) =>
      summary(
        ratios(
          ws.map(sample => sample[share]),
          figures[i]!,
        ),
      ),
    );
  const [p50, p99] = times ?? [];
  const bounds: BoundedFigure[] = [];
  if (bounded.includes(kind) && p50 && p99) {
    bounds.push({ name: 'p50 times ws', figure: p50.median, ...bound });
    bounds.push({ name: 'p99 times ws', figure: p99.median, ...bound });
  }
  const medians = figures.map(list => summary(list).median.toFixed(3));
  const cells = [kinds[kind].title, ...medians, p50?.median.toFixed(2) ?? '', p99?.median.toFixed(2) ?? ''];
  return { cells, bounds, data: { kind, times: { p50, p99 }, samples } };
}
