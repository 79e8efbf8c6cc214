// Sends the messages of one side of a connection, by each of the methods that a socket offers.

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

  /** The number of messages written while the socket was open. A message in parts counts once it is complete. */
  get written(): number {
    return this.#written;
  }

  /** The number of messages whose write settled while the socket was open. */
  get settled(): number {
    return this.#settled;
  }

  get pendingPings(): number {
    return this.#pendingPings;
  }

  /** Sends `count` messages. Stops early if the closing handshake begins. */
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

  /** Sends a burst. Awaits the last message, and each message that is sent in parts. */
  async #sendBurst(next: number, end: number): Promise<void> {
    for (let number = next; number < end && !this.#socket.closing; number++) {
      const message = messageOf(this.#plan, this.#side, number);
      const sent = message.method === 'parts' ? this.#sendParts(message) : this.#sendWhole(message);
      // `close()` drops an incomplete message.
      if (message.method === 'parts' || number === end - 1) await sent;
    }
  }

  async #sendWhole(message: Message): Promise<void> {
    this.#written += 1;
    try {
      await this.#write(message);
      this.#settle();
    } catch {
      // The side's record says how the connection ended.
    }
  }

  #write({ data, method, compress }: Message): Promise<void> {
    if (method === 'send') return this.#socket.send(data, { compress });
    return method === 'write'
      ? this.#writer.write(data)
      : this.#socket.sendPrepared(new PreparedMessage(data));
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
