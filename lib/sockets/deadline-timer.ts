// The one timer of a socket, and the clock behind it.

/** A clock and its timers. Times are milliseconds; `now` never goes back. */
export interface Clock {
  /** Returns the time in milliseconds, from any origin. */
  now(): number;
  /** A timer of the system should not keep the process alive by itself. */
  setTimeout(callback: () => void, ms: number): unknown;
  /** Stops a timer that `setTimeout` returned. */
  clearTimeout(timer: unknown): void;
}

/** The platform's clock. Its timers keep no process alive. */
export const systemClock: Clock = {
  now: () => performance.now(),
  setTimeout: (callback, ms) => {
    const timer: unknown = setTimeout(callback, ms);
    // In browsers a timer is a number, and holds nothing.
    if (typeof timer === 'object') (timer as { unref?(): void }).unref?.();
    return timer;
  },
  clearTimeout: timer => clearTimeout(timer as Parameters<typeof clearTimeout>[0]),
};

/** Timers of the platform wait no longer than this. */
const maxDelayMs = 2 ** 31 - 1;

/**
 * Calls back after so many milliseconds, or when the platform's timers can wait no longer; Infinity: never. Returns what
 * stops it.
 */
export function after(clock: Clock, ms: number, callback: () => void): () => void {
  if (ms === Infinity) return () => {};
  const timer = clock.setTimeout(callback, Math.min(ms, maxDelayMs));
  return () => clock.clearTimeout(timer);
}

/**
 * Calls back when a deadline has come. Moving the deadline later does not touch the timer; the timer checks the deadline
 * when it fires.
 */
export class DeadlineTimer {
  readonly #clock: Clock;
  readonly #callback: () => void;
  #deadline = Infinity;
  #timer: unknown;
  /** When the timer fires; Infinity: there is none. */
  #firesAt = Infinity;

  constructor(clock: Clock, callback: () => void) {
    this.#clock = clock;
    this.#callback = callback;
  }

  now(): number {
    return this.#clock.now();
  }

  /** Sets the deadline; Infinity: never. */
  set(deadline: number): void {
    this.#deadline = deadline;
    if (deadline === Infinity || this.#firesAt <= deadline) return;
    this.#disarm();
    const now = this.#clock.now();
    this.#firesAt = Math.max(deadline, now);
    this.#timer = this.#clock.setTimeout(() => this.#look(), Math.min(this.#firesAt - now, maxDelayMs));
  }

  /** Leaves no timer. */
  stop(): void {
    this.#disarm();
  }

  #look(): void {
    this.#timer = undefined;
    this.#firesAt = Infinity;
    if (this.#clock.now() >= this.#deadline) this.#callback();
    else this.set(this.#deadline);
  }

  #disarm(): void {
    if (this.#firesAt !== Infinity) this.#clock.clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#firesAt = Infinity;
  }
}
