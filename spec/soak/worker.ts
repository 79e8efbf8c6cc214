// The messages between the command and its child processes (server, proxy and clients), and the child's end of them.

import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setInterval } from 'node:timers';
import type { ProcessRecord } from './records.ts';
import { Resources, type Snapshot } from './resources.ts';
import type { Settings } from './settings.ts';

/** The arguments of a child process. */
export interface WorkerArguments {
  readonly settings: Settings;
  /** The port that the proxy or the clients connect to. */
  readonly port: number;
}

export type FromParent =
  /** Tells the clients to open the connections of a round. */
  | { readonly type: 'run'; readonly round: 'warm-up' | 'soak' }
  /** Asks for the resource use; `before` is the earlier answer. */
  | { readonly type: 'measure'; readonly before: Snapshot | undefined };

export type FromChild =
  | { readonly type: 'ready'; readonly port: number }
  | { readonly type: 'records'; readonly records: readonly ProcessRecord[]; readonly active: number }
  | { readonly type: 'unhandled'; readonly text: string }
  | { readonly type: 'done' }
  | {
      readonly type: 'measured';
      readonly snapshot: Snapshot;
      /** The places where pending timers were set. */
      readonly timers: readonly string[];
      /** The longest delay of the event loop so far. */
      readonly longestTurnMs: number;
    };

const reportEveryMs = 250;

/** Answers the command's messages, and reports records and unhandled errors to it. */
export class Worker {
  readonly arguments: WorkerArguments = JSON.parse(process.argv[2]!) as WorkerArguments;
  readonly resources: Resources;
  /** The number of open connections. */
  active = 0;
  readonly #records: ProcessRecord[] = [];
  readonly #turns = monitorEventLoopDelay();

  /** @param countListeners - counts the listeners on objects that outlive a connection, except the process */
  constructor(countListeners: () => number = () => 0) {
    this.resources = new Resources(() => countListeners() + countListenersOf(process));
    process.on('unhandledRejection', reason => this.#reportUnhandled('unhandled rejection', reason));
    process.on('uncaughtException', error => this.#reportUnhandled('uncaught exception', error));
    process.on('warning', warning => this.#reportUnhandled('warning', warning));
    process.on('disconnect', () => process.exit());
    this.#turns.enable();
    setInterval(() => this.#report(), reportEveryMs).unref();
  }

  /** Reports that the child listens, and starts to answer messages. */
  ready(port: number, run: (round: 'warm-up' | 'soak') => Promise<void> = async () => {}): void {
    process.on('message', (message: FromParent) => {
      if (message.type === 'measure') void this.#measure(message.before);
      else void run(message.round).then(() => this.#done());
    });
    send({ type: 'ready', port });
  }

  record(record: ProcessRecord): void {
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

  #reportUnhandled(what: string, reason: unknown): void {
    send({ type: 'unhandled', text: `${what}: ${reason instanceof Error ? reason.stack : reason}` });
  }
}

function send(message: FromChild): void {
  if (process.connected) process.send!(message);
}

/** Returns the number of listeners of an emitter. */
export function countListenersOf(emitter: NodeJS.EventEmitter): number {
  return emitter.eventNames().reduce((sum, name) => sum + emitter.listenerCount(name), 0);
}
