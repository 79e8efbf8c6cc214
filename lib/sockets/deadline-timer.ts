// The clock of a socket, and its only timer.

/** A clock and its timers. Times are milliseconds; `now` never goes back. */
export interface Clock {
  /** Returns the time in milliseconds, from any origin. */
  now(): number;
  /** Calls back after `ms` milliseconds. The timer should not keep the process alive. */
  setTimeout(callback: () => void, ms: number): unknown;
  /** Stops a timer that `setTimeout` returned. */
  clearTimeout(timer: unknown): void;
}

/** The platform's clock. Its timers keep no process alive. */
export const systemClock: Clock = {
  now: () => performance.now(),
  setTimeout: (callback, ms) => {
    const timer: unknown = setTimeout(callback, ms);
    // In browsers a timer is a number.
    if (typeof timer === 'object') (timer as { unref?(): void }).unref?.();
    return timer;
  },
  clearTimeout: timer => clearTimeout(timer as Parameters<typeof clearTimeout>[0]),
};

/** The longest delay of the platform's timers. */
const maxDelayMs = 2 ** 31 - 1;

/**
 * Calls back after `ms` milliseconds, or after the longest delay that the platform's timers allow; Infinity for never.
 * Returns a function that stops the timer.
 */
export function after(clock: Clock, ms: number, callback: () => void): () => void {
  if (ms === Infinity) return () => {};
  const timer = clock.setTimeout(callback, Math.min(ms, maxDelayMs));
  return () => clock.clearTimeout(timer);
}

/** The callback of a {@link DeadlineTimer}. */
export interface DeadlineOwner {
  /** Called when the deadline has come. */
  onDeadline(): void;
}

/**
 * Calls back when a deadline has come. Moving the deadline later does not touch the timer; the timer checks the deadline
 * when it fires.
 */
export class DeadlineTimer {
  readonly #clock: Clock;
  readonly #owner: DeadlineOwner;
  #deadline = Infinity;
  #timer: unknown;
  /** The time at which the timer fires; Infinity if there is none. */
  #firesAt = Infinity;

  constructor(clock: Clock, owner: DeadlineOwner) {
    this.#clock = clock;
    this.#owner = owner;
  }

  now(): number {
    return this.#clock.now();
  }

  /** Sets the deadline; Infinity for none. */
  set(deadline: number): void {
    this.#deadline = deadline;
    if (deadline === Infinity || this.#firesAt <= deadline) return;
    this.#disarm();
    const now = this.#clock.now();
    this.#firesAt = Math.max(deadline, now);
    this.#timer = this.#clock.setTimeout(() => this.#look(), Math.min(this.#firesAt - now, maxDelayMs));
  }

  /** Stops the timer. */
  stop(): void {
    this.#disarm();
  }

  #look(): void {
    this.#timer = undefined;
    this.#firesAt = Infinity;
    if (this.#clock.now() >= this.#deadline) this.#owner.onDeadline();
    else this.set(this.#deadline);
  }

  #disarm(): void {
    if (this.#firesAt !== Infinity) this.#clock.clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#firesAt = Infinity;
  }
}
