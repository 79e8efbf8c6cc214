// Runs candidates turn by turn over the same work, and prints how many times as fast each is as the peer.

import { Bench } from 'tinybench';

/** One way to do the work; all of it is done when its promise settles. */
export interface Candidate {
  readonly name: string;
  run(): void | Promise<void>;
}

export interface Row {
  readonly label: string;
  /** The number of messages that one run handles. */
  readonly messages: number;
  /** The first is the peer that the others are measured by. */
  readonly candidates: readonly Candidate[];
}

/**
 * The number of rounds over all candidates: on machines with neighbours a core may be half as fast for a second or two, so candidates
 * are compared with the peer of the same round. Each is warmed up, because it finds the caches as the one before it left them.
 */
const rounds = 9;
const roundMs = 50;
const warmupMs = 15;

interface Figures {
  /** Microseconds a message. */
  readonly time: number;
  /** The speed, times that of the peer. */
  readonly ratio: number;
}

/** The median round of each candidate, and the median of its ratios. */
async function measure(row: Row): Promise<Figures[]> {
  const times: number[][] = [];
  for (let round = 0; round < rounds; round++) times.push(await measureRound(row));
  return row.candidates.map((_, index) => ({
    time: median(times.map(round => round[index]!)),
    ratio: median(times.map(round => round[0]! / round[index]!)),
  }));
}

/** The microseconds a message of each candidate. */
async function measureRound(row: Row): Promise<number[]> {
  const bench = new Bench({ time: roundMs, warmupTime: warmupMs, iterations: 3 });
  for (const { name, run } of row.candidates) bench.add(name, run);
  await bench.run();
  return bench.tasks.map(task => {
    const { result } = task;
    if (result.state !== 'completed') throw new Error(`${row.label}, ${task.name}: ${result.state}`);
    return (result.latency.p50 * 1000) / row.messages;
  });
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

/** Prints a table as it is measured: microseconds a message, and the ratios to the first candidate. */
export async function compare(title: string, rows: Iterable<Row>): Promise<void> {
  console.log(`\n${title}, µs a message (times as fast)\n`);
  let header = '';
  for (const row of rows) {
    const names = ['', ...row.candidates.map(({ name }) => name)];
    const line = names.map(name => name.padStart(22)).join('');
    if (line !== header) console.log(line);
    header = line;
    const cells = (await measure(row)).map((figures, i) => cell(figures, i === 0));
    console.log([row.label, ...cells].map(text => text.padStart(22)).join(''));
  }
}

function cell({ time, ratio }: Figures, isPeer: boolean): string {
  const micros = time.toPrecision(3);
  return isPeer ? micros : `${micros} (${ratio.toFixed(2)})`;
}
