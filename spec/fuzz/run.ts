// Runs fuzz targets: `npm run fuzz -- [target …] [--seconds N | --inputs N] [--seed N]`, all but the differential one
// where none is named. The seconds are shared by the targets. Prints progress, failing inputs, and last a table.
// `npm run fuzz -- <target> --input <hex>` tries one input again.

import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Coverage } from './engine/coverage.ts';
import type { FuzzTarget } from './engine/fuzz-target.ts';
import { type Budget, tryTarget } from './engine/try-target.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: 'string' },
    inputs: { type: 'string' },
    seed: { type: 'string', default: '1' },
    input: { type: 'string' },
  },
});
const known = readdirSync(fileURLToPath(new URL('.', import.meta.url)))
  .filter(file => file.endsWith('.js') && file !== 'run.js')
  .map(file => file.slice(0, -3));
const names = positionals.length > 0 ? positionals : known.filter(name => name !== 'differential');
const strangers = names.filter(name => !known.includes(name));
if (strangers.length > 0) {
  console.error(`no target ${strangers.join(', ')}; there are: ${known.join(', ')}`);
  process.exit(2);
}

const load = (name: string) => import(`./${name}.js`) as Promise<FuzzTarget>;

if (values.input !== undefined) {
  const target = await load(names[0]!);
  if (!('check' in target))
    throw new TypeError(`the inputs of ${names[0]} are seeds: use --seed and --inputs 1`);
  await target.check(new Uint8Array(Buffer.from(values.input, 'hex')));
  console.log('holds');
  process.exit(0);
}

/** As many inputs as were asked for; without a word on it what the target says, if it was named. */
const inputsFor = (target: FuzzTarget): number => {
  if (values.inputs !== undefined) return Number(values.inputs);
  if (values.seconds !== undefined) return Infinity;
  return (positionals.length > 0 && 'run' in target ? target.inputs : undefined) ?? 2000;
};
const seconds = Number(values.seconds ?? Infinity) / names.length;
const table: Record<string, object> = {};
const appendix: Record<string, object> = {};
for (const name of names) {
  const target = await load(name);
  console.log(`${name}: ${target.description}`);
  // Coverage slows everything down tenfold, and seeds have no use for it.
  const coverage = 'check' in target ? new Coverage() : undefined;
  const budget: Budget = { inputs: inputsFor(target), seconds, seed: Number(values.seed) };
  const report = await tryTarget(name, target, coverage, budget, line => console.log(line));
  coverage?.stop();
  table[name] = report.row;
  Object.assign(appendix, report.appendix);
  if (report.row.failures > 0) process.exitCode = 1;
}
if (Object.keys(appendix).length > 0) console.table(appendix);
console.table(table);
process.exit();
