// `npm run runtimes`: runs the specs, and end-to-end jobs over real sockets, on every runtime, and prints a table. `npm run
// runtimes -- deno` selects the runtimes whose name contains one of the words. A runtime that is not installed is skipped, with
// the command that installs it; with `--no-skip` or CI=true, it counts as a failure.

import { exec, type Print } from './exec.ts';
import { install } from './install.ts';
import { failedMark, type Row, type Runner, rows } from './rows.ts';
import { Target } from './target.ts';

interface Result {
  readonly name: string;
  readonly version: string;
  readonly specs: string;
  readonly jobs: string;
  readonly seconds: string;
  readonly verdict: 'green' | 'RED' | 'skipped';
}

const print: Print = line => console.log(line);
const words = process.argv
  .slice(2)
  .filter(argument => !argument.startsWith('--'))
  .map(word => word.toLowerCase());
const mayNotSkip = process.argv.includes('--no-skip') || process.env.CI === 'true';

async function run(row: Row, runner: Runner): Promise<Result> {
  const { name } = row;
  const binary = row.binary();
  if (binary === undefined) {
    print(`${name} is not installed: ${row.install}`);
    const verdict = mayNotSkip ? 'RED' : 'skipped';
    return { name, version: '', specs: '', jobs: '', seconds: '', verdict };
  }
  const version =
    /\d+[.-]\d[\w.-]*/.exec((await exec(binary, row.version, { timeoutMs: 20_000 })).output)?.[0] ?? '';
  print(`${name} ${version} …`);
  const started = performance.now();
  const output = await row.run(binary, runner).catch((error: unknown) => `${(error as Error).stack}`);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const tallies = [...output.matchAll(/^(\d+) passed, (\d+) failed$/gm)];
  const sum = (column: 1 | 2) => tallies.reduce((total, tally) => total + Number(tally[column]), 0);
  const [passed, failed] = [sum(1), sum(2)];
  const jobs = /^(\d+) jobs done$/m.exec(output)?.[1];
  const good = passed > 0 && failed === 0 && jobs !== undefined && !output.includes(failedMark);
  if (!good) print(output.replace(/^.*• .*\n/gm, ''));
  const specs = failed === 0 ? `${passed}` : `${passed}, ${failed} failed`;
  return { name, version, specs, jobs: jobs ?? 'failed', seconds, verdict: good ? 'green' : 'RED' };
}

function line({ name, version, specs, jobs, seconds, verdict }: Record<keyof Result, string>): string {
  const columns = [
    name.padEnd(21),
    version.padEnd(14),
    specs.padStart(6),
    jobs.padStart(7),
    seconds.padStart(8),
  ];
  return `${columns.join('  ')}  ${verdict}`;
}

await install(print);
const target = new Target();
const runner: Runner = { target, options: await target.listen() };
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
const count = (verdict: Result['verdict']) => results.filter(result => result.verdict === verdict).length;
for (const { name, note } of rows) {
  if (note !== undefined && results.some(result => result.name === name)) print(`\n${name}: ${note}`);
}
print(`\n${count('green')} green, ${count('RED')} red, ${count('skipped')} skipped`);
process.exit(results.length > 0 && count('RED') === 0 ? 0 : 1);
