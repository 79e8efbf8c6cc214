// A process: the neutral load of the servers. Raw sockets send frames that were made before, and count what comes back.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Ran } from '../cpu-table.ts';
import { answer } from '../process/answering.ts';
import { checkEcho, EchoClient } from './echo-client.ts';
import { openMany, openRaw } from './raw-client.ts';
import { type EchoReel, makeReel, type Work } from './reel.ts';

export interface Opening {
  readonly kind: string;
  readonly port: number;
  readonly connections: number;
  readonly inFlight: number;
  readonly work: Work;
  /** True: the load first checks that the server echoes. */
  readonly checked: boolean;
}

export interface Run {
  readonly kind: string;
  readonly ms: number;
}

interface Load {
  readonly clients: readonly EchoClient[];
  readonly inFlight: number;
  readonly work: Work;
}

const loads = new Map<string, Load>();
let reel: EchoReel | undefined;

answer({
  async open({ kind, port, connections, inFlight, work, checked }: Opening) {
    reel ??= await makeReel(work, true);
    if (checked) await check(port, work, reel);
    const opened = await openMany(connections, port, work.deflate);
    const clients = opened.map(client => new EchoClient(client, reel!));
    loads.set(kind, { clients, inFlight, work });
  },

  async run({ kind, ms }: Run): Promise<Ran> {
    const { clients, inFlight, work } = loads.get(kind)!;
    const echoed = () => clients.reduce((sum, client) => sum + client.echoed, 0);
    const before = echoed();
    const begun = performance.now();
    for (const client of clients) client.start(inFlight);
    await sleep(ms);
    await Promise.all(clients.map(client => client.stop()));
    checkPayload(clients, work);
    return { count: echoed() - before, ms: performance.now() - begun };
  },
});

async function check(port: number, { deflate }: Work, echoed: EchoReel): Promise<void> {
  const client = await openRaw(port, deflate);
  await checkEcho(client, echoed);
  client.socket.destroy();
}

function checkPayload(clients: readonly EchoClient[], { bytes, deflate }: Work): void {
  if (deflate) return;
  const wrong = clients.find(({ echoed, payloadBytes }) => payloadBytes !== echoed * bytes);
  if (wrong !== undefined) throw new Error(`${wrong.payloadBytes} bytes came in ${wrong.echoed} messages`);
}
