// `npm run mutation`: mutation testing by StrykerJS. Each mutant of a module must make the module's own spec fail; the score is
// the share of killed mutants. `npm run mutation -- close-body frame-header` selects the modules whose path contains one of
// the words.

import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Stryker } from '@stryker-mutator/core';
import { coveredBy } from '../coverage/covered-by.ts';

/** The minimum score. 100 cannot be reached, because some mutants are equivalent, such as a buffer that grows earlier. */
const minScore = 85;

/** The modules that decide which bytes are sent, and which are accepted. */
const scope =
  /^(frames|messages|events|handshake|connection)\/|^deflate\/(accept-deflate|confirm-deflate|offer-deflate|deflate-options|deflate-parameters|compresses)$/;

const words = process.argv.slice(2);
const built = fileURLToPath(new URL('../../', import.meta.url));
const specOf = (module: string) => coveredBy[module] ?? module;
const modules = readdirSync(`${built}lib`, { recursive: true, encoding: 'utf8' })
  .filter(file => file.endsWith('.js'))
  .map(file => file.slice(0, -3).replaceAll('\\', '/'))
  .filter(module => scope.test(module) && existsSync(`${built}spec/${specOf(module)}.spec.js`))
  .filter(module => words.length === 0 || words.some(word => module.includes(word)))
  .sort();

interface Row {
  readonly killed: number;
  readonly survived: number;
  readonly score: number;
}

async function mutate(module: string): Promise<Row> {
  const stryker = new Stryker({
    configFile: 'spec/mutation/stryker.json',
    // Mutates the compiled module, so that mutants need not be compiled.
    mutate: [`build/lib/${module}.js`],
    commandRunner: { command: `node build/spec/run.js ${specOf(module)}.spec.js` },
  });
  const statuses = (await stryker.runMutationTest()).map(({ status }) => status);
  const survived = statuses.filter(status => status === 'Survived').length;
  const killed = statuses.filter(status => status === 'Killed' || status === 'Timeout').length;
  return { killed, survived, score: Math.round((1000 * killed) / (killed + survived)) / 10 };
}

const table: Record<string, Row> = {};
for (const module of modules) {
  const row = await mutate(module);
  console.log(`${module}: ${row.killed} killed, ${row.survived} survived, ${row.score} %`);
  table[module] = row;
}
const rows = Object.values(table);
const killed = rows.reduce((sum, row) => sum + row.killed, 0);
const survived = rows.reduce((sum, row) => sum + row.survived, 0);
const score = (100 * killed) / (killed + survived);
console.table(table);
console.log(
  `${killed} of ${killed + survived} mutants killed: ${score.toFixed(1)} % (required: ${minScore} %)`,
);
process.exit(score >= minScore ? 0 : 1);
