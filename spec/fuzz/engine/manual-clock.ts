// A clock that stands until it is told to go on.

import type { Clock } from '../../../lib/sockets/deadline-timer.ts';

interface Timer {
  readonly at: number;
  readonly callback: () => void;
}

/** Timers fire while it goes on, in their order. */
export class ManualClock implements Clock {
  readonly #timers = new Set<Timer>();
  #now = 0;

  /** How many timers wait. */
  get timers(): number {
    return this.#timers.size;
  }

  now(): number {
    return this.#now;
  }

  setTimeout(callback: () => void, ms: number): unknown {
    const timer = { at: this.#now + ms, callback };
    this.#timers.add(timer);
    return timer;
  }

  clearTimeout(timer: unknown): void {
    this.#timers.delete(timer as Timer);
  }

  advance(ms: number): void {
    this.#now += ms;
    for (const timer of [...this.#timers].sort((one, other) => one.at - other.at)) {
      if (timer.at <= this.#now && this.#timers.delete(timer)) timer.callback();
    }
  }
}
