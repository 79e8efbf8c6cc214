// A clock that stands until it is moved.

import type { Clock } from '../../lib/sockets/deadline-timer.ts';

interface Timer {
  readonly callback: () => void;
  readonly at: number;
}

export class FakeClock implements Clock {
  /** The timers that are armed. */
  readonly timers: Set<Timer> = new Set();
  /** The delays that were asked for. */
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

  /** Moves on to that time; timers fire in their order, each at its own time. */
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

  /** Time passes, but no timer has got its turn yet. */
  jumpTo(time: number): void {
    this.#now = time;
  }
}
