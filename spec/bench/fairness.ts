// `npm run bench -- fairness`: the longest turn of a server's event loop under hostile peers, in milliseconds of CPU, and the
// worst round trip of another client that pings, beside `ws` in the same round.

import { setTimeout as sleep } from 'node:timers/promises';
import type { ServerFigures } from './fairness/discarding-server.ts';
import type { Attack, Attacked } from './fairness/hostile-load.ts';
import { traffics } from './fairness/traffic.ts';
import { type BenchOptions, chosen } from './options.ts';
import { Child } from './process/child.ts';
import { nodeBinary } from './process/node-binary.ts';
import { Report, type Tally } from './report.ts';
import type { Pace } from './rounds.ts';
import { quantile, ratios } from './statistics.ts';

const kindNames = ['ws', 'ours'] as const;
type KindName = (typeof kindNames)[number];

interface Sample {
  readonly longestMs: number;
  readonly long: number;
  readonly worstRoundTripMs: number;
  readonly messages: number;
  readonly ended: number;
}

const peers = 4;
const fullPace: Pace = { warmupMs: 2000, roundMs: 5000, rounds: 3 };
const quickPace: Pace = { warmupMs: 1000, roundMs: 2000, rounds: 1 };

const mostTurnMs = 10;
const mostTimesWs = 2;

export async function run(options: BenchOptions): Promise<Tally> {
  const node = await nodeBinary(options.node);
  const kinds = chosen('kinds', kindNames, options.kinds) as readonly KindName[];
  const names = chosen('types', Object.keys(traffics), options.types);
  const pace = options.quick ? quickPace : fullPace;
  const title = `a client that pings beside ${peers} hostile peers, Node ${node.version}`;
  const report = new Report('fairness', title, { node: node.version, pace, peers });
  const headings = [
    'turn, ms CPU',
    'above 10 ms',
    'ping, ms',
    'times ws',
    'messages',
    'ended',
    'turn',
    'ping',
  ];
  for (const traffic of names) {
    report.row(traffics[traffic]!.title, headings);
    const samples = new Map<KindName, Sample[]>(kinds.map(kind => [kind, []]));
    for (let round = 0; round < pace.rounds; round++) {
      for (const [kind, list] of samples) list.push(await attack(node.path, kind, traffic, pace));
    }
    for (const [kind, list] of samples) report.add(lineOf(kind, list, samples.get('ws')));
  }
  return report.finish(options);
}

/** Starts new processes each time, because a server may still have the bytes of an attack to read. */
async function attack(node: string, kind: KindName, traffic: string, pace: Pace): Promise<Sample> {
  const load = new Child('fairness/hostile-load.js', { node: process.execPath, core: 1 });
  const server = new Child('fairness/discarding-server.js', { node, core: 0, args: [kind] });
  try {
    const port = await server.ask<number>('port');
    await load.ask('attack', { port, traffic, peers } satisfies Attack);
    await untilWarm(server, pace.warmupMs);
    const before = await server.ask<ServerFigures>('figures');
    const { roundTripsMs, ended } = await load.ask<Attacked>('ping', pace.roundMs);
    const { longestMs, long, messages } = await server.ask<ServerFigures>('figures');
    const worstRoundTripMs = Math.max(...roundTripsMs);
    return { longestMs, long, worstRoundTripMs, messages: messages - before.messages, ended };
  } finally {
    await Promise.all([load.end(), server.end()]);
  }
}

/** Neighbours may leave the server little CPU: it is warm when it has used that time itself. */
async function untilWarm(server: Child, warmupMs: number): Promise<void> {
  for (let passed = 0; passed < 4 * warmupMs; passed += warmupMs / 4) {
    if ((await server.ask<number>('cpu')) / 1000 >= warmupMs) return;
    await sleep(warmupMs / 4);
  }
}

function lineOf(kind: KindName, samples: readonly Sample[], ws: readonly Sample[] | undefined) {
  const turnMs = Math.max(...samples.map(({ longestMs }) => longestMs));
  const worst = samples.map(({ worstRoundTripMs }) => worstRoundTripMs);
  const pingMs = quantile(worst, 0.5);
  const times =
    ws &&
    quantile(
      ratios(
        worst,
        ws.map(one => one.worstRoundTripMs),
      ),
      0.5,
    );
  const count = (of: 'messages' | 'ended' | 'long') => samples.reduce((sum, sample) => sum + sample[of], 0);
  const cells = [
    kind,
    turnMs.toFixed(1),
    `${count('long')}`,
    pingMs.toFixed(1),
    times === undefined ? '' : times.toFixed(2),
    `${count('messages')}`,
    `${count('ended')}`,
  ];
  const turn = { name: 'turn, ms CPU', figure: turnMs, most: mostTurnMs };
  const ping = times === undefined ? [] : [{ name: 'ping, times ws', figure: times, most: mostTimesWs }];
  return {
    cells,
    asked: kind === 'ours' ? [turn, ...ping] : [],
    data: { kind, turnMs, pingMs, times, samples },
  };
}
