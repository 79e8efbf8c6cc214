// The one timer of a socket, and the clock behind it.

/** A clock and its timers. Times are milliseconds; `now` never goes back. */
export interface Clock {
  now(): number;
  setTimeout(callback: () => void, ms: number): unknown;
  clearTimeout(timer: unknown): void;
}

/** The platform's. */
export const systemClock: Clock = {
  now: () => performance.now(),
  setTimeout: (callback, ms) => setTimeout(callback, ms),
  clearTimeout: timer => clearTimeout(timer as Parameters<typeof clearTimeout>[0]),
};

/** Timers of the platform wait no longer than this. */
const maxDelayMs = 2 ** 31 - 1;

/**
 * Calls back after so many milliseconds, or when the platform's timers can wait no longer; Infinity: never. Gives what
 * stops it.
 */
export function after(clock: Clock, ms: number, callback: () => void): () => void {
  if (ms === Infinity) return () => {};
  const timer = clock.setTimeout(callback, Math.min(ms, maxDelayMs));
  return () => clock.clearTimeout(timer);
}

/** Rings when the deadline has come. Moving the deadline away costs nothing: the timer looks again when it fires. */
export class Alarm {
  readonly #clock: Clock;
  readonly #ring: () => void;
  #deadline = Infinity;
  #armed: { readonly stop: () => void; readonly at: number } | undefined;

  constructor(clock: Clock, ring: () => void) {
    this.#clock = clock;
    this.#ring = ring;
  }

  now(): number {
    return this.#clock.now();
  }

  /** The alarm rings at `deadline`; Infinity: never. */
  set(deadline: number): void {
    this.#deadline = deadline;
    if (deadline === Infinity || (this.#armed !== undefined && this.#armed.at <= deadline)) return;
    this.#disarm();
    const now = this.#clock.now();
    const at = Math.max(deadline, now);
    this.#armed = { stop: after(this.#clock, at - now, () => this.#look()), at };
  }

  /** No timer is left. */
  stop(): void {
    this.#disarm();
  }

  #look(): void {
    this.#armed = undefined;
    if (this.#clock.now() >= this.#deadline) this.#ring();
    else this.set(this.#deadline);
  }

  #disarm(): void {
    this.#armed?.stop();
    this.#armed = undefined;
  }
}
