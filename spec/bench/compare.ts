// Runs candidates in turn on the same messages, and prints the speed of each relative to the first.

import { Bench } from 'tinybench';
import { ratios, type Summary, summary } from './statistics.ts';

/** An implementation to measure. A run ends when its promise resolves. */
export interface Candidate {
  readonly name: string;
  run(): void | Promise<void>;
}

export interface Row {
  readonly label: string;
  /** The number of messages that one run handles. */
  readonly messages: number;
  /** The candidates. The others are compared with the first. */
  readonly candidates: readonly Candidate[];
}

/**
 * The number of rounds over all candidates. On a shared machine a core may run at half its speed for seconds, so candidates are
 * compared within a round. Each is warmed up first, because the previous candidate has filled the caches.
 */
const rounds = 9;
const roundMs = 50;
const warmupMs = 15;

interface Figures {
  /** Microseconds per message. */
  readonly time: Summary;
  /** The speed as a multiple of the first candidate's. */
  readonly times: Summary;
}

/** Returns the figures of each candidate over all rounds. */
async function measure(row: Row): Promise<Figures[]> {
  const measured: number[][] = [];
  for (let round = 0; round < rounds; round++) measured.push(await measureRound(row));
  const timesOf = (index: number) => measured.map(round => round[index]!);
  return row.candidates.map((_, index) => ({
    time: summary(timesOf(index)),
    times: summary(ratios(timesOf(0), timesOf(index))),
  }));
}

/** Returns the microseconds per message of each candidate. */
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

/**
 * Measures and prints a table: microseconds per message, and the ratios to the first candidate.
 *
 * @returns lines for the JSON
 */
export async function compare(title: string, rows: Iterable<Row>): Promise<object[]> {
  console.log(`\n${title}, µs per message (speed relative to the first column)\n`);
  const lines: object[] = [];
  let header = '';
  for (const row of rows) {
    const names = row.candidates.map(({ name }) => name);
    const line = ['', ...names].map(name => name.padStart(22)).join('');
    if (line !== header) console.log(line);
    header = line;
    const figures = await measure(row);
    const cells = figures.map((candidate, i) => cell(candidate, i === 0));
    console.log([row.label, ...cells].map(text => text.padStart(22)).join(''));
    for (const [i, { time, times }] of figures.entries()) {
      lines.push({ row: `${title}, ${row.label}`, subject: names[i], time, times: { [names[0]!]: times } });
    }
  }
  return lines;
}

function cell({ time, times }: Figures, isFirst: boolean): string {
  const micros = time.median.toPrecision(3);
  return isFirst ? micros : `${micros} (${times.median.toFixed(2)})`;
}
