// Whether the specs notice when the code is wrong: `npm run mutation`, or `npm run mutation -- frames close-body`
// for the modules whose path holds one of the words, and `--sample 5` for every fifth mutant only.
// Each module meets its own spec alone. The score is the share of the mutants that it notices; 90 % is the least.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { accepted } from './accepted.ts';
import { type Mutant, mutantsOf } from './mutants-of.ts';
import { Workplace } from './workplace.ts';

const leastScore = 90;

/** What is mutated: all that decides what goes over the wire and what is let in. */
const scope =
  /^(frames|messages|events|handshake|connection)\/|^deflate\/(accept-deflate|confirm-deflate|offer-deflate|deflate-options|deflate-parameters|compresses)$/;

interface Verdict {
  readonly module: string;
  /** `line: before → after`, of the compiled module. */
  readonly change: string;
  readonly line: number;
  readonly outcome: 'killed' | 'survived' | 'accepted';
}

const compiled = fileURLToPath(new URL('../../', import.meta.url));
const { values, positionals } = parseArgs({
  options: { sample: { type: 'string', default: '1' } },
  allowPositionals: true,
});
const modules = readdirSync(join(compiled, 'lib'), { recursive: true, encoding: 'utf8' })
  .filter(file => file.endsWith('.js'))
  .map(file => file.slice(0, -3).replaceAll('\\', '/'))
  .filter(module => scope.test(module) && existsSync(join(compiled, 'spec', `${module}.js`)))
  .filter(module => positionals.length === 0 || positionals.some(word => module.includes(word)))
  .sort();

/** The line of a change, before and after, without the white space around it. */
function describe(code: string, { start, end, replacement }: Mutant): Pick<Verdict, 'change' | 'line'> {
  const from = code.lastIndexOf('\n', start - 1) + 1;
  const to = (code.indexOf('\n', end) + 1 || code.length + 1) - 1;
  const before = code.slice(from, to);
  const after = code.slice(from, start) + replacement + code.slice(end, to);
  const short = (text: string) => text.replace(/\s+/g, ' ').trim();
  return { change: `${short(before)} → ${short(after)}`, line: code.slice(0, start).split('\n').length };
}

async function judge(place: Workplace, module: string, code: string, mutant: Mutant, timeoutMs: number) {
  const { start, end, replacement } = mutant;
  const mutated = code.slice(0, start) + replacement + code.slice(end);
  const description = describe(code, mutant);
  const passes = await place.passes(module, mutated, timeoutMs);
  const reason = accepted[module]?.[description.change];
  const outcome = !passes ? 'killed' : reason === undefined ? 'survived' : 'accepted';
  return { module, ...description, outcome } as const satisfies Verdict;
}

const places = ['one', 'two'].map(name => new Workplace(compiled, join(compiled, 'mutation', name)));
const verdicts: Verdict[] = [];
const started = performance.now();
for (const module of modules) {
  const code = readFileSync(join(compiled, 'lib', `${module}.js`), 'utf8');
  const before = performance.now();
  if (!(await places[0]!.passes(module, code, 120_000))) {
    console.error(`${module}: its spec fails without a mutant`);
    process.exit(1);
  }
  const timeoutMs = 4000 + 6 * (performance.now() - before);
  const mutants = mutantsOf(code).filter((_, index) => index % Number(values.sample) === 0);
  const mine: Verdict[] = [];
  await Promise.all(
    places.map(async place => {
      for (let mutant = mutants.shift(); mutant !== undefined; mutant = mutants.shift()) {
        mine.push(await judge(place, module, code, mutant, timeoutMs));
      }
    }),
  );
  verdicts.push(...mine);
  console.log(row(module, mine));
  for (const { change, line } of mine.filter(({ outcome }) => outcome === 'survived')) {
    console.log(`    ${line}: ${change}`);
  }
}

/** Killed, survived, accepted, and the score. */
function row(name: string, of: readonly Verdict[]): string {
  const count = (wanted: Verdict['outcome']) => of.filter(({ outcome }) => outcome === wanted).length;
  const figures = [count('killed'), count('survived'), count('accepted')];
  return `${name.padEnd(34)}${figures.map(n => String(n).padStart(6)).join('')}  ${score(of).toFixed(1).padStart(5)} %`;
}

/** Of the mutants that are not accepted as equivalent, how many are killed. */
function score(of: readonly Verdict[]): number {
  const counted = of.filter(({ outcome }) => outcome !== 'accepted');
  const killed = counted.filter(({ outcome }) => outcome === 'killed').length;
  return counted.length === 0 ? 100 : (100 * killed) / counted.length;
}

console.log(`\n${'module'.padEnd(34)}killed  left equal  score`);
for (const module of modules) {
  console.log(
    row(
      module,
      verdicts.filter(verdict => verdict.module === module),
    ),
  );
}
console.log(row('all', verdicts));
const total = score(verdicts);
const killed = verdicts.filter(({ outcome }) => outcome === 'killed').length;
const seconds = ((performance.now() - started) / 1000).toFixed();
console.log(
  `\n${killed} of ${verdicts.length} mutants killed in ${seconds} s: score ${total.toFixed(1)} %, ${leastScore} % is the least`,
);
process.exit(total >= leastScore ? 0 : 1);
