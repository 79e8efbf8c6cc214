// A process: clients of the kind that its first argument names. They keep messages in flight, or open connections.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Ran } from '../cpu-table.ts';
import { messageOf } from '../load/reel.ts';
import type { LoadRow } from '../load-rows.ts';
import { answer } from '../process/answering.ts';
import { type ClientEnd, dialer, type Message } from './dialers.ts';
import type { ClientName } from './kinds.ts';

export interface ClientOpening extends LoadRow {
  readonly port: number;
}

export interface Openings {
  readonly port: number;
  readonly ms: number;
}

/** So many connections open at a time. */
const parallel = 16;

const dial = await dialer(process.argv[2] as ClientName);
let ends: ClientEnd[] = [];
let row: LoadRow;
let message: Message;
let received = 0;
let running = false;
let onIdle: () => void = () => {};
let outstanding = 0;

function send(end: ClientEnd): void {
  outstanding += 1;
  void end.send(message);
}

function receive(end: () => ClientEnd, data: Message): void {
  if (data.length !== message.length) throw new Error(`an echo of ${data.length} for ${message.length}`);
  received += 1;
  outstanding -= 1;
  if (running) send(end());
  else if (outstanding === 0) onIdle();
}

answer({
  async open({ port, ...rest }: ClientOpening) {
    row = rest;
    message = messageOf(row.work);
    for (let i = 0; i < row.connections; i++) {
      const end: ClientEnd = await dial(`ws://127.0.0.1:${port}/`, data => receive(() => end, data));
      ends.push(end);
    }
  },

  async run(ms: number): Promise<Ran> {
    const before = received;
    const begun = performance.now();
    running = true;
    for (const end of ends) for (let i = 0; i < row.inFlight; i++) send(end);
    await sleep(ms);
    const idle = new Promise<void>(resolve => (onIdle = resolve));
    running = false;
    await idle;
    return { count: received - before, ms: performance.now() - begun };
  },

  async handshakes({ port, ms }: Openings): Promise<Ran> {
    const begun = performance.now();
    const before = ends.length;
    const openMany = async () => {
      while (performance.now() - begun < ms) ends.push(await dial(`ws://127.0.0.1:${port}/`, () => {}));
    };
    await Promise.all(Array.from({ length: parallel }, openMany));
    return { count: ends.length - before, ms: performance.now() - begun };
  },

  async close() {
    await Promise.all(ends.map(end => end.close()));
    ends = [];
  },
});
