// `npm run coverage`: every branch and every function of lib/ runs in the specs together, and each module in its
// own spec alone. `npm run coverage -- frames` looks at the second for the modules whose path holds the word.

import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { coveredBy } from './covered-by.ts';
import { coverageOf } from './gaps-of.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const words = process.argv.slice(2);
const modules = readdirSync(join(root, 'build/lib'), { recursive: true, encoding: 'utf8' })
  .map(file => file.replaceAll('\\', '/'))
  .filter(file => /\/.*\.js$/.test(file) && existsSync(join(root, 'lib', file.replace(/\.js$/, '.ts'))))
  .map(file => file.slice(0, -3))
  .filter(module => words.length === 0 || words.some(word => module.includes(word)))
  .sort();

/** A module of types compiles to nothing. */
const isEmpty = (module: string) =>
  readFileSync(join(root, `build/lib/${module}.js`), 'utf8').replace(/export \{\};|\/\/.*|\s/g, '') === '';

function run(
  command: readonly string[],
  environment: Record<string, string>,
  shown: boolean,
): Promise<boolean> {
  return new Promise(resolve => {
    const child = spawn(process.execPath, command, {
      cwd: root,
      env: { ...process.env, ...environment },
      stdio: shown ? 'inherit' : 'ignore',
    });
    child.on('close', code => resolve(code === 0));
  });
}

/** The specs together, by c8; the doors hold nothing that could run. */
function together(): Promise<boolean> {
  const options =
    '--include build/lib/** --reporter text --check-coverage --branches 100 --functions 100 --lines 100';
  const recordings = mkdtempSync(join(tmpdir(), 'coverage-'));
  const command = ['node_modules/c8/bin/c8.js', ...options.split(' '), '--temp-directory', recordings];
  return run([...command, process.execPath, 'build/spec/run.js'], {}, true).finally(() =>
    rmSync(recordings, { recursive: true }),
  );
}

/** What its own spec misses of a module; undefined: nothing. */
async function missedAlone(module: string): Promise<string | undefined> {
  const spec = `build/spec/${coveredBy[module] ?? module}.js`;
  if (!existsSync(join(root, spec))) return 'has no spec of its own';
  const recordings = mkdtempSync(join(tmpdir(), 'coverage-'));
  try {
    if (!(await run([spec], { NODE_V8_COVERAGE: recordings }, false))) return 'its spec fails alone';
    const coverage = coverageOf(join(root, `build/lib/${module}.js`), recordings);
    if (coverage === undefined) return 'its spec does not load it';
    const { total, missed, lines } = coverage;
    if (missed === 0) return undefined;
    return `${((100 * (total - missed)) / total).toFixed(1)} %, not run: lines ${lines.join(', ')}`;
  } finally {
    rmSync(recordings, { recursive: true });
  }
}

/** Each module by its own spec, two at a time; tells how many have gaps. */
async function alone(): Promise<number> {
  const waiting = modules.filter(module => !isEmpty(module));
  const count = waiting.length;
  let gaps = 0;
  const work = async () => {
    for (let module = waiting.shift(); module !== undefined; module = waiting.shift()) {
      const gap = await missedAlone(module);
      if (gap === undefined) continue;
      gaps += 1;
      console.log(`${module}: ${gap}`);
    }
  };
  await Promise.all([work(), work()]);
  console.log(`\n${count - gaps} of ${count} modules are covered by their own specs alone`);
  return gaps;
}

const whole = words.length > 0 || (await together());
const open = await alone();
if (!whole) console.log('the specs together do not cover lib/, see the table');
process.exit(whole && open === 0 ? 0 : 1);
