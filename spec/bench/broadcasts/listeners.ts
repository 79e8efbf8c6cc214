// A process: many clients that count broadcast messages, and one that triggers the next broadcast when all have received the
// last one.

import type { LoadResult } from '../cpu-table.ts';
import { FrameCounter } from '../load/frame-counter.ts';
import { encodeFrame } from '../load/frames.ts';
import { openMany, openRaw, type RawClient } from '../load/raw-client.ts';
import { answer } from '../process/answer.ts';

export interface ListenersOpening {
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
  /** The number of messages received, by all clients together. */
  received = 0;
  #expected = 0;
  #onAll: () => void = () => {};
  readonly #count: number;
  readonly #trigger: RawClient;

  constructor(clients: readonly RawClient[], trigger: RawClient) {
    this.#count = clients.length;
    this.#trigger = trigger;
    trigger.socket.resume();
    for (const { socket } of [...clients]) this.#listen(socket);
  }

  /** Triggers a broadcast, and waits until all clients have received it. */
  broadcast(): Promise<void> {
    this.#expected = this.received + this.#count;
    return new Promise(resolve => {
      this.#onAll = resolve;
      this.#trigger.socket.write(next);
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

const listenersByKind = new Map<string, Listeners>();

answer({
  async open({ kind, port, listeners, deflate }: ListenersOpening) {
    const trigger = await openRaw(port, deflate);
    listenersByKind.set(kind, new Listeners(await openMany(listeners, port, deflate), trigger));
  },

  async run({ kind, ms }: BroadcastRun): Promise<LoadResult> {
    const listeners = listenersByKind.get(kind)!;
    const before = listeners.received;
    const startedAt = performance.now();
    while (performance.now() - startedAt < ms) await listeners.broadcast();
    return { count: listeners.received - before, ms: performance.now() - startedAt };
  },
});
