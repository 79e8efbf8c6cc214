// Measures the resources of a process before and after the traffic, to find leaks: heap, file descriptors, listeners,
// sockets and timers.

import { existsSync, readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { usedBytes } from '../support/memory.ts';
import { type TimerWatch, watchTimers } from '../support/watch-timers.ts';
import type { Fault } from './fault.ts';

export interface Snapshot {
  readonly heapBytes: number;
  /** `undefined` on systems that do not list file descriptors. */
  readonly descriptors: number | undefined;
  readonly listeners: number;
  /** Sockets that the garbage collector has not freed. */
  readonly sockets: number;
}

/** The growth of each resource that is ignored. */
type Limits = Readonly<Record<keyof Snapshot, number>>;

/** Growth that is no leak: the heap grows by compiled code, and a stack or a cache of the host may keep some sockets. */
const allowed: Limits = { heapBytes: 6 * 1024 * 1024, descriptors: 0, listeners: 0, sockets: 4 };

/** Differences too small to count as a release. */
const negligible: Limits = { heapBytes: 64 * 1024, descriptors: 0, listeners: 0, sockets: 0 };

/** Milliseconds without a release after which the measurement is final. */
const settleMs = 3000;

/** Measures the resources of this process. */
export class Resources {
  readonly #sockets = new Set<WeakRef<object>>();
  readonly #timers: TimerWatch = watchTimers();
  readonly #countListeners: () => number;

  /** @param countListeners - counts the listeners on objects that outlive a connection */
  constructor(countListeners: () => number) {
    this.#countListeners = countListeners;
  }

  /** Adds a socket that should be freed after its connection has ended. */
  add(socket: object): void {
    this.#sockets.add(new WeakRef(socket));
    if (this.#sockets.size % 4096 === 0) this.#prune();
  }

  /** Measures repeatedly, until the use is back to that of `before` or nothing more is released. */
  async snapshot(before: Snapshot | undefined): Promise<Snapshot> {
    let least = this.#measure();
    for (let since = performance.now(); performance.now() - since < settleMs; await sleep(200)) {
      const settled = before === undefined ? least.sockets === 0 : growth(before, least).length === 0;
      if (settled) break;
      const now = this.#measure();
      if (growth(now, least, negligible).length === 0) continue;
      least = now;
      since = performance.now();
    }
    return least;
  }

  /** Clears the pending timers. Returns the place where each was set. */
  takeTimers(): string[] {
    return this.#timers.takePending();
  }

  #measure(): Snapshot {
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

/** Returns a fault for each resource whose use has grown by more than its limit. */
export function growth(before: Snapshot, after: Snapshot, limits: Limits = allowed): Fault[] {
  return (Object.keys(limits) as (keyof Snapshot)[])
    .filter(name => (after[name] ?? 0) - (before[name] ?? 0) > limits[name])
    .map(name => ({ kind: 'leak', text: `${name} grew from ${before[name]} to ${after[name]}` }));
}
