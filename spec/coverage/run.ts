// `npm run coverage`: every branch and every function of a module of lib/ runs in its own spec alone, and so in the
// specs together. `npm run coverage -- frames` looks at the modules whose path holds one of the words.

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

/** Longer than any spec takes on a busy machine. */
const patienceMs = 180_000;

/** A module of types compiles to nothing. */
const isEmpty = (module: string) =>
  readFileSync(join(root, `build/lib/${module}.js`), 'utf8').replace(/export \{\};|\/\/.*|\s/g, '') === '';

/** All modules but the entry points, which only re-export. */
const modules = readdirSync(join(root, 'build/lib'), { recursive: true, encoding: 'utf8' })
  .map(file => file.replaceAll('\\', '/'))
  .filter(file => /\/.*\.js$/.test(file) && existsSync(join(root, 'lib', file.replace(/\.js$/, '.ts'))))
  .map(file => file.slice(0, -3))
  .filter(module => words.length === 0 || words.some(word => module.includes(word)))
  .filter(module => !isEmpty(module))
  .sort();

/** A spec, by what it is the spec of, and the modules that it covers. */
type Work = readonly [spec: string, covers: readonly string[]];

function worksOf(of: readonly string[]): Work[] {
  const works = new Map<string, string[]>();
  for (const module of of) {
    const spec = coveredBy[module] ?? module;
    works.set(spec, [...(works.get(spec) ?? []), module]);
  }
  return [...works];
}

/** Runs a spec, or several, and no other, by our own runner, which waits for no timer that is left. */
function passes(specs: readonly string[], recordings: string): Promise<boolean> {
  return new Promise(resolve => {
    const child = spawn(process.execPath, ['build/spec/run.js', ...specs.map(spec => `${spec}.spec.js`)], {
      cwd: root,
      env: { ...process.env, NODE_V8_COVERAGE: recordings },
      stdio: 'ignore',
    });
    const timer = setTimeout(() => child.kill('SIGKILL'), patienceMs);
    child.on('close', code => {
      clearTimeout(timer);
      resolve(code === 0);
    });
  });
}

/** What the spec misses of its modules, a line each. */
async function gapsOf([spec, covers]: Work): Promise<readonly string[]> {
  const specs = spec.split(' ');
  const missing = specs.find(name => !existsSync(join(root, `build/spec/${name}.spec.js`)));
  if (missing !== undefined) return [`${missing}: has no spec of its own`];
  const recordings = mkdtempSync(join(tmpdir(), 'coverage-'));
  try {
    if (!(await passes(specs, recordings))) return [`${spec}: its spec fails alone`];
    const read = readRecordings(recordings);
    return covers.map(module => gapOf(module, read)).filter(gap => gap !== undefined);
  } finally {
    rmSync(recordings, { recursive: true });
  }
}

function gapOf(module: string, recordings: Recordings): string | undefined {
  const coverage = coverageOf(join(root, `build/lib/${module}.js`), recordings);
  if (coverage === undefined) return `${module}: its spec does not load it`;
  const { total, missed, lines } = coverage;
  if (missed === 0) return undefined;
  return `${module}: ${((100 * (total - missed)) / total).toFixed(1)} %, not run: lines ${lines.join(', ')}`;
}

const works = worksOf(modules);
const count = works.length;
const gaps: string[] = [];
const started = performance.now();
const seconds = () => ((performance.now() - started) / 1000).toFixed();

async function work(): Promise<void> {
  for (let next = works.shift(); next !== undefined; next = works.shift()) {
    const done = count - works.length;
    progress(`${done} of ${count} specs, ${gaps.length} gaps, ${seconds()} s: ${next[0]}`);
    gaps.push(...(await gapsOf(next)));
  }
}

await Promise.all(Array.from({ length: Math.min(availableParallelism(), 4) }, work));
clearProgress();
for (const gap of gaps.sort()) console.log(gap);
console.log(`\n${count} specs, ${modules.length} modules, ${gaps.length} with a gap, in ${seconds()} s`);
process.exit(count > 0 && gaps.length === 0 ? 0 : 1);
