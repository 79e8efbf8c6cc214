// One side of one connection: sends the planned messages, checks those it receives, and closes as planned.

import { setTimeout as sleep } from 'node:timers/promises';
import { type OpenWebSocket, WebSocketError } from '../../lib/index.ts';
import type { Fault } from './fault.ts';
import { closesEarly, type Plan, type Side } from './plan.ts';
import { type Filter, Receiver } from './receiver.ts';
import type { SideRecord } from './records.ts';
import { Sender } from './sender.ts';

/** Milliseconds after `closed` within which reads, writes and pings must settle. */
const settleMs = 10_000;

export interface ConversationOptions {
  /** Milliseconds after which an open connection is reported as a hang. */
  readonly timeoutMs: number;
  readonly filter?: Filter | undefined;
  /** Whether this side does not close, so that the connection hangs. */
  readonly hangs?: boolean | undefined;
}

/** Runs one side of a connection. */
export class Conversation {
  readonly #socket: OpenWebSocket;
  readonly #plan: Plan;
  readonly #side: Side;
  readonly #options: ConversationOptions;
  readonly #receiver: Receiver;
  readonly #sender: Sender;
  readonly #faults: Fault[] = [];
  #terminated = false;

  constructor(socket: OpenWebSocket, plan: Plan, side: Side, options: ConversationOptions) {
    this.#socket = socket;
    this.#plan = plan;
    this.#side = side;
    this.#options = options;
    this.#receiver = new Receiver(socket, plan, side, options.filter);
    this.#sender = new Sender(socket, plan, side);
  }

  /** Runs until the socket has closed, and its reads, writes and pings have settled. */
  async run(): Promise<SideRecord> {
    const reading = this.#receiver.run();
    const writing = this.#write();
    await this.#waitForClose();
    const settled = await settlesWithin(settleMs, Promise.all([reading, writing]));
    if (!settled) this.#reportHang('a read or write is pending after the close');
    if (this.#sender.pendingPings > 0) this.#reportHang('a ping is pending after the close');
    return this.#record(await outcomeOf(this.#socket));
  }

  async #write(): Promise<void> {
    const { messages } = this.#plan[this.#side];
    if (closesEarly(this.#plan, this.#side)) {
      await this.#sender.run(Math.min(this.#plan.closeAfter, messages));
      if (!this.#options.hangs) await this.#closeEarly();
      return;
    }
    await this.#sender.run(messages);
    if (this.#plan.ending !== 'orderly' || this.#plan.closer !== this.#side) return;
    await this.#receiver.complete;
    if (!this.#options.hangs) this.#close();
  }

  #close(): void {
    const { closeCode, reason } = this.#plan;
    this.#socket.close({ closeCode, reason });
  }

  async #closeEarly(): Promise<void> {
    const { ending, closeCode, reason } = this.#plan;
    const error = () => new WebSocketError('closed by the soak test', { closeCode, reason });
    try {
      if (ending === 'writer') await this.#sender.close();
      else if (ending === 'cancel') await this.#receiver.cancel(error());
      else if (ending === 'abort') await this.#sender.abort(error());
      else if (ending === 'terminate') this.#terminate();
      else this.#close();
    } catch {
      // The connection ended first.
    }
  }

  #terminate(): void {
    this.#terminated = true;
    this.#socket.terminate();
  }

  async #waitForClose(): Promise<void> {
    const closed = this.#socket.closed.then(ignore, ignore);
    if (await settlesWithin(this.#options.timeoutMs, closed)) return;
    this.#reportHang('the connection is still open');
    this.#terminate();
    await settlesWithin(settleMs, closed);
  }

  #reportHang(text: string): void {
    const { received, sent } = this.#socket.stats();
    const state = JSON.stringify({ ...this.#socket.closeRecord, received, sent });
    this.#faults.push({ kind: 'hang', text: `${this.#side}: ${text} ${state}` });
  }

  #record(end: Pick<SideRecord, 'outcome' | 'error' | 'failureCode'>): SideRecord {
    const { sent, received, initiator } = this.#socket.closeRecord;
    return {
      ...end,
      id: this.#plan.id,
      from: this.#side,
      written: this.#sender.written,
      settled: this.#sender.settled,
      sent: this.#socket.stats().sent.messages,
      received: this.#receiver.sequence.received,
      bytesReceived: this.#receiver.bytes,
      readToEnd: this.#receiver.readToEnd,
      terminated: this.#terminated,
      initiator,
      closeSent: sent,
      closeReceived: received,
      faults: [...this.#faults, ...this.#receiver.sequence.faults],
    };
  }
}

const ignore = () => {};

/** Turns of the event loop granted after a timeout, because the process may have been suspended. */
const graceTurns = 100;

/** Tells whether the promise resolves within `ms` milliseconds. */
async function settlesWithin(ms: number, promise: Promise<unknown>): Promise<boolean> {
  const stop = new AbortController();
  const settled = promise.then(() => true);
  const result = await Promise.race([settled, timesOut(ms, stop.signal)]);
  stop.abort();
  return result;
}

async function timesOut(ms: number, signal: AbortSignal): Promise<boolean> {
  try {
    await sleep(ms, undefined, { signal });
    for (let turn = 0; turn < graceTurns; turn++) await sleep(1, undefined, { signal });
  } catch {
    // The promise settled before.
  }
  return false;
}

/** Returns how the socket ended. A socket that is still open has failed. */
async function outcomeOf(
  socket: OpenWebSocket,
): Promise<Pick<SideRecord, 'outcome' | 'error' | 'failureCode'>> {
  const pending = Promise.reject(new Error('the socket is still open'));
  try {
    await Promise.race([socket.closed, pending]);
    return { outcome: 'clean', error: '', failureCode: undefined };
  } catch (error) {
    const { message, cause, closeCode } = error as WebSocketError;
    return { outcome: 'failed', error: `${message} (${cause})`, failureCode: closeCode ?? undefined };
  }
}
