// A process: many raw clients that count what a server sends to all, and one that makes it send the next message when the last
// one has come everywhere.

import type { Ran } from '../cpu-table.ts';
import { FrameCounter } from '../load/frame-counter.ts';
import { encodeFrame } from '../load/frames.ts';
import { openMany, openRaw, type RawClient } from '../load/raw-client.ts';
import { answer } from '../process/answering.ts';

export interface Audience {
  readonly kind: string;
  readonly port: number;
  readonly listeners: number;
  readonly deflate: boolean;
}

export interface BroadcastRun {
  readonly kind: string;
  readonly ms: number;
}

const next = encodeFrame({ opcode: 1, payload: Buffer.from('next'), masked: true });

class Listeners {
  /** Messages that have come, to all together. */
  received = 0;
  #expected = 0;
  #onAll: () => void = () => {};
  readonly #count: number;
  readonly #conductor: RawClient;

  constructor(clients: readonly RawClient[], conductor: RawClient) {
    this.#count = clients.length;
    this.#conductor = conductor;
    conductor.socket.resume();
    for (const { socket } of [...clients]) this.#listen(socket);
  }

  /** Settles when each has had the next message. */
  next(): Promise<void> {
    this.#expected = this.received + this.#count;
    return new Promise(resolve => {
      this.#onAll = resolve;
      this.#conductor.socket.write(next);
    });
  }

  #listen(socket: RawClient['socket']): void {
    const counter = new FrameCounter((opcode, payload) => {
      if (opcode === 9) socket.write(encodeFrame({ opcode: 10, payload, masked: true }));
    });
    socket.on('data', chunk => {
      this.received += counter.push(chunk);
      if (this.received === this.#expected) this.#onAll();
    });
  }
}

const audiences = new Map<string, Listeners>();

answer({
  async open({ kind, port, listeners, deflate }: Audience) {
    const conductor = await openRaw(port, deflate);
    audiences.set(kind, new Listeners(await openMany(listeners, port, deflate), conductor));
  },

  async run({ kind, ms }: BroadcastRun): Promise<Ran> {
    const audience = audiences.get(kind)!;
    const before = audience.received;
    const begun = performance.now();
    while (performance.now() - begun < ms) await audience.next();
    return { count: audience.received - before, ms: performance.now() - begun };
  },
});
