// One side of one connection: sends the messages of the plan, checks those that come, and ends it as planned.

import { setTimeout as sleep } from 'node:timers/promises';
import { type OpenWebSocket, WebSocketError } from '../../lib/index.ts';
import type { Fault } from './fault.ts';
import { closesHastily, type Plan, type Side } from './plan.ts';
import { type Filter, Receiver } from './receiver.ts';
import type { SideRecord } from './records.ts';
import { Sender } from './sender.ts';

/** Milliseconds after `closed` within which the reader, the writer and the pings must settle. */
const settleMs = 10_000;

export interface ConversationOptions {
  /** Milliseconds after which a connection that has not ended counts as hanging. */
  readonly patienceMs: number;
  readonly filter?: Filter | undefined;
  /** Whether this side never closes, so that the connection hangs. */
  readonly hangs?: boolean | undefined;
}

/** One side of a connection while it lasts. */
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

  /** Runs until the socket has ended, and everything that waited for it has settled. */
  async run(): Promise<SideRecord> {
    const reading = this.#receiver.run();
    const writing = this.#write();
    await this.#ends(this.#options.patienceMs, 'the connection has not ended');
    const settled = await inTime(settleMs, Promise.all([reading, writing]));
    if (!settled) this.#hang('its reader or writer still waits after the end');
    if (this.#sender.pendingPings > 0) this.#hang('its pings still wait after the end');
    return this.#record(await outcomeOf(this.#socket));
  }

  async #write(): Promise<void> {
    const { messages } = this.#plan[this.#side];
    if (closesHastily(this.#plan, this.#side)) {
      await this.#sender.run(Math.min(this.#plan.closeAfter, messages));
      if (!this.#options.hangs) await this.#closeHastily();
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

  async #closeHastily(): Promise<void> {
    const { ending, closeCode, reason } = this.#plan;
    const why = () => new WebSocketError('the soak ends it', { closeCode, reason });
    try {
      if (ending === 'writer') await this.#sender.close();
      else if (ending === 'cancel') await this.#receiver.cancel(why());
      else if (ending === 'abort') await this.#sender.abort(why());
      else if (ending === 'terminate') this.#terminate();
      else this.#close();
    } catch {
      // The other end came first.
    }
  }

  #terminate(): void {
    this.#terminated = true;
    this.#socket.terminate();
  }

  async #ends(ms: number, complaint: string): Promise<void> {
    const closed = this.#socket.closed.then(ignore, ignore);
    if (await inTime(ms, closed)) return;
    this.#hang(complaint);
    this.#terminate();
    await inTime(settleMs, closed);
  }

  #hang(text: string): void {
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

/** Turns of the event loop that a process which could not run gets before it is judged. */
const graceTurns = 100;

/** Whether the promise settles within so many milliseconds. */
async function inTime(ms: number, promise: Promise<unknown>): Promise<boolean> {
  const stop = new AbortController();
  const settled = promise.then(() => true);
  const result = await Promise.race([settled, isLate(ms, stop.signal)]);
  stop.abort();
  return result;
}

async function isLate(ms: number, signal: AbortSignal): Promise<boolean> {
  try {
    await sleep(ms, undefined, { signal });
    for (let turn = 0; turn < graceTurns; turn++) await sleep(1, undefined, { signal });
  } catch {
    // The promise settled before.
  }
  return false;
}

/** How the socket ended; one that has not ended after all failed. */
async function outcomeOf(
  socket: OpenWebSocket,
): Promise<Pick<SideRecord, 'outcome' | 'error' | 'failureCode'>> {
  const pending = Promise.reject(new Error('it never ended'));
  try {
    await Promise.race([socket.closed, pending]);
    return { outcome: 'clean', error: '', failureCode: undefined };
  } catch (error) {
    const { message, cause, closeCode } = error as WebSocketError;
    return { outcome: 'failed', error: `${message} (${cause})`, failureCode: closeCode ?? undefined };
  }
}
