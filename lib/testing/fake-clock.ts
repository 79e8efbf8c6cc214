// A clock for tests. Time stands still until the test moves it, so a test of a timeout takes no time.

import type { Clock } from '../sockets/deadline-timer.ts';
import { nextTask } from '../streams/next-task.ts';

/** A clock that the test moves. Pass it as the option `clock`. */
export interface FakeClock extends Clock {
  /**
   * Moves the time by `ms` milliseconds. Due timers run in order, each at its own time. Before and after each, bytes pass between
   * sockets in memory, so that a pong arrives before its ping times out.
   *
   * @throws RangeError for a time that is negative or not a number
   */
  advance(ms: number): Promise<void>;
}

/** The number of tasks in which bytes can pass: a round trip takes four, a closing handshake a few more. */
const tasksPerTimer = 12;

/** Returns a clock whose time is 0. */
export function fakeClock(): FakeClock {
  return new ManualClock();
}

interface Timer {
  readonly callback: () => void;
  readonly at: number;
}

class ManualClock implements FakeClock {
  readonly #timers = new Set<Timer>();
  #now = 0;

  now(): number {
    return this.#now;
  }

  setTimeout(callback: () => void, ms: number): Timer {
    const timer = { callback, at: this.#now + ms };
    this.#timers.add(timer);
    return timer;
  }

  clearTimeout(timer: unknown): void {
    this.#timers.delete(timer as Timer);
  }

  async advance(ms: number): Promise<void> {
    if (!(ms >= 0)) throw new RangeError(`ms must be 0 or more (got ${ms})`);
    const end = this.#now + ms;
    await letBytesPass();
    for (let timer = this.#due(end); timer !== undefined; timer = this.#due(end)) {
      this.#timers.delete(timer);
      this.#now = Math.max(this.#now, timer.at);
      timer.callback();
      await letBytesPass();
    }
    this.#now = Math.max(this.#now, end);
  }

  /** Returns the first timer due by then; of several at the same time, the one that was set first. */
  #due(end: number): Timer | undefined {
    let due: Timer | undefined;
    for (const timer of this.#timers) {
      if (timer.at <= end && (due === undefined || timer.at < due.at)) due = timer;
    }
    return due;
  }
}

async function letBytesPass(): Promise<void> {
  for (let i = 0; i < tasksPerTimer; i++) await nextTask();
}
