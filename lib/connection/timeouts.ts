// The times that an open connection keeps, as data: no timer, no clock. Times are milliseconds of a monotonic clock.

import { checkedLimit } from '../base/limit.ts';
import { Keepalive, type KeepaliveOptions } from './keepalive.ts';

export interface TimeoutOptions extends KeepaliveOptions {
  /** Milliseconds without a message either way after which the connection is closed with 1001. Default: Infinity. */
  readonly idleTimeoutMs?: number | undefined;
  /** Milliseconds without an octet inside a frame after which the connection fails with 1008. Default: 20,000. */
  readonly frameTimeoutMs?: number | undefined;
}

/** What is due. */
export type Due = 'ping' | 'ping timeout' | 'frame timeout' | 'idle timeout' | undefined;

/** Watches a connection while it is open. */
export class Timeouts {
  readonly #keepalive: Keepalive;
  readonly #idleMs: number;
  readonly #frameMs: number;
  #messageAt: number;
  /** When an unfinished frame is given up; Infinity: none is, or we do not read. */
  #frameDeadline = Infinity;

  constructor(options: TimeoutOptions, now: number) {
    this.#keepalive = new Keepalive(options, now);
    this.#idleMs = checkedLimit('idleTimeoutMs', options.idleTimeoutMs, Infinity);
    this.#frameMs = checkedLimit('frameTimeoutMs', options.frameTimeoutMs, 20_000);
    this.#messageAt = now;
  }

  /** When `tick` has something to do; Infinity: never. */
  get deadline(): number {
    return Math.min(this.#keepalive.deadline, this.#frameDeadline, this.#messageAt + this.#idleMs);
  }

  /** Octets have come, and have been decoded as far as they go. */
  octets(now: number, insideFrame: boolean): void {
    this.#keepalive.alive(now);
    this.#frameDeadline = insideFrame ? now + this.#frameMs : Infinity;
  }

  /** A message has come or has been sent. */
  message(now: number): void {
    this.#messageAt = now;
  }

  /** We stop reading: the silence of a peer that we do not listen to says nothing. */
  suspend(): void {
    this.#keepalive.suspend();
    this.#frameDeadline = Infinity;
  }

  /** What is due at `now`. */
  tick(now: number): Due {
    if (now >= this.#frameDeadline) return 'frame timeout';
    if (now >= this.#messageAt + this.#idleMs) return 'idle timeout';
    const due = this.#keepalive.tick(now);
    return due === 'fail' ? 'ping timeout' : due;
  }
}
