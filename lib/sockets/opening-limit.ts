// How long an opening handshake may take, and the signal that cuts it short.

import { checkedSignal } from '../base/callable.ts';
import { checkedLimit } from '../base/limit.ts';
import { HandshakeError } from '../handshake/handshake-error.ts';
import { after, type Clock, systemClock } from './alarm.ts';

export interface OpeningOptions {
  /** Milliseconds that the opening handshake may take. Default: 10,000. */
  readonly handshakeTimeoutMs?: number | undefined;
  /** Aborts the opening handshake with its reason; afterwards it does nothing. */
  readonly signal?: AbortSignal | undefined;
  /** The clock and its timers. Default: the platform's. */
  readonly clock?: Clock | undefined;
}

/** The time of one opening handshake. It runs from the construction to the release. */
export class OpeningLimit {
  readonly #stopped: Promise<never>;
  #release!: () => void;

  /** @throws the reason of a signal that has been aborted; TypeError for what is no signal */
  constructor(options: OpeningOptions) {
    const timeoutMs = checkedLimit('handshakeTimeoutMs', options.handshakeTimeoutMs, 10_000);
    const signal = checkedSignal('signal', options.signal);
    signal?.throwIfAborted();
    this.#stopped = this.#stop(options.clock ?? systemClock, timeoutMs, signal);
    this.#stopped.catch(() => {});
  }

  /** What the promise gives, unless the time is up or the signal aborts before. */
  inTime<T>(promise: Promise<T>): Promise<T> {
    return Promise.race([promise, this.#stopped]);
  }

  /** No timer and no listener is left; nothing is stopped any more. */
  release(): void {
    this.#release();
  }

  #stop(clock: Clock, timeoutMs: number, signal: AbortSignal | undefined): Promise<never> {
    return new Promise((_, reject) => {
      const abort = () => reject(signal?.reason);
      signal?.addEventListener('abort', abort);
      const expire = () => reject(new HandshakeError('the opening handshake took too long'));
      const stopTimer = after(clock, timeoutMs, expire);
      this.#release = () => {
        signal?.removeEventListener('abort', abort);
        stopTimer();
      };
    });
  }
}
