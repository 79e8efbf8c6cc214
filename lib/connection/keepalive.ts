// Whether the peer still lives, as data: no timer, no clock. Times are milliseconds of a monotonic clock.

import { checkedLimit } from '../base/limit.ts';

export interface KeepaliveOptions {
  /**
   * Milliseconds without an octet from the peer after which it is pinged. While we do not read, it gets a pong unasked as
   * often, so that it knows us alive (RFC 6455 §5.5.3). Default: 20,000; Infinity: never.
   */
  readonly pingIntervalMs?: number | undefined;
  /** Milliseconds behind that ping without an octet after which the connection fails. Default: 20,000. */
  readonly pingTimeoutMs?: number | undefined;
}

type State =
  | { readonly type: 'quiet'; readonly since: number }
  | { readonly type: 'pinged'; readonly at: number }
  /** We do not read: silence says nothing about the peer. */
  | { readonly type: 'suspended'; readonly since: number };

/** What is due. */
export type KeepaliveAction = 'ping' | 'pong' | undefined;

/** Pings a silent peer and gives it up when it stays silent. Any octet from it is a sign of life. */
export class Keepalive {
  readonly #intervalMs: number;
  readonly #timeoutMs: number;
  #state: State;

  constructor(options: KeepaliveOptions, now: number) {
    this.#intervalMs = checkedLimit('pingIntervalMs', options.pingIntervalMs, 20_000);
    this.#timeoutMs = checkedLimit('pingTimeoutMs', options.pingTimeoutMs, 20_000);
    this.#state = { type: 'quiet', since: now };
  }

  /** When `tick` has something to do; Infinity: never. */
  get deadline(): number {
    return this.#state.type === 'pinged' ? Infinity : this.#state.since + this.#intervalMs;
  }

  /** When a peer that was pinged is given up, if it stays silent; Infinity: it is not waited for. */
  get failureAt(): number {
    return this.#state.type === 'pinged' ? this.#state.at + this.#timeoutMs : Infinity;
  }

  /** The peer gave a sign of life, or we read again. */
  alive(now: number): void {
    this.#state = { type: 'quiet', since: now };
  }

  /** We stop reading. */
  suspend(now: number): void {
    this.#state = { type: 'suspended', since: now };
  }

  /** What is due at `now`. */
  tick(now: number): KeepaliveAction {
    if (now < this.deadline) return undefined;
    if (this.#state.type === 'suspended') {
      this.suspend(now);
      return 'pong';
    }
    this.#state = { type: 'pinged', at: now };
    return 'ping';
  }
}
