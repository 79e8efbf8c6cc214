// The compared servers, and how to start a process of each.

import type { MessageShape } from '../load/frame-cycle.ts';
import { Child } from '../process/child.ts';
import { withAddOns, withoutAddOns } from '../process/ws-add-ons.ts';
import type { ServeOptions } from './echo-server.ts';

export interface Kind {
  /** The module in this folder. */
  readonly module: 'ours' | 'hand' | 'bare' | 'ws';
  readonly title: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** The echo servers. */
export type EchoName = 'ws' | 'ws-bare' | 'iterator' | 'readable' | 'writer' | 'pipeTo' | 'batches' | 'hand';

export type KindName = EchoName | 'bare' | 'accepted';

export const kinds: Readonly<Record<KindName, Kind>> = {
  ws: { module: 'ws', title: 'ws with add-ons', env: withAddOns },
  'ws-bare': { module: 'ws', title: 'ws as installed', env: withoutAddOns },
  iterator: { module: 'ours', title: 'for await of socket' },
  readable: { module: 'ours', title: 'for await of readable' },
  writer: { module: 'ours', title: 'reader, writer' },
  pipeTo: { module: 'ours', title: 'pipeTo' },
  batches: { module: 'ours', title: 'batches' },
  hand: { module: 'hand', title: 'Connection by hand' },
  bare: { module: 'bare', title: 'bare socket' },
  accepted: { module: 'ours', title: 'accepted, unread' },
};

/** Starts a server on the first core. */
export function startServer(
  kind: KindName,
  node: string,
  { deflate }: Pick<MessageShape, 'deflate'>,
  profile?: string,
): Child {
  const { env = {} } = kinds[kind];
  const options: ServeOptions = { deflate, maxMessageBytes: 2 ** 24 };
  const args = [kind, JSON.stringify(options)];
  return new Child('servers/echo-server.js', { node, core: 0, args, env, profile });
}
