// A process: sends messages at a fixed rate, independent of the echoes, and measures the latency of each echo.

import { answer } from '../process/answer.ts';
import { quantile } from '../statistics.ts';
import { FrameCounter } from './frame-counter.ts';
import { type FrameCycle, FrameCycleReader, type MessageShape, makeEchoFrames } from './frame-cycle.ts';
import { encodeFrame } from './frames.ts';
import { openMany, type RawClient } from './raw-client.ts';

export interface PacedOpening {
  readonly kind: string;
  readonly port: number;
  readonly connections: number;
  readonly shape: MessageShape;
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
  readonly #reader: FrameCycleReader;

  constructor({ socket }: RawClient, cycle: FrameCycle) {
    this.#socket = socket;
    this.#reader = new FrameCycleReader(cycle);
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

/** Calls `send` at a fixed rate. Checks the clock in each turn of the event loop, because timers are too coarse. */
function pace(perSecond: number, ms: number, send: (index: number) => void): Promise<void> {
  const startedAt = performance.now();
  const total = Math.floor((perSecond * ms) / 1000);
  let sent = 0;
  return new Promise(resolve => {
    const turn = () => {
      const due = Math.min(total, ((performance.now() - startedAt) * perSecond) / 1000);
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
  async open({ kind, port, connections, shape }: PacedOpening) {
    const cycle = await makeEchoFrames(shape, true);
    const clients = await openMany(connections, port, shape.deflate);
    loads.set(
      kind,
      clients.map(client => new PacedClient(client, cycle)),
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
