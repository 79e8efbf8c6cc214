// What a process holds: memory, descriptors, listeners, sockets, and timers. Compared before and after the traffic.

import { existsSync, readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { usedBytes } from '../support/memory.ts';
import { type TimerWatch, watchTimers } from '../support/watch-timers.ts';
import type { Fault } from './fault.ts';

export interface Snapshot {
  readonly heapBytes: number;
  /** `undefined` on systems that do not list them. */
  readonly descriptors: number | undefined;
  readonly listeners: number;
  /** Sockets that the garbage collector cannot free. */
  readonly sockets: number;
}

/** How much more of each is no leak. */
type Limits = Readonly<Record<keyof Snapshot, number>>;

/** The heap grows by code that is compiled late; a stack or a cache of the host may hold some sockets. */
const allowed: Limits = { heapBytes: 6 * 1024 * 1024, descriptors: 0, listeners: 0, sockets: 4 };

/** What counts as a release. */
const smallest: Limits = { heapBytes: 64 * 1024, descriptors: 0, listeners: 0, sockets: 0 };

/** Milliseconds without a release after which what is held counts as leaked. */
const settleMs = 3000;

/** Watches what one process holds. */
export class Resources {
  readonly #sockets = new Set<WeakRef<object>>();
  readonly #timers: TimerWatch = watchTimers();
  readonly #countListeners: () => number;

  /** @param countListeners - the listeners on whatever outlives a connection */
  constructor(countListeners: () => number) {
    this.#countListeners = countListeners;
  }

  /** The socket should be freed when its connection has ended. */
  add(socket: object): void {
    this.#sockets.add(new WeakRef(socket));
    if (this.#sockets.size % 4096 === 0) this.#prune();
  }

  /** What is held as soon as that is no more than before, or nothing more is released. */
  async snapshot(before: Snapshot | undefined): Promise<Snapshot> {
    let least = this.#look();
    for (let since = performance.now(); performance.now() - since < settleMs; await sleep(200)) {
      const settled = before === undefined ? least.sockets === 0 : growth(before, least).length === 0;
      if (settled) break;
      const now = this.#look();
      if (growth(now, least, smallest).length === 0) continue;
      least = now;
      since = performance.now();
    }
    return least;
  }

  /** Where timers were set that are still pending. They are cleared. */
  takeTimers(): string[] {
    return this.#timers.takePending();
  }

  #look(): Snapshot {
    const heapBytes = usedBytes();
    this.#prune();
    const descriptors = countDescriptors();
    return { heapBytes, descriptors, listeners: this.#countListeners(), sockets: this.#sockets.size };
  }

  #prune(): void {
    for (const socket of this.#sockets) if (socket.deref() === undefined) this.#sockets.delete(socket);
  }
}

function countDescriptors(): number | undefined {
  const folder = ['/proc/self/fd', '/dev/fd'].find(existsSync);
  return folder === undefined ? undefined : readdirSync(folder).length;
}

/** What is held in addition, in words. */
export function growth(before: Snapshot, after: Snapshot, limits: Limits = allowed): Fault[] {
  return (Object.keys(limits) as (keyof Snapshot)[])
    .filter(name => (after[name] ?? 0) - (before[name] ?? 0) > limits[name])
    .map(name => ({ kind: 'leak', text: `${name} grew from ${before[name]} to ${after[name]}` }));
}
