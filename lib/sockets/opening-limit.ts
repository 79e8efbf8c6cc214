// How long an opening handshake may take, and the signal that cuts it short.

import {
  abortSignal,
  limit,
  type OptionRule,
  type OptionRules,
  type Settled,
  withMethods,
} from '../base/option-rule.ts';
import { HandshakeError } from '../handshake/handshake-error.ts';
import { abortReason, onAbort } from './abort.ts';
import { after, type Clock, systemClock } from './deadline-timer.ts';

export interface OpeningOptions {
  /** Milliseconds that the opening handshake may take, all of it: dialling, `authorize` and the rest. Default: 10,000. */
  readonly handshakeTimeoutMs?: number | undefined;
  /** Aborts the opening handshake with its reason; afterwards it does nothing. */
  readonly signal?: AbortSignal | undefined;
  /** The clock and its timers. Default: the platform's. */
  readonly clock?: Clock | undefined;
}

/** The same, checked. */
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

/** The time of one opening handshake. It runs from the construction to the release. */
export class OpeningLimit {
  readonly #stopped: Promise<never>;
  #stop!: (reason: unknown) => void;
  #release: () => void;
  #controller: AbortController | undefined;

  /** @throws the reason of a signal that has been aborted */
  constructor({ handshakeTimeoutMs, signal, clock }: SettledOpeningOptions) {
    if (signal?.aborted) throw abortReason(signal);
    this.#stopped = new Promise((_, reject) => {
      this.#stop = reason => {
        reject(reason);
        this.#controller?.abort(reason);
      };
    });
    this.#stopped.catch(() => {});
    const forget = signal && onAbort(signal, () => this.#stop(abortReason(signal)));
    const expire = () => this.#stop(new HandshakeError('the opening handshake took too long'));
    const stopTimer = after(clock, handshakeTimeoutMs, expire);
    this.#release = () => {
      forget?.();
      stopTimer();
    };
  }

  /** A signal that aborts when the time is up, or the caller's signal aborts. */
  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    return this.#controller.signal;
  }

  /** Returns what the promise gives, unless the time is up or the signal aborts before. */
  inTime<T>(promise: Promise<T>): Promise<T> {
    return Promise.race([promise, this.#stopped]);
  }

  /** Ends the limit: no timer and no listener is left, and nothing is stopped any more. */
  release(): void {
    this.#release();
  }
}
