// Runs candidates turn by turn over the same work, and prints how many times as fast each is as the peer.

import { Bench } from 'tinybench';

/** One way to do the work; it is given nothing and has done all of it when its promise settles. */
export interface Candidate {
  readonly name: string;
  run(): void | Promise<void>;
}

export interface Row {
  readonly label: string;
  /** How many messages one run handles. */
  readonly messages: number;
  /** The first is the peer that the others are measured by. */
  readonly candidates: readonly Candidate[];
}

/** Rounds over all candidates: each gets its turn in the quiet and in the busy moments of the machine. */
const rounds = 5;
const roundMs = 60;

/** The microseconds a message of each candidate: the best round of each, since noise only adds. */
async function measure(row: Row): Promise<number[]> {
  const best = row.candidates.map(() => Infinity);
  for (let round = 0; round < rounds; round++) {
    const bench = new Bench({ time: roundMs, warmupTime: round === 0 ? roundMs : 10, iterations: 3 });
    for (const { name, run } of row.candidates) bench.add(name, run);
    await bench.run();
    bench.tasks.forEach((task, index) => {
      const { result } = task;
      if (result.state !== 'completed') throw new Error(`${row.label}, ${task.name}: ${result.state}`);
      best[index] = Math.min(best[index]!, (result.latency.p50 * 1000) / row.messages);
    });
  }
  return best;
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
    const times = await measure(row);
    const cells = times.map((time, i) => cell(time, i === 0 ? undefined : times[0]! / time));
    console.log([row.label, ...cells].map(text => text.padStart(22)).join(''));
  }
}

function cell(time: number, ratio: number | undefined): string {
  const micros = time.toPrecision(3);
  return ratio === undefined ? micros : `${micros} (${ratio.toFixed(2)})`;
}
