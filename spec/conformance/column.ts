// A process that runs the cases of one column of the table: one endpoint in one role.

import type { Result, Role, Scale } from './case.ts';
import type { Endpoint } from './endpoints/endpoint.ts';
import { ourEndpoint } from './endpoints/ours.ts';
import { tcpEndpoint } from './endpoints/tcp.ts';
import { wsEndpoint } from './endpoints/ws.ts';
import { allCases } from './groups/index.ts';
import { runSuite } from './suite.ts';

/** The arguments of the process. */
export interface ColumnOptions {
  readonly endpoint: string;
  readonly role: Role;
  readonly scale: Scale;
  /** Prefixes of case ids; `''` selects all. */
  readonly starts: readonly string[];
}

/** A finished case and the maximum number of cases, and at last all results. */
export type ColumnMessage =
  | { readonly done: Result; readonly of: number }
  | { readonly results: readonly Result[]; readonly name: string };

const { endpoint: wanted, role, scale, starts } = JSON.parse(process.argv[2]!) as ColumnOptions;

function isChosen(id: string): boolean {
  return starts.some(start => start === '' || id === start || id.startsWith(`${start}.`));
}

function endpointOf(name: string): Endpoint {
  if (name === 'ours') return ourEndpoint();
  if (name === 'ws') return wsEndpoint();
  const [, host, port] = /^tcp:(.+):(\d+)$/.exec(name) ?? [];
  if (host !== undefined) return tcpEndpoint(host, Number(port));
  throw new RangeError(`--endpoint must be ours, ws or tcp:host:port (got "${name}")`);
}

// Keeps the process alive, which the timers of sockets do not.
setInterval(() => {}, 2 ** 30);

const report = (message: ColumnMessage) => process.send!(message);
const cases = allCases(scale).filter(({ id }) => isChosen(id));
const endpoint = endpointOf(wanted);
const results = await runSuite(cases, endpoint, role, done => report({ done, of: cases.length }));
await endpoint.close();
// Exits explicitly: Node 20 may stay alive after the reset of a connection that was ending.
process.send!({ results, name: endpoint.name } satisfies ColumnMessage, () => process.exit());
