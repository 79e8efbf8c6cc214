// Keepalive without timers or clocks: the caller passes the time in milliseconds of a monotonic clock.

import { checkedLimit } from '../base/limit.ts';

/** The times of pings that a connection sends by itself. */
export interface KeepaliveOptions {
  /**
   * Milliseconds without a byte from the peer after which it is pinged. While we do not read, the peer gets an unsolicited
   * pong this often, so that it does not treat us as dead (RFC 6455 §5.5.3). Default: 20,000; Infinity: never.
   */
  readonly pingIntervalMs?: number | undefined;
  /**
   * Milliseconds without a byte from the peer, counted from when that ping was sent, after which the connection fails with
   * 1011. A blocked transport that takes bytes again counts as a sign of life. Default: 20,000.
   */
  readonly pingTimeoutMs?: number | undefined;
}

/**
 * `'pinging'`: a ping is queued. `'suspended'`: we do not read, so the peer's silence means nothing. The state is a plain
 * field, not a union of objects, because every chunk changes it.
 */
type State = 'quiet' | 'pinging' | 'pinged' | 'suspended';

/** The frame to send, if any. */
export type KeepaliveAction = 'ping' | 'pong' | undefined;

/** Decides when to ping a silent peer and when to give it up. Any byte from the peer is a sign of life. */
export class Keepalive {
  readonly timeoutMs: number;
  readonly #intervalMs: number;
  #state: State = 'quiet';
  /** The time at which the state was entered. */
  #since: number;

  constructor(options: KeepaliveOptions, now: number) {
    this.#intervalMs = checkedLimit('pingIntervalMs', options.pingIntervalMs, 20_000);
    this.timeoutMs = checkedLimit('pingTimeoutMs', options.pingTimeoutMs, 20_000);
    this.#since = now;
  }

  /** The shortest time between an event and a deadline that it sets. */
  get shortestMs(): number {
    return Math.min(this.#intervalMs, this.timeoutMs);
  }

  /** The time at which `tick` has something to do; Infinity if never. */
  get deadline(): number {
    return this.#state === 'quiet' || this.#state === 'suspended' ? this.#since + this.#intervalMs : Infinity;
  }

  /** The time at which the connection fails if a pinged peer stays silent; Infinity if no ping is pending. */
  get failureAt(): number {
    return this.#state === 'pinged' ? this.#since + this.timeoutMs : Infinity;
  }

  /** Records a sign of life from the peer, or that we read again. */
  alive(now: number): void {
    this.#state = 'quiet';
    this.#since = now;
  }

  /** Records that the queued ping was sent. */
  pingLeft(now: number): void {
    if (this.#state !== 'pinging') return;
    this.#state = 'pinged';
    this.#since = now;
  }

  /** Records that we stop reading. */
  suspend(now: number): void {
    this.#state = 'suspended';
    this.#since = now;
  }

  /** Returns the frame to send at `now`, if any. */
  tick(now: number): KeepaliveAction {
    if (now < this.deadline) return undefined;
    if (this.#state === 'suspended') {
      this.suspend(now);
      return 'pong';
    }
    this.#state = 'pinging';
    return 'ping';
  }
}
