// `npm run interop`: tests wsluice with other implementations, and libraries that use it. `npm run interop -- ws chromium`
// selects those whose name contains one of the words.
// Those that are not installed are skipped, with the command that installs them; with `--no-skip` or CI=true, they count as
// failures. The output ends with a table and `N passed, N failed`.

import { clearProgress, progress } from '../support/progress.ts';
import { type CheckName, checks } from './checks.ts';
import { type Library, libraries } from './libraries/libraries.ts';
import { prepare, runLibrary } from './libraries/run-library.ts';
import type { Pair } from './pair.ts';
import { PeerPair } from './peer-pair.ts';
import { peers } from './peers.ts';
import { type Cell, count, type Row, table } from './table.ts';

const checkTimeoutMs = 20_000;
const names = Object.keys(checks) as CheckName[];
const words = process.argv.slice(2).filter(argument => !argument.startsWith('--'));
const mayNotSkip = process.argv.includes('--no-skip') || process.env.CI === 'true';

const pairs: readonly Pair[] = peers.flatMap(peer =>
  (['server', 'client'] as const).filter(role => role in peer.roles).map(role => new PeerPair(peer, role)),
);

const missing = new Set<string>();
const faults: string[] = [];
const rows: Row[] = [];

function fault(where: string, error: unknown): Cell {
  faults.push(`${where}: ${(error as Error)?.stack ?? error}`);
  return 'FAILED';
}

function skip(pair: Pair): Row {
  missing.add(`${pair.name.split(' ')[0]} is not installed: ${pair.install}`);
  const cell = mayNotSkip ? 'FAILED' : 'skipped';
  return { name: pair.name, cells: names.map(name => (pair.can(name) ? cell : 'n/a')) };
}

async function runPair(pair: Pair): Promise<Row> {
  progress(pair.name);
  try {
    const version = await withinTimeout(pair.start());
    const cells: Cell[] = [];
    for (const name of names) {
      progress(`${pair.name}: ${name}`);
      cells.push(pair.can(name) ? await outcome(pair, name) : 'n/a');
    }
    return { name: `${pair.name} ${version}`, cells };
  } catch (error) {
    const cell = fault(`${pair.name} failed to start`, error);
    return { name: pair.name, cells: names.map(name => (pair.can(name) ? cell : 'n/a')) };
  } finally {
    await pair.stop();
  }
}

async function outcome(pair: Pair, name: CheckName): Promise<Cell> {
  try {
    await withinTimeout(pair.check(name));
    return 'ok';
  } catch (error) {
    return fault(`${pair.name}, ${name}`, error);
  }
}

async function withinTimeout<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`timed out after ${checkTimeoutMs} ms`)), checkTimeoutMs);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

function sum(rows: readonly Row[], unhandled = 0): string {
  const skipped = count(rows, 'skipped');
  const tail = skipped === 0 ? '' : `, ${skipped} skipped`;
  return `${count(rows, 'ok')} passed, ${count(rows, 'FAILED') + unhandled} failed${tail}`;
}

let unhandled = 0;
process.on('unhandledRejection', reason => {
  unhandled += 1;
  fault('unhandled rejection', reason);
});

for (const pair of pairs) {
  if (words.length > 0 && !words.some(word => pair.name.includes(word))) continue;
  const row = pair.isInstalled() ? await runPair(pair) : skip(pair);
  rows.push(row);
  clearProgress();
  console.log(`${row.name}: ${sum([row])}`);
}

/** Tests a library, and returns a row of one cell. */
async function libraryRow(library: Library): Promise<Row> {
  const { name, system } = library;
  if (system?.isInstalled() === false) {
    missing.add(`${name} needs a program that is not installed: ${system.install}`);
    return { name, cells: [mayNotSkip ? 'FAILED' : 'skipped'] };
  }
  progress(name);
  try {
    await runLibrary(library);
    return { name, cells: ['ok'] };
  } catch (error) {
    return { name, cells: [fault(name, error)] };
  }
}

const chosen = libraries.filter(
  ({ name }) => words.length === 0 || words.some(word => name.toLowerCase().includes(word.toLowerCase())),
);
await prepare(chosen, console.log);
const libraryRows: Row[] = [];
for (const library of chosen) libraryRows.push(await libraryRow(library));
clearProgress();

const failed = count([...rows, ...libraryRows], 'FAILED') + unhandled;
for (const line of [...missing, ...faults]) console.log(`\n${line}`);
console.log('\nRows: peer and its role. Columns: → sent by wsluice, ← sent by the peer.\n');
console.log(table(names, rows));
console.log(`\n${libraryRows.map(({ name, cells }) => `${cells[0]!.padEnd(8)}${name}`).join('\n')}`);
console.log(`\n${sum([...rows, ...libraryRows], unhandled)}`);
process.exit(failed === 0 && rows.length + libraryRows.length > 0 ? 0 : 1);
