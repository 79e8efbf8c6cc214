// `npm run coverage`: checks that each module's own spec, without the other specs, runs every function and branch of it.
// `npm run coverage -- frames` selects the modules whose path contains one of the words.

import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { clearProgress, progress } from '../support/progress.ts';
import { coveredBy } from './covered-by.ts';
import { coverageOf, type Recordings, readRecordings } from './gaps-of.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const words = process.argv.slice(2);

/** The timeout of a spec. */
const timeoutMs = 180_000;

/** Returns true for modules of types, which compile to nothing. */
const isEmpty = (module: string) =>
  readFileSync(join(root, `build/lib/${module}.js`), 'utf8').replace(/export \{\};|\/\/.*|\s/g, '') === '';

/** All modules except entry points, which only re-export. */
const modules = readdirSync(join(root, 'build/lib'), { recursive: true, encoding: 'utf8' })
  .map(file => file.replaceAll('\\', '/'))
  .filter(file => /\/.*\.js$/.test(file) && existsSync(join(root, 'lib', file.replace(/\.js$/, '.ts'))))
  .map(file => file.slice(0, -3))
  .filter(module => words.length === 0 || words.some(word => module.includes(word)))
  .filter(module => !isEmpty(module))
  .sort();

/** A spec, or several separated by spaces, and the modules that it must cover. */
type Task = readonly [spec: string, covers: readonly string[]];

function tasksFor(modules: readonly string[]): Task[] {
  const tasks = new Map<string, string[]>();
  for (const module of modules) {
    const spec = coveredBy[module] ?? module;
    tasks.set(spec, [...(tasks.get(spec) ?? []), module]);
  }
  return [...tasks];
}

/** Runs specs, and records their coverage. Returns true if they pass. */
function passes(specs: readonly string[], recordings: string): Promise<boolean> {
  return new Promise(resolve => {
    const child = spawn(process.execPath, ['build/spec/run.js', ...specs.map(spec => `${spec}.spec.js`)], {
      cwd: root,
      env: { ...process.env, NODE_V8_COVERAGE: recordings },
      stdio: 'ignore',
    });
    const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
    child.on('close', code => {
      clearTimeout(timer);
      resolve(code === 0);
    });
  });
}

/** Returns a line for each module that the spec does not cover completely. */
async function gapsOf([spec, covers]: Task): Promise<readonly string[]> {
  const specs = spec.split(' ');
  const missing = specs.find(name => !existsSync(join(root, `build/spec/${name}.spec.js`)));
  if (missing !== undefined) return [`${missing}: there is no spec for it, and no entry in covered-by.ts`];
  const recordings = mkdtempSync(join(tmpdir(), 'coverage-'));
  try {
    if (!(await passes(specs, recordings)))
      return [`${spec}: the spec fails when it runs without the others`];
    const read = readRecordings(recordings);
    return covers.map(module => gapOf(module, read)).filter(gap => gap !== undefined);
  } finally {
    rmSync(recordings, { recursive: true });
  }
}

function gapOf(module: string, recordings: Recordings): string | undefined {
  const coverage = coverageOf(join(root, `build/lib/${module}.js`), recordings);
  if (coverage === undefined) return `${module}: the spec does not load the module`;
  const { total, missed, lines } = coverage;
  if (missed === 0) return undefined;
  return `${module}: ${((100 * (total - missed)) / total).toFixed(1)} %, not run: lines ${lines.join(', ')}`;
}

const tasks = tasksFor(modules);
const count = tasks.length;
const gaps: string[] = [];
const started = performance.now();
const seconds = () => ((performance.now() - started) / 1000).toFixed();

async function runTasks(): Promise<void> {
  for (let next = tasks.shift(); next !== undefined; next = tasks.shift()) {
    const done = count - tasks.length;
    progress(`${done} of ${count} specs, ${gaps.length} gaps, ${seconds()} s: ${next[0]}`);
    gaps.push(...(await gapsOf(next)));
  }
}

await Promise.all(Array.from({ length: Math.min(availableParallelism(), 4) }, runTasks));
clearProgress();
for (const gap of gaps.sort()) console.log(gap);
console.log(`\n${count} specs, ${modules.length} modules, ${gaps.length} with gaps, in ${seconds()} s`);
process.exit(count > 0 && gaps.length === 0 ? 0 : 1);
