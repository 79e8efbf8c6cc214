// The timeout of an opening handshake, and the signal that aborts it.

import {
  abortSignal,
  limit,
  type OptionRule,
  type OptionRules,
  type Settled,
  withMethods,
} from '../base/option-rule.ts';
import { tooLate } from '../handshake/handshake-error.ts';
import { abortReason, onAbort } from './abort.ts';
import { after, type Clock, systemClock } from './deadline-timer.ts';

/** The options of an opening handshake. */
export interface OpeningOptions {
  /**
   * Milliseconds that the opening handshake may take in all: dialling, the heads, `origins`, `authorize` and `protocols`.
   * Default: 10,000.
   */
  readonly handshakeTimeoutMs?: number | undefined;
  /** Aborts the opening handshake with its reason. It has no effect after the handshake; see `closeSignal`. */
  readonly signal?: AbortSignal | undefined;
  /** The clock and its timers. Default: the platform's. */
  readonly clock?: Clock | undefined;
}

/** {@link OpeningOptions}, checked and with their defaults. */
export type SettledOpeningOptions = Settled<OpeningOptions, 'signal'>;

export const clockRule: OptionRule<Clock> = /* @__PURE__ */ withMethods<Clock>(
  'a clock',
  ['now', 'setTimeout', 'clearTimeout'],
  systemClock,
);

/** Returns the rules of these options. */
export function openingRules(): OptionRules<SettledOpeningOptions> {
  return {
    handshakeTimeoutMs: limit(10_000),
    signal: abortSignal(),
    clock: clockRule,
  };
}

/** A timer that fires this late means that the process was suspended. The peer's response may be waiting in the kernel. */
const graceMs = 100;

/** A running timer with its listener. */
interface Watch {
  /** Rejects when the opening times out, is stopped, or its signal aborts. */
  readonly stopped: Promise<never>;
  readonly reject: (reason: unknown) => void;
  stopTimer: (() => void) | undefined;
  readonly forgetSignal: (() => void) | undefined;
}

/**
 * The time limit of one opening handshake. It runs from the construction to the release. The timer and the listener start
 * with the first wait.
 */
export class OpeningLimit {
  readonly #clock: Clock;
  readonly #signal: AbortSignal | undefined;
  readonly #deadline: number;
  #state: 'open' | 'released' | { readonly reason: unknown } = 'open';
  #watch: Watch | undefined;
  #controller: AbortController | undefined;

  /** @throws the reason of a signal that has already aborted */
  constructor({ handshakeTimeoutMs, signal, clock }: SettledOpeningOptions) {
    if (signal?.aborted) throw abortReason(signal);
    this.#clock = clock;
    this.#signal = signal;
    this.#deadline = clock.now() + handshakeTimeoutMs;
  }

  /** The clock of the opening. */
  get clock(): Clock {
    return this.#clock;
  }

  /** A signal that aborts at the timeout, or with the caller's signal. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      this.#watch ??= this.#start();
    }
    return this.#controller.signal;
  }

  /** @throws the reason that has stopped the opening, if one has */
  check(): void {
    if (this.#state === 'open' && this.#signal?.aborted) this.stop(abortReason(this.#signal));
    if (typeof this.#state === 'object') throw this.#state.reason;
  }

  /** Returns the value of the promise, or rejects first if the opening stops. */
  async inTime<T>(promise: Promise<T>): Promise<T> {
    this.#watch ??= this.#start();
    const value = await Promise.race([promise, this.#watch.stopped]);
    this.check();
    return value;
  }

  /** Stops the opening with this reason. */
  stop(reason: unknown): void {
    if (this.#state !== 'open') return;
    this.#state = { reason };
    this.release();
    this.#watch?.reject(reason);
    this.#controller?.abort(reason);
  }

  /** Ends the limit: removes its timer and its listener. */
  release(): void {
    if (this.#state === 'open') this.#state = 'released';
    this.#watch?.stopTimer?.();
    this.#watch?.forgetSignal?.();
  }

  #start(): Watch {
    let reject!: (reason: unknown) => void;
    const stopped = new Promise<never>((_, rejectStopped) => (reject = rejectStopped));
    stopped.catch(() => {});
    const signal = this.#signal;
    const forgetSignal = signal && onAbort(signal, () => this.stop(abortReason(signal)));
    const left = Math.max(1, this.#deadline - this.#clock.now());
    const watch = { stopped, reject, forgetSignal, stopTimer: this.#timer(left, () => this.#expire()) };
    // It was stopped before.
    if (typeof this.#state === 'object') reject(this.#state.reason);
    return watch;
  }

  #timer(ms: number, callback: () => void): (() => void) | undefined {
    return this.#state === 'open' ? after(this.#clock, ms, callback) : undefined;
  }

  /** Gives a process that was suspended a grace period to read pending input (B7). */
  #expire(): void {
    const late = this.#clock.now() - this.#deadline;
    if (late >= 0 && late <= graceMs) this.#abandon();
    else this.#watch!.stopTimer = this.#timer(late < 0 ? -late : graceMs, () => this.#abandon());
  }

  #abandon(): void {
    this.stop(tooLate());
  }
}
