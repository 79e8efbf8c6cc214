// One column of the table, in a process of its own: one endpoint in one role plays every case.

import type { Result, Role, Scale } from './case.ts';
import type { Endpoint } from './endpoints/endpoint.ts';
import { ourEndpoint } from './endpoints/ours.ts';
import { tcpEndpoint } from './endpoints/tcp.ts';
import { wsEndpoint } from './endpoints/ws.ts';
import { allCases } from './groups/index.ts';
import { runSuite } from './suite.ts';

/** The parameters of a column. */
export interface Order {
  readonly endpoint: string;
  readonly role: Role;
  readonly scale: Scale;
  /** The prefixes of the cases' numbers; '': all. */
  readonly starts: readonly string[];
}

/** The report: a finished case and the most cases there are, and finally all results. */
export type Report =
  | { readonly done: Result; readonly of: number }
  | { readonly results: readonly Result[]; readonly name: string };

const { endpoint: wanted, role, scale, starts } = JSON.parse(process.argv[2]!) as Order;

function isChosen(id: string): boolean {
  return starts.some(start => start === '' || id === start || id.startsWith(`${start}.`));
}

function endpointOf(name: string): Endpoint {
  if (name === 'ours') return ourEndpoint();
  if (name === 'ws') return wsEndpoint();
  const [, host, port] = /^tcp:(.+):(\d+)$/.exec(name) ?? [];
  if (host !== undefined) return tcpEndpoint(host, Number(port));
  throw new RangeError(`no endpoint ${name}`);
}

// The timers of sockets keep no process alive.
setInterval(() => {}, 2 ** 30);

const report = (message: Report) => process.send!(message);
const cases = allCases(scale).filter(({ id }) => isChosen(id));
const endpoint = endpointOf(wanted);
const results = await runSuite(cases, endpoint, role, done => report({ done, of: cases.length }));
await endpoint.close();
// Node 20 may never finish by itself once a connection was reset that was ending.
process.send!({ results, name: endpoint.name } satisfies Report, () => process.exit());
