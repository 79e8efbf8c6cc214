// Whether the peer is alive, as data: no timer, no clock. Times are milliseconds of a monotonic clock.

import { checkedLimit } from '../base/limit.ts';

/** The times of pings that a connection sends by itself. */
export interface KeepaliveOptions {
  /**
   * Milliseconds without a byte from the peer after which it is pinged. While we do not read, the peer gets an unsolicited
   * pong this often, so that it does not treat us as dead (RFC 6455 §5.5.3). Default: 20,000; Infinity: never.
   */
  readonly pingIntervalMs?: number | undefined;
  /**
   * Milliseconds without a byte from the peer, counted from when that ping has left, after which the connection fails with
   * 1011. A blocked transport that takes bytes again is a sign of life, too. Default: 20,000.
   */
  readonly pingTimeoutMs?: number | undefined;
}

/**
 * `'pinging'`: a ping waits to leave. `'suspended'`: we do not read, so the peer's silence means nothing. Every byte that comes
 * changes the state: plain fields cost less than an object each time.
 */
type State = 'quiet' | 'pinging' | 'pinged' | 'suspended';

/** What is due. */
export type KeepaliveAction = 'ping' | 'pong' | undefined;

/** Pings a silent peer, and gives it up if it stays silent. Any byte from it is a sign of life. */
export class Keepalive {
  readonly #intervalMs: number;
  readonly #timeoutMs: number;
  #state: State = 'quiet';
  /** Since when it is in this state. */
  #since: number;

  constructor(options: KeepaliveOptions, now: number) {
    this.#intervalMs = checkedLimit('pingIntervalMs', options.pingIntervalMs, 20_000);
    this.#timeoutMs = checkedLimit('pingTimeoutMs', options.pingTimeoutMs, 20_000);
    this.#since = now;
  }

  /** The shortest time from any event to a deadline that it sets. */
  get shortestMs(): number {
    return Math.min(this.#intervalMs, this.#timeoutMs);
  }

  /** When `tick` has something to do; Infinity: never. */
  get deadline(): number {
    return this.#state === 'quiet' || this.#state === 'suspended' ? this.#since + this.#intervalMs : Infinity;
  }

  /** When a peer that was pinged is given up if it stays silent; Infinity: it is not waited for. */
  get failureAt(): number {
    return this.#state === 'pinged' ? this.#since + this.#timeoutMs : Infinity;
  }

  /** The peer gave a sign of life, or we read again. */
  alive(now: number): void {
    this.#state = 'quiet';
    this.#since = now;
  }

  /** The ping that was due has left. */
  pingLeft(now: number): void {
    if (this.#state !== 'pinging') return;
    this.#state = 'pinged';
    this.#since = now;
  }

  /** We stop reading. */
  suspend(now: number): void {
    this.#state = 'suspended';
    this.#since = now;
  }

  /** What is due at `now`. */
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
