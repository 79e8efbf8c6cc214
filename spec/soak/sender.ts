// Sends the messages of one side of a connection, in each of the ways that a socket offers.

import { setTimeout as sleep } from 'node:timers/promises';
import { type OpenWebSocket, type OutgoingMessage, PreparedMessage } from '../../lib/index.ts';
import { type Message, messageOf } from './message.ts';
import { type Plan, randomFor, type Side } from './plan.ts';

/** The sending half of a side. */
export class Sender {
  readonly #socket: OpenWebSocket;
  readonly #plan: Plan;
  readonly #side: Side;
  readonly #writer: WritableStreamDefaultWriter<OutgoingMessage>;
  #written = 0;
  #settled = 0;
  #pendingPings = 0;

  constructor(socket: OpenWebSocket, plan: Plan, side: Side) {
    this.#socket = socket;
    this.#plan = plan;
    this.#side = side;
    this.#writer = socket.writable.getWriter() as WritableStreamDefaultWriter<OutgoingMessage>;
  }

  /** Messages that the socket took while it was open; one that is sent in parts counts at its end. */
  get written(): number {
    return this.#written;
  }

  /** Messages whose write settled while the socket was open. */
  get settled(): number {
    return this.#settled;
  }

  get pendingPings(): number {
    return this.#pendingPings;
  }

  /** Sends so many messages, unless the closing begins before. */
  async run(count: number): Promise<void> {
    const { burst, pauseMs } = this.#plan[this.#side];
    const random = randomFor(this.#plan.seed, this.#plan.id, 6);
    for (let next = 0; next < count && !this.#socket.closing; next += burst) {
      const end = Math.min(next + burst, count);
      await this.#sendBurst(next, end);
      if (random.next() < 0.2) this.#ping();
      const pause = end < count ? random.below(1 + pauseMs) : 0;
      if (pause > 0) await sleep(pause);
    }
  }

  close(): Promise<void> {
    return this.#writer.close();
  }

  abort(reason: unknown): Promise<void> {
    return this.#writer.abort(reason);
  }

  /** Waits for the last message alone, and for those that are sent in parts. */
  async #sendBurst(next: number, end: number): Promise<void> {
    for (let number = next; number < end && !this.#socket.closing; number++) {
      const message = messageOf(this.#plan, this.#side, number);
      const sent = message.way === 'parts' ? this.#sendParts(message) : this.#sendWhole(message);
      // A message in parts that has not ended is dropped by `close()`.
      if (message.way === 'parts' || number === end - 1) await sent;
    }
  }

  async #sendWhole(message: Message): Promise<void> {
    this.#written += 1;
    try {
      await this.#hand(message);
      this.#settle();
    } catch {
      // The record tells how the connection ended.
    }
  }

  #hand({ data, way, compress }: Message): Promise<void> {
    if (way === 'send') return this.#socket.send(data, { compress });
    return way === 'write' ? this.#writer.write(data) : this.#socket.sendPrepared(new PreparedMessage(data));
  }

  async #sendParts({ data, compress, splits }: Message): Promise<void> {
    const type = typeof data === 'string' ? 'text' : 'binary';
    const message = this.#socket.openMessage(type, { compress }).getWriter();
    try {
      const ends = [...splits, data.length];
      for (const [i, end] of ends.entries()) await message.write(data.slice(ends[i - 1] ?? 0, end));
      await message.close();
      this.#written += 1;
      this.#settle();
    } catch {
      // As above.
    }
  }

  #settle(): void {
    if (!this.#socket.closing) this.#settled += 1;
  }

  #ping(): void {
    this.#pendingPings += 1;
    const settle = () => void (this.#pendingPings -= 1);
    this.#socket.ping().then(settle, settle);
  }
}
