// `npm run bench` runs every benchmark, `npm run bench -- deflate servers` the named ones. Each prints wsluice beside a peer in
// the same run, and the bound beside each figure that has one. The machines are noisy: only ratios count.
//
// The benchmarks of whole processes take options: `--node 24`, `--quick`, `--rows 64x1,64x16`, `--sizes 20,1024`,
// `--types text,binary`, `--deflate off,on`, `--kinds iterator,pipeTo,ws`, `--all`. `memory` takes `--gigabytes 10`; `servers`
// and `clients` take `--profile FOLDER`, for a CPU profile of each measured process.
//
// Each benchmark but `deflate` writes its figures to build/bench/NAME.json, with `--keep` to demo/figures/NAME.json, or with
// `--json FILE` there. `npm run figures` writes README's table from demo/figures.

import { type BenchOptions, parseCommandLine } from './options.ts';
import { withoutAddOns } from './process/ws-add-ons.ts';
import type { Tally } from './report.ts';

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
const { names, options } = parseCommandLine(process.argv.slice(2));
const unknown = names.find(name => !all.includes(name));
if (unknown !== undefined) {
  console.error(`no benchmark ${unknown}; there are ${all.join(', ')}`);
  process.exit(1);
}

if (options.json !== undefined && names.length !== 1) {
  console.error('--json needs the name of one benchmark');
  process.exit(1);
}

// The benchmarks that load ws into this process compare with ws as npm installs it.
Object.assign(process.env, withoutAddOns);

let asked = 0;
let missed = 0;
for (const name of names.length > 0 ? names : all) {
  const { run } = (await import(new URL(`./${name}.js`, import.meta.url).href)) as {
    run(options: BenchOptions): Promise<Tally | undefined>;
  };
  const tally = await run(options);
  asked += tally?.asked ?? 0;
  missed += tally?.missed ?? 0;
}
if (names.length !== 1 && asked > 0) console.log(`\n${asked - missed} of ${asked} figures reach their bound`);
if (missed > 0) process.exitCode = 1;
