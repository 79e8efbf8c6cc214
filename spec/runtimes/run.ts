// `npm run runtimes`: the specs and an end-to-end job with real sockets on every runtime; `npm run runtimes -- deno` for
// those whose name holds one of the words. Ends with a table; anything that is not green fails.

import { exec, type Print } from './exec.ts';
import { install } from './install.ts';
import { type Row, type Runner, rows } from './rows.ts';
import { Target } from './target.ts';

interface Result {
  readonly name: string;
  readonly version: string;
  readonly specs: string;
  readonly jobs: string;
  readonly seconds: string;
  readonly verdict: string;
}

const print: Print = line => console.log(line);

async function run(row: Row, runner: Runner): Promise<Result> {
  const { name } = row;
  const binary = row.binary();
  if (binary === undefined) {
    const verdict = `not installed: ${row.install}`;
    return { name, version: '', specs: '', jobs: '', seconds: '', verdict };
  }
  const version =
    /\d+[.-]\d[\w.-]*/.exec((await exec(binary, row.version, { timeoutMs: 20_000 })).output)?.[0] ?? '';
  print(`${name} ${version} …`);
  const started = performance.now();
  const output = await row.run(binary, runner).catch((error: unknown) => `${(error as Error).stack}`);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const [, passed, failed] = /(\d+) passed, (\d+) failed/.exec(output) ?? [];
  const jobs = /(\d+) jobs done/.exec(output)?.[1];
  const good = Number(passed) > 0 && failed === '0' && jobs !== undefined;
  if (!good) print(output.replace(/^.*• .*\n/gm, ''));
  const specs = passed === undefined ? 'none' : failed === '0' ? passed : `${passed}, ${failed} failed`;
  return { name, version, specs, jobs: jobs ?? 'failed', seconds, verdict: good ? 'green' : 'RED' };
}

function line({ name, version, specs, jobs, seconds, verdict }: Result): string {
  const columns = [
    name.padEnd(21),
    version.padEnd(14),
    specs.padStart(6),
    jobs.padStart(7),
    seconds.padStart(8),
  ];
  return `${columns.join('  ')}  ${verdict}`;
}

const words = process.argv.slice(2).map(word => word.toLowerCase());
await install(print);
const target = new Target();
const runner: Runner = { target, order: await target.listen() };
const results: Result[] = [];
for (const row of rows) {
  if (words.length > 0 && !words.some(word => row.name.toLowerCase().includes(word))) continue;
  const result = await run(row, runner);
  results.push(result);
  print(line(result));
}

const title = {
  name: 'runtime',
  version: 'version',
  specs: 'specs',
  jobs: 'e2e',
  seconds: 'seconds',
  verdict: '',
};
print(`\n${[title, ...results].map(line).join('\n')}`);
process.exit(results.length > 0 && results.every(({ verdict }) => verdict === 'green') ? 0 : 1);
