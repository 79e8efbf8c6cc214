// Runs fuzz targets: `npm run fuzz -- [target …] [--seconds N | --inputs N] [--seed N]`. Without names, it runs all targets
// except `differential`, which needs other programs. The targets share the seconds. Prints progress, failures and a table.
// `npm run fuzz -- TARGET --seed N --path P` repeats the input of a failure.

import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { FuzzTarget } from './runner/fuzz-target.ts';
import { tryTarget } from './runner/try-target.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: 'string' },
    inputs: { type: 'string' },
    seed: { type: 'string', default: '1' },
    path: { type: 'string' },
  },
});
const known = readdirSync(fileURLToPath(new URL('.', import.meta.url)))
  .filter(file => file.endsWith('.js') && file !== 'run.js')
  .map(file => file.slice(0, -3));
const names = positionals.length > 0 ? positionals : known.filter(name => name !== 'differential');
const unknown = names.filter(name => !known.includes(name));
if (unknown.length > 0) {
  console.error(`the target must be one of ${known.join(', ')} (got "${unknown.join(', ')}")`);
  process.exit(2);
}
if (values.path !== undefined && names.length !== 1) {
  console.error('--path must be used with one target only');
  process.exit(2);
}

const budget = {
  inputs: Number(values.inputs ?? (values.seconds === undefined ? 2000 : Infinity)),
  seconds: Number(values.seconds ?? Infinity) / names.length,
  seed: Number(values.seed),
  path: values.path,
};
const table: Record<string, object> = {};
const appendix: Record<string, object> = {};
for (const name of names) {
  const target = (await import(`./${name}.js`)) as FuzzTarget<unknown>;
  console.log(`${name}: ${target.description}`);
  const report = await tryTarget(name, target, budget, line => console.log(line));
  table[name] = report.row;
  Object.assign(appendix, report.appendix);
  if (report.row.failures > 0) process.exitCode = 1;
}
if (Object.keys(appendix).length > 0) console.table(appendix);
console.table(table);
process.exit();
