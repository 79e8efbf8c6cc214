// The compared clients, and how to start a process of each.

import { Child } from '../process/child.ts';
import type { NodeBinary } from '../process/node-binary.ts';
import { withAddOns, withoutAddOns } from '../process/ws-add-ons.ts';

export type ClientName = 'ws' | 'ws-bare' | 'undici' | 'native' | 'dial';

export interface ClientKind {
  readonly title: string;
  readonly env?: Readonly<Record<string, string>>;
}

export const clientKinds: Readonly<Record<ClientName, ClientKind>> = {
  ws: { title: 'ws with add-ons', env: withAddOns },
  'ws-bare': { title: 'ws as installed', env: withoutAddOns },
  undici: { title: 'undici' },
  native: { title: "Node's WebSocket" },
  dial: { title: 'dial' },
};

/** Starts a client on the first core. */
export function startClient(name: ClientName, { path, version }: NodeBinary, profile?: string): Child {
  const { env = {} } = clientKinds[name];
  const isHidden = name === 'native' && Number.parseInt(version.slice(1), 10) < 22;
  const flags = isHidden ? ['--experimental-websocket'] : [];
  return new Child('clients/client.js', { node: path, core: 0, args: [name], env, flags, profile });
}
