// A process: sends messages at a fixed rate, whether echoes come or not, and measures how long each echo takes.

import { answer } from '../process/answering.ts';
import { quantile } from '../statistics.ts';
import { FrameCounter } from './frame-counter.ts';
import { encodeFrame } from './frames.ts';
import { openMany, type RawClient } from './raw-client.ts';
import { makeReel, type Reel, ReelReader, type Work } from './reel.ts';

export interface PacedOpening {
  readonly kind: string;
  readonly port: number;
  readonly connections: number;
  readonly work: Work;
}

export interface PacedRun {
  readonly kind: string;
  readonly perSecond: number;
  readonly ms: number;
}

export interface Latencies {
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
  readonly messages: number;
}

class PacedClient {
  readonly latenciesMs: number[] = [];
  readonly #sentAt: number[] = [];
  readonly #socket: RawClient['socket'];
  readonly #reader: ReelReader;

  constructor({ socket }: RawClient, reel: Reel) {
    this.#socket = socket;
    this.#reader = new ReelReader(reel);
    const counter = new FrameCounter((opcode, payload) => {
      if (opcode === 9) socket.write(encodeFrame({ opcode: 10, payload, masked: true }));
    });
    socket.on('data', chunk => this.#receive(counter.push(chunk)));
  }

  get outstanding(): number {
    return this.#sentAt.length;
  }

  send(): void {
    this.#sentAt.push(performance.now());
    this.#reader.take(1, frames => this.#socket.write(frames));
  }

  #receive(count: number): void {
    const now = performance.now();
    for (const sentAt of this.#sentAt.splice(0, count)) this.latenciesMs.push(now - sentAt);
  }
}

/** Calls `send` at a fixed rate. It checks the clock in each turn of the event loop, because timers are too coarse. */
function pace(perSecond: number, ms: number, send: (index: number) => void): Promise<void> {
  const begun = performance.now();
  const total = Math.floor((perSecond * ms) / 1000);
  let sent = 0;
  return new Promise(resolve => {
    const turn = () => {
      const due = Math.min(total, ((performance.now() - begun) * perSecond) / 1000);
      while (sent < due) send(sent++);
      if (sent === total) resolve();
      else setImmediate(turn);
    };
    turn();
  });
}

const nextTurn = () => new Promise<void>(resolve => setImmediate(resolve));
const loads = new Map<string, readonly PacedClient[]>();

answer({
  async open({ kind, port, connections, work }: PacedOpening) {
    const reel = await makeReel(work, true);
    const clients = await openMany(connections, port, work.deflate);
    loads.set(
      kind,
      clients.map(client => new PacedClient(client, reel)),
    );
  },

  async run({ kind, perSecond, ms }: PacedRun): Promise<Latencies> {
    const clients = loads.get(kind)!;
    await pace(perSecond, ms, index => clients[index % clients.length]!.send());
    while (clients.some(({ outstanding }) => outstanding > 0)) await nextTurn();
    const latencies = clients.flatMap(client => client.latenciesMs.splice(0));
    const [p50, p99, p999] = [0.5, 0.99, 0.999].map(share => quantile(latencies, share)) as [
      number,
      number,
      number,
    ];
    return { p50, p99, p999, messages: latencies.length };
  },
});
