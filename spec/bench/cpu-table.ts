// Tables of the CPU time of a process per message or connection, compared with another library in the same round.

import type { Child } from './process/child.ts';
import type { Report } from './report.ts';
import { inTurn, type Pace } from './rounds.ts';
import { ratios, type Summary, summary } from './statistics.ts';

export interface Sample {
  /** Microseconds of CPU, user and system, per message or connection. */
  readonly cpu: number;
  readonly perSecond: number;
}

/** The number of messages or connections that a load completed, and the elapsed time. */
export interface LoadResult {
  readonly count: number;
  readonly ms: number;
}

/** The minimum speed of a subject as a multiple of each peer's, and a better value to work towards. */
export interface SpeedBound {
  readonly min: number;
  readonly goal: number;
}

export interface Subject {
  readonly name: string;
  readonly title: string;
  readonly bound?: SpeedBound | undefined;
}

/**
 * Measures the child of each subject in turn.
 *
 * @param prepare - runs before each turn; not measured
 */
export function sampleInTurn(
  children: ReadonlyMap<Subject, Child>,
  pace: Pace,
  run: (subject: Subject, child: Child, ms: number) => Promise<LoadResult>,
  prepare: (child: Child) => Promise<void> = async () => {},
): Promise<Map<Subject, Sample[]>> {
  const childOf = (subject: Subject) => children.get(subject)!;
  return inTurn([...children.keys()], pace, {
    async run(subject, ms) {
      const child = childOf(subject);
      await prepare(child);
      return sampleCpu(child, () => run(subject, child, ms));
    },
    usedMs: async subject => (await childOf(subject).ask<number>('cpu')) / 1000,
  });
}

/** Measures the CPU of the child during `run`. */
async function sampleCpu(child: Child, run: () => Promise<LoadResult>): Promise<Sample> {
  const before = await child.ask<number>('cpu');
  const { count, ms } = await run();
  const after = await child.ask<number>('cpu');
  return { cpu: (after - before) / count, perSecond: (count / ms) * 1000 };
}

/** @param unit - the counted items, as a plural noun */
export function cpuHeadings(unit: string, peers: readonly string[] = ['ws']): string[] {
  const times = peers.flatMap(peer => [`times ${peer}`, 'quartiles']);
  return ['µs CPU', `${unit}/s`, ...times, ...peers.map(peer => `bound (${peer})`)];
}

/**
 * Adds a line for each subject.
 *
 * @param peers - the names of the subjects with which the others are compared
 */
export function addCpuLines(
  report: Report,
  samples: ReadonlyMap<Subject, readonly Sample[]>,
  data: object,
  peers: readonly string[] = ['ws'],
): void {
  for (const [subject, list] of samples) {
    const cpus = list.map(({ cpu }) => cpu);
    const times = new Map<string, Summary>();
    for (const [{ name }, theirs] of samples) {
      if (peers.includes(name))
        times.set(
          name,
          summary(
            ratios(
              theirs.map(({ cpu }) => cpu),
              cpus,
            ),
          ),
        );
    }
    const cpu = summary(cpus);
    const perSecond = summary(list.map(one => one.perSecond));
    const { name, title, bound } = subject;
    report.add({
      cells: [
        title,
        cpu.median < 1000 ? cpu.median.toPrecision(3) : cpu.median.toFixed(0),
        perSecond.median.toFixed(0),
        ...peers.flatMap(peer => timesCells(times.get(peer))),
      ],
      bounds: bound
        ? [...times].map(([peer, { median }]) => ({ name: `times ${peer}`, figure: median, ...bound }))
        : [],
      data: { kind: name, ...data, cpu, perSecond, times: Object.fromEntries(times), samples: list },
    });
  }
}

function timesCells(times: Summary | undefined): string[] {
  if (times === undefined) return ['', ''];
  return [times.median.toFixed(2), `${times.low.toFixed(2)} to ${times.high.toFixed(2)}`];
}
