// `npm run bench -- fairness`: the longest turn of a server's event loop under attack, in milliseconds of CPU, and the longest
// round trip of another client's pings, compared with `ws` in the same round.

import { setTimeout as sleep } from 'node:timers/promises';
import type { ServerFigures } from './fairness/discarding-server.ts';
import type { Attack, AttackResult } from './fairness/hostile-load.ts';
import { traffics } from './fairness/traffic.ts';
import { type BenchOptions, chosen } from './options.ts';
import { Child } from './process/child.ts';
import { nodeBinary } from './process/node-binary.ts';
import { type BoundCounts, Report } from './report.ts';
import type { Pace } from './rounds.ts';
import { quantile, ratios } from './statistics.ts';

const kindNames = ['ws', 'ours'] as const;
type KindName = (typeof kindNames)[number];

interface Sample {
  readonly longestMs: number;
  readonly long: number;
  readonly longestRoundTripMs: number;
  readonly messages: number;
  readonly ended: number;
}

const peers = 4;
const fullPace: Pace = { warmupMs: 2000, roundMs: 5000, rounds: 3 };
const quickPace: Pace = { warmupMs: 1000, roundMs: 2000, rounds: 1 };

const maxTurnMs = 10;
const maxTimesWs = 2;

export async function run(options: BenchOptions): Promise<BoundCounts> {
  const node = await nodeBinary(options.node);
  const kinds = chosen('kinds', kindNames, options.kinds) as readonly KindName[];
  const names = chosen('types', Object.keys(traffics), options.types);
  const pace = options.quick ? quickPace : fullPace;
  const title = `pings of a client during an attack by ${peers} hostile peers, Node ${node.version}`;
  const report = new Report('fairness', title, { node: node.version, pace, peers });
  const headings = [
    'turn, ms CPU',
    'above 10 ms',
    'ping, ms',
    'times ws',
    'messages',
    'reconnects',
    'turn bound',
    'ping bound',
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

/** Attacks a new server process, because an earlier one may still have unread bytes of the last attack. */
async function attack(node: string, kind: KindName, traffic: string, pace: Pace): Promise<Sample> {
  const load = new Child('fairness/hostile-load.js', { node: process.execPath, core: 1 });
  const server = new Child('fairness/discarding-server.js', { node, core: 0, args: [kind] });
  try {
    const port = await server.ask<number>('port');
    await load.ask('attack', { port, traffic, peers } satisfies Attack);
    await untilWarm(server, pace.warmupMs);
    const before = await server.ask<ServerFigures>('figures');
    const { roundTripsMs, ended } = await load.ask<AttackResult>('ping', pace.roundMs);
    const { longestMs, long, messages } = await server.ask<ServerFigures>('figures');
    const longestRoundTripMs = Math.max(...roundTripsMs);
    return { longestMs, long, longestRoundTripMs, messages: messages - before.messages, ended };
  } finally {
    await Promise.all([load.end(), server.end()]);
  }
}

/** Waits until the server has itself used the warm-up time, because a shared machine may give it little CPU. */
async function untilWarm(server: Child, warmupMs: number): Promise<void> {
  for (let passed = 0; passed < 4 * warmupMs; passed += warmupMs / 4) {
    if ((await server.ask<number>('cpu')) / 1000 >= warmupMs) return;
    await sleep(warmupMs / 4);
  }
}

function lineOf(kind: KindName, samples: readonly Sample[], ws: readonly Sample[] | undefined) {
  const turnMs = Math.max(...samples.map(({ longestMs }) => longestMs));
  const roundTrips = samples.map(({ longestRoundTripMs }) => longestRoundTripMs);
  const pingMs = quantile(roundTrips, 0.5);
  const times =
    ws &&
    quantile(
      ratios(
        roundTrips,
        ws.map(sample => sample.longestRoundTripMs),
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
  const turn = { name: 'turn, ms CPU', figure: turnMs, max: maxTurnMs };
  const ping = times === undefined ? [] : [{ name: 'ping, times ws', figure: times, max: maxTimesWs }];
  return {
    cells,
    bounds: kind === 'ours' ? [turn, ...ping] : [],
    data: { kind, turnMs, pingMs, times, samples },
  };
}
