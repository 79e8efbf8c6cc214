// Runs a fuzz target: `npm run fuzz -- deflate [--seconds N | --sequences N] [--seed N]`.
// Prints progress, and last a table; the exit code tells whether everything agreed.

import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

/** What a module in this folder exports. */
export interface FuzzTarget {
  /** One line: what is compared with what. */
  readonly description: string;
  /**
   * Runs the input that belongs to a seed; throws when something disagrees.
   *
   * @returns what it ran, to be added up
   */
  run(seed: number): Record<string, number> | Promise<Record<string, number>>;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: 'string' },
    sequences: { type: 'string' },
    seed: { type: 'string', default: '1' },
  },
});
const [name] = positionals;
const targets = readdirSync(fileURLToPath(new URL('.', import.meta.url)))
  .filter(file => file.endsWith('.js') && file !== 'run.js')
  .map(file => file.slice(0, -3));
if (name === undefined || !targets.includes(name)) {
  console.error(`npm run fuzz -- <${targets.join(' | ')}> [--seconds N | --sequences N] [--seed N]`);
  process.exit(2);
}

const target = (await import(`./${name}.js`)) as FuzzTarget;
const first = Number(values.seed);
const sequences = Number(values.sequences ?? (values.seconds === undefined ? 1000 : Infinity));
const until = Date.now() + 1000 * Number(values.seconds ?? Infinity);
const totals: Record<string, number> = { sequences: 0 };
let nextReport = Date.now() + 10_000;
console.log(`${name}: ${target.description}`);
for (let seed = first; seed < first + sequences && Date.now() < until; seed++) {
  try {
    for (const [what, count] of Object.entries(await target.run(seed)))
      totals[what] = (totals[what] ?? 0) + count;
  } catch (error) {
    console.error(`seed ${seed} disagrees: npm run fuzz -- ${name} --sequences 1 --seed ${seed}\n`, error);
    process.exitCode = 1;
    break;
  }
  totals.sequences!++;
  if (Date.now() > nextReport) {
    nextReport += 10_000;
    console.log(`${totals.sequences} sequences, last seed ${seed}`);
  }
}
console.table({ [name]: { ...totals, differences: process.exitCode === 1 ? 1 : 0 } });
