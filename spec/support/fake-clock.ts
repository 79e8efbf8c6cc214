// A clock that stands still until the spec moves it.

import type { Clock } from '../../lib/sockets/deadline-timer.ts';

interface Timer {
  readonly callback: () => void;
  readonly at: number;
}

export class FakeClock implements Clock {
  /** The pending timers. */
  readonly timers: Set<Timer> = new Set();
  /** The requested delays. */
  readonly delays: number[] = [];
  #now = 0;

  now(): number {
    return this.#now;
  }

  setTimeout(callback: () => void, ms: number): Timer {
    const timer = { callback, at: this.#now + ms };
    this.timers.add(timer);
    this.delays.push(ms);
    return timer;
  }

  clearTimeout(timer: unknown): void {
    this.timers.delete(timer as Timer);
  }

  /** Moves to a time. Timers fire in order, each at its own time. */
  moveTo(time: number): void {
    for (;;) {
      const due = [...this.timers].filter(timer => timer.at <= time).sort((a, b) => a.at - b.at)[0];
      if (due === undefined) break;
      this.timers.delete(due);
      this.#now = Math.max(this.#now, due.at);
      due.callback();
    }
    this.#now = time;
  }

  /** Moves the time without running timers, as in a blocked process. */
  jumpTo(time: number): void {
    this.#now = time;
  }
}
