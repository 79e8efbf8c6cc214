// A process of clients, whose kind is the first argument. They keep messages in flight, or open connections.

import { setTimeout as sleep } from 'node:timers/promises';
import type { LoadResult } from '../cpu-table.ts';
import { messageOf } from '../load/frame-cycle.ts';
import type { LoadRow } from '../load-rows.ts';
import { answer } from '../process/answer.ts';
import { type BenchClient, dialer, type Message } from './dialers.ts';
import type { ClientName } from './kinds.ts';

export interface ClientOpening extends LoadRow {
  readonly port: number;
}

export interface HandshakeRun {
  readonly port: number;
  readonly ms: number;
}

/** The number of concurrent opening handshakes. */
const parallel = 16;

const dial = await dialer(process.argv[2] as ClientName);
let clients: BenchClient[] = [];
let row: LoadRow;
let message: Message;
let received = 0;
let running = false;
let onIdle: () => void = () => {};
let outstanding = 0;

function send(client: BenchClient): void {
  outstanding += 1;
  void client.send(message);
}

function receive(client: () => BenchClient, data: Message): void {
  if (data.length !== message.length)
    throw new Error(`the echo differs: sent ${message.length}, received ${data.length}`);
  received += 1;
  outstanding -= 1;
  if (running) send(client());
  else if (outstanding === 0) onIdle();
}

answer({
  async open({ port, ...rest }: ClientOpening) {
    row = rest;
    message = messageOf(row.shape);
    for (let i = 0; i < row.connections; i++) {
      const client: BenchClient = await dial(`ws://127.0.0.1:${port}/`, data => receive(() => client, data));
      clients.push(client);
    }
  },

  async run(ms: number): Promise<LoadResult> {
    const before = received;
    const startedAt = performance.now();
    running = true;
    for (const client of clients) for (let i = 0; i < row.inFlight; i++) send(client);
    await sleep(ms);
    const idle = new Promise<void>(resolve => (onIdle = resolve));
    running = false;
    await idle;
    return { count: received - before, ms: performance.now() - startedAt };
  },

  async handshakes({ port, ms }: HandshakeRun): Promise<LoadResult> {
    const startedAt = performance.now();
    const before = clients.length;
    const openMany = async () => {
      while (performance.now() - startedAt < ms)
        clients.push(await dial(`ws://127.0.0.1:${port}/`, () => {}));
    };
    await Promise.all(Array.from({ length: parallel }, openMany));
    return { count: clients.length - before, ms: performance.now() - startedAt };
  },

  async close() {
    await Promise.all(clients.map(client => client.close()));
    clients = [];
  },
});
