// Reads the messages of one direction of a connection, and checks each.

import { setTimeout as sleep } from 'node:timers/promises';
import type { OpenWebSocket } from '../../lib/index.ts';
import { isIntact, numberOf } from './message.ts';
import { type Data, type MessageReader, readerOf } from './message-reader.ts';
import { type Plan, peerOf, randomFor, type Side } from './plan.ts';
import { Sequence } from './sequence.ts';

/** Returns the messages to check in place of a received one. Fault injection damages messages by it. */
export type Filter = (data: Data) => readonly Data[];

/** The receiving half of a side. */
export class Receiver {
  readonly sequence: Sequence;
  /** Resolves when every planned message has arrived, or the stream has ended. */
  readonly complete: Promise<void>;
  readonly #socket: OpenWebSocket;
  readonly #plan: Plan;
  readonly #side: Side;
  readonly #filter: Filter | undefined;
  readonly #reader: MessageReader;
  #complete: () => void = () => {};
  #readToEnd = false;
  #cancelled = false;
  #bytes = 0;

  constructor(socket: OpenWebSocket, plan: Plan, side: Side, filter: Filter | undefined) {
    this.#socket = socket;
    this.#plan = plan;
    this.#side = side;
    this.#filter = filter;
    this.sequence = new Sequence(side);
    this.#reader = readerOf(socket, plan[side]);
    this.complete = new Promise(resolve => (this.#complete = resolve));
  }

  /** Whether the stream ended without being cancelled. */
  get readToEnd(): boolean {
    return this.#readToEnd && !this.#cancelled;
  }

  /** The total length of received messages, in bytes for binary and in UTF-16 units for text. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Reads until the stream ends or fails. */
  async run(): Promise<void> {
    this.#noteComplete();
    try {
      await this.#readAll();
      this.#readToEnd = true;
    } catch {
      // The side's record says how the connection ended.
    }
    this.sequence.finish();
    this.#complete();
  }

  async cancel(reason: unknown): Promise<void> {
    this.#cancelled = true;
    await this.#reader.cancel(reason);
  }

  async #readAll(): Promise<void> {
    const random = randomFor(this.#plan.seed, this.#plan.id, 5);
    const { readPauseMs } = this.#plan[this.#side];
    for (;;) {
      const batch = await this.#reader.read();
      if (batch === undefined) return;
      for (const data of batch) this.#take(data);
      const ms = this.#mayPause ? random.below(1 + readPauseMs) : 0;
      if (ms > 0) await sleep(ms);
    }
  }

  /** A closing socket drops messages that do not fit into its look-ahead, so a side that closes early must not pause. */
  get #mayPause(): boolean {
    const { ending, closer } = this.#plan;
    const waits = ending === 'orderly' || (closer !== this.#side && ending !== 'both');
    return waits && !this.#socket.closing;
  }

  #take(data: Data): void {
    this.#bytes += data.length;
    for (const passed of this.#filter?.(data) ?? [data]) this.#check(passed);
    this.#noteComplete();
  }

  #check(data: Data): void {
    const number = numberOf(data, this.#plan);
    this.sequence.add(number);
    if (number === undefined || isIntact(data, this.#plan, peerOf(this.#side), number)) return;
    this.sequence.reportCorrupt(number);
  }

  #noteComplete(): void {
    if (this.sequence.received >= this.#plan[peerOf(this.#side)].messages) this.#complete();
  }
}
