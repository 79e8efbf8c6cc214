// `npm run conformance`: runs every case against every endpoint in both roles. `npm run conformance -- api` tests the
// platform's interfaces instead: see api/run.ts.
//
//   --endpoint ours,ws,tcp:host:port   the endpoints (default: ours,ws)
//   --role server,client               the roles of the endpoints (default: both)
//   --cases 1,2.3,13                   groups and cases, by prefixes of their ids (default: all)
//   --short                            fewer round trips and smaller messages; a full run takes about an hour
//   --json path                        the file for the results (default: build/conformance.json)
//
// The exit code is 1 if a case of "ours" is FAILED, NON-STRICT or UNIMPLEMENTED.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { clearProgress, progress } from '../support/progress.ts';
import type { Role } from './case.ts';
import type { ColumnMessage, ColumnOptions } from './column.ts';
import { type Column, count, exceptions, table } from './report.ts';

if (process.argv[2] === 'api') await import('./api/run.ts');

const { values } = parseArgs({
  options: {
    endpoint: { type: 'string', default: 'ours,ws' },
    role: { type: 'string', default: 'server,client' },
    cases: { type: 'string', default: '' },
    short: { type: 'boolean', default: false },
    json: { type: 'string', default: 'build/conformance.json' },
  },
});

const Mi = 1024 * 1024;
const scale = values.short ? { rounds: 8, largest: Mi } : { rounds: 1000, largest: 16 * Mi };

/** The progress of each column. */
const state = new Map<string, string>();

/** Runs the cases of a column in a new process. */
async function runColumn(options: ColumnOptions): Promise<Column> {
  const { endpoint, role } = options;
  const child = fork(fileURLToPath(new URL('./column.js', import.meta.url)), [JSON.stringify(options)]);
  let column: Column | undefined;
  let done = 0;
  child.on('message', (report: ColumnMessage) => {
    if ('results' in report) column = { endpoint: report.name, role, results: report.results };
    else {
      done += 1;
      state.set(`${endpoint} as ${role}`, `${done} of at most ${report.of}, ${report.done.id}`);
      progress([...state].map(([name, far]) => `${name}: ${far}`).join(' | '));
    }
  });
  const [code, signal] = await once(child, 'exit');
  state.delete(`${endpoint} as ${role}`);
  if (column === undefined)
    throw new Error(`the process of ${endpoint} as ${role} exited with ${signal ?? code}`);
  return column;
}

const columnOptions = values.endpoint
  .split(',')
  .flatMap(endpoint =>
    values.role
      .split(',')
      .map(role => ({ endpoint, role: role as Role, scale, starts: values.cases.split(',') })),
  );
const columns: Column[] = [];
const queue = [...columnOptions.entries()];
const work = async () => {
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    columns[next[0]] = await runColumn(next[1]);
  }
};
await Promise.all(Array.from({ length: Math.min(availableParallelism(), columnOptions.length) }, work));
clearProgress();
writeFileSync(values.json, `${JSON.stringify({ scale, columns }, null, 2)}\n`);
console.log([table(columns), ...columns.map(exceptions)].join('\n'));

const ours = count(columns.filter(({ endpoint }) => endpoint === 'ours').flatMap(({ results }) => results));
process.exit(ours.FAILED + ours['NON-STRICT'] + ours.UNIMPLEMENTED === 0 ? 0 : 1);
