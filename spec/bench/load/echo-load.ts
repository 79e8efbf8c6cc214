// A process: the load for echo servers. Raw sockets send frames encoded in advance, and count the echoed messages.

import { setTimeout as sleep } from 'node:timers/promises';
import type { LoadResult } from '../cpu-table.ts';
import { answer } from '../process/answer.ts';
import { checkEcho, EchoClient } from './echo-client.ts';
import { type EchoFrames, type MessageShape, makeEchoFrames } from './frame-cycle.ts';
import { openMany, openRaw } from './raw-client.ts';

export interface Opening {
  readonly kind: string;
  readonly port: number;
  readonly connections: number;
  readonly inFlight: number;
  readonly shape: MessageShape;
  /** Whether to check first that the server echoes. */
  readonly checked: boolean;
}

export interface Run {
  readonly kind: string;
  readonly ms: number;
}

interface Load {
  readonly clients: readonly EchoClient[];
  readonly inFlight: number;
  readonly shape: MessageShape;
}

const loads = new Map<string, Load>();
let cycle: EchoFrames | undefined;

answer({
  async open({ kind, port, connections, inFlight, shape, checked }: Opening) {
    cycle ??= await makeEchoFrames(shape, true);
    if (checked) await check(port, shape, cycle);
    const opened = await openMany(connections, port, shape.deflate);
    const clients = opened.map(client => new EchoClient(client, cycle!));
    loads.set(kind, { clients, inFlight, shape });
  },

  async run({ kind, ms }: Run): Promise<LoadResult> {
    const { clients, inFlight, shape } = loads.get(kind)!;
    const echoed = () => clients.reduce((sum, client) => sum + client.echoed, 0);
    const before = echoed();
    const startedAt = performance.now();
    for (const client of clients) client.start(inFlight);
    await sleep(ms);
    await Promise.all(clients.map(client => client.stop()));
    checkPayload(clients, shape);
    return { count: echoed() - before, ms: performance.now() - startedAt };
  },
});

async function check(port: number, { deflate }: MessageShape, echoed: EchoFrames): Promise<void> {
  const client = await openRaw(port, deflate);
  await checkEcho(client, echoed);
  client.socket.destroy();
}

function checkPayload(clients: readonly EchoClient[], { bytes, deflate }: MessageShape): void {
  if (deflate) return;
  const wrong = clients.find(({ echoed, payloadBytes }) => payloadBytes !== echoed * bytes);
  if (wrong !== undefined)
    throw new Error(`received ${wrong.payloadBytes} bytes in ${wrong.echoed} messages of ${bytes} bytes`);
}
