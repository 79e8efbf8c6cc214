// What the processes of a soak say to each other. The server, the proxy and the clients are children of the command.

import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setInterval } from 'node:timers';
import type { ConnectionRecord } from './records.ts';
import { Resources, type Snapshot } from './resources.ts';
import type { Settings } from './settings.ts';

/** What a child is started with. */
export interface Order {
  readonly settings: Settings;
  /** Where the proxy or the clients connect to. */
  readonly port: number;
}

export type FromParent =
  /** Clients: open the connections of the warm-up, or those of the soak. */
  | { readonly type: 'run'; readonly round: 'warm-up' | 'soak' }
  /** Measure what is held; `before` is the earlier answer. */
  | { readonly type: 'measure'; readonly before: Snapshot | undefined };

export type FromChild =
  | { readonly type: 'ready'; readonly port: number }
  | { readonly type: 'records'; readonly records: readonly ConnectionRecord[]; readonly active: number }
  | { readonly type: 'stray'; readonly text: string }
  | { readonly type: 'done' }
  | {
      readonly type: 'measured';
      readonly snapshot: Snapshot;
      /** Where timers were set that are still pending. */
      readonly timers: readonly string[];
      /** The longest turn of the event loop so far. */
      readonly longestTurnMs: number;
    };

const reportEveryMs = 250;

/** The child's end of the conversation with the command. */
export class Worker {
  readonly order: Order = JSON.parse(process.argv[2]!) as Order;
  readonly resources: Resources;
  /** Connections that have not ended. */
  active = 0;
  readonly #records: ConnectionRecord[] = [];
  readonly #turns = monitorEventLoopDelay();

  /** @param countListeners - the listeners on whatever outlives a connection, but for the process itself */
  constructor(countListeners: () => number = () => 0) {
    this.resources = new Resources(() => countListeners() + countOf(process));
    process.on('unhandledRejection', reason => this.#stray('unhandled rejection', reason));
    process.on('uncaughtException', error => this.#stray('uncaught exception', error));
    process.on('warning', warning => this.#stray('warning', warning));
    process.on('disconnect', () => process.exit());
    this.#turns.enable();
    setInterval(() => this.#report(), reportEveryMs).unref();
  }

  /** Says that the child listens, and answers from now on. */
  ready(port: number, run: (round: 'warm-up' | 'soak') => Promise<void> = async () => {}): void {
    process.on('message', (message: FromParent) => {
      if (message.type === 'measure') void this.#measure(message.before);
      else void run(message.round).then(() => this.#done());
    });
    send({ type: 'ready', port });
  }

  record(record: ConnectionRecord): void {
    this.#records.push(record);
  }

  #done(): void {
    this.#report();
    send({ type: 'done' });
  }

  async #measure(before: Snapshot | undefined): Promise<void> {
    const snapshot = await this.resources.snapshot(before);
    const timers = before === undefined ? [] : this.resources.takeTimers();
    send({ type: 'measured', snapshot, timers, longestTurnMs: Math.round(this.#turns.max / 1e6) });
  }

  #report(): void {
    send({ type: 'records', records: this.#records.splice(0), active: this.active });
  }

  #stray(what: string, reason: unknown): void {
    send({ type: 'stray', text: `${what}: ${reason instanceof Error ? reason.stack : reason}` });
  }
}

function send(message: FromChild): void {
  if (process.connected) process.send!(message);
}

/** The listeners of an emitter. */
export function countOf(emitter: NodeJS.EventEmitter): number {
  return emitter.eventNames().reduce((sum, name) => sum + emitter.listenerCount(name), 0);
}
