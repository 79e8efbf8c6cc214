// `npm run bench` runs every benchmark, `npm run bench -- deflate servers` only the named ones. Each compares wsluice with
// another library in the same run, and checks the figures that have bounds. Only ratios are comparable between runs,
// because machines are noisy.
//
// Benchmarks that start processes take options: `--node 24`, `--quick`, `--rows 64x1,64x16`, `--sizes 20,1024`,
// `--types text,binary`, `--deflate off,on`, `--kinds iterator,pipeTo,ws`, `--all`. `memory` also takes `--gigabytes 10`;
// `servers` and `clients` take `--profile FOLDER` to write a CPU profile of each measured process.
//
// Every benchmark except `deflate` writes its figures to build/bench/NAME.json, to demo/figures/NAME.json with `--keep`, or
// to FILE with `--json FILE`. `npm run figures` writes README's table from demo/figures.

import { type BenchOptions, type CommandLine, parseCommandLine } from './options.ts';
import { withoutAddOns } from './process/ws-add-ons.ts';
import type { BoundCounts } from './report.ts';

const all = [
  'receive',
  'send',
  'deflate',
  'servers',
  'clients',
  'broadcasts',
  'handshakes',
  'latency',
  'synchronous',
  'fairness',
  'memory',
];
function commandLineOrExit(): CommandLine {
  try {
    return parseCommandLine(process.argv.slice(2));
  } catch (error) {
    console.error((error as Error).message);
    process.exit(2);
  }
}

const { names, options } = commandLineOrExit();
const unknown = names.find(name => !all.includes(name));
if (unknown !== undefined) {
  console.error(`the benchmark must be one of ${all.join(', ')} (got "${unknown}")`);
  process.exit(2);
}

if (options.json !== undefined && names.length !== 1) {
  console.error('--json must be used with one benchmark only');
  process.exit(2);
}

// Benchmarks that load ws into this process compare with ws as npm installs it.
Object.assign(process.env, withoutAddOns);

let total = 0;
let missed = 0;
for (const name of names.length > 0 ? names : all) {
  const { run } = (await import(new URL(`./${name}.js`, import.meta.url).href)) as {
    run(options: BenchOptions): Promise<BoundCounts | undefined>;
  };
  const counts = await run(options);
  total += counts?.total ?? 0;
  missed += counts?.missed ?? 0;
}
if (names.length !== 1 && total > 0) console.log(`\n${total - missed} of ${total} bounds met`);
if (missed > 0) process.exitCode = 1;
