// `npm run conformance`: every case against every endpoint in both roles.
//
//   --endpoint ours,ws,tcp:host:port   which endpoints (default: ours and ws)
//   --role server,client               the roles that they have (default: both)
//   --cases 1,2.3,13                   groups and cases, by the beginning of their numbers (default: all)
//   --short                            fewer round trips and smaller messages
//   --json path                        where the results go (default: build/conformance.json)
//
// The exit code is 1 when ours has a case that is FAILED, NON-STRICT or UNIMPLEMENTED.

import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { clearProgress, progress } from '../support/progress.ts';
import type { Case, Role } from './case.ts';
import type { Endpoint } from './endpoints/endpoint.ts';
import { ourEndpoint } from './endpoints/ours.ts';
import { tcpEndpoint } from './endpoints/tcp.ts';
import { wsEndpoint } from './endpoints/ws.ts';
import { allCases } from './groups/index.ts';
import { type Column, count, exceptions, table } from './report.ts';
import { runSuite } from './suite.ts';

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

function chosen(id: string): boolean {
  return values.cases.split(',').some(start => start === '' || id === start || id.startsWith(`${start}.`));
}

function endpointOf(name: string): Endpoint {
  if (name === 'ours') return ourEndpoint();
  if (name === 'ws') return wsEndpoint();
  const [, host, port] = /^tcp:(.+):(\d+)$/.exec(name) ?? [];
  if (host !== undefined) return tcpEndpoint(host, Number(port));
  throw new RangeError(`no endpoint ${name}`);
}

async function runColumn(name: string, role: Role, cases: readonly Case[]): Promise<Column> {
  const endpoint = endpointOf(name);
  let done = 0;
  const results = await runSuite(cases, endpoint, role, ({ id, verdict }) => {
    progress(`${endpoint.name} as ${role}: ${++done} of at most ${cases.length}, ${id} ${verdict}`);
  });
  clearProgress();
  await endpoint.close();
  return { endpoint: endpoint.name, role, results };
}

const cases = allCases(scale).filter(({ id }) => chosen(id));
const columns: Column[] = [];
for (const name of values.endpoint.split(',')) {
  for (const role of values.role.split(',') as Role[]) columns.push(await runColumn(name, role, cases));
}
writeFileSync(values.json, `${JSON.stringify({ scale, columns }, null, 2)}\n`);
console.log([table(columns), ...columns.map(exceptions)].join('\n'));

const ours = count(columns.filter(({ endpoint }) => endpoint === 'ours').flatMap(({ results }) => results));
process.exit(ours.FAILED + ours['NON-STRICT'] + ours.UNIMPLEMENTED === 0 ? 0 : 1);
