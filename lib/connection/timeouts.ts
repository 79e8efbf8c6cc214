// The times that an open connection keeps, as data: no timer, no clock. Times are milliseconds of a monotonic clock.

import { checkedLimit } from '../base/limit.ts';
import { Keepalive, type KeepaliveOptions } from './keepalive.ts';

export interface TimeoutOptions extends KeepaliveOptions {
  /**
   * Milliseconds without an octet of a message either way after which the connection is closed with 1001; the time in
   * which we do not read does not count. Default: Infinity.
   */
  readonly idleTimeoutMs?: number | undefined;
  /** Milliseconds without an octet inside a frame after which the connection fails with 1008. Default: 20,000. */
  readonly frameTimeoutMs?: number | undefined;
}

/** What is due. */
export type Due = 'ping' | 'pong' | 'ping timeout' | 'frame timeout' | 'idle timeout' | undefined;

/** Whoever looks at the time so late was asleep, and has not listened either: what came meanwhile is to be heard first. */
const graceMs = 100;

/** Watches a connection while it is open. */
export class Timeouts {
  readonly #keepalive: Keepalive;
  readonly #idleMs: number;
  readonly #frameMs: number;
  readonly #input: { readonly insideFrame: boolean };
  readonly #messages: { readonly messageAt: number };
  /** When octets came last; Infinity: we do not read. */
  #octetsAt: number;
  #readingSince: number;
  /** The judgement that is put off, once, and until when. */
  #excused = { judgement: -Infinity, until: 0 };

  /**
   * @param input - tells whether a frame has begun to come and has not ended
   * @param messages - tells when octets of a message passed last
   */
  constructor(
    options: TimeoutOptions,
    input: { readonly insideFrame: boolean },
    messages: { readonly messageAt: number },
    now: number,
  ) {
    this.#keepalive = new Keepalive(options, now);
    this.#idleMs = checkedLimit('idleTimeoutMs', options.idleTimeoutMs, Infinity);
    this.#frameMs = checkedLimit('frameTimeoutMs', options.frameTimeoutMs, 20_000);
    this.#input = input;
    this.#messages = messages;
    this.#octetsAt = now;
    this.#readingSince = now;
  }

  /** When `tick` has something to do; Infinity: never. */
  get deadline(): number {
    return Math.min(this.#keepalive.deadline, this.#judgedAt);
  }

  /** Octets have come. */
  octets(now: number): void {
    this.#keepalive.alive(now);
    this.#octetsAt = now;
  }

  /** We read again. */
  resume(now: number): void {
    this.octets(now);
    this.#readingSince = now;
  }

  /** We stop reading: the silence of a peer that we do not listen to says nothing. */
  suspend(now: number): void {
    this.#keepalive.suspend(now);
    this.#octetsAt = Infinity;
  }

  /** What is due at `now`. */
  tick(now: number): Due {
    if (now > this.#judgedAt + graceMs) this.#excuse(now);
    if (now < this.#judgedAt) return this.#keepalive.tick(now);
    if (now >= this.#frameDeadline) return 'frame timeout';
    return now >= this.#idleDeadline ? 'idle timeout' : 'ping timeout';
  }

  /** The first time at which the connection is given up. */
  get #judgement(): number {
    return Math.min(this.#keepalive.failureAt, this.#frameDeadline, this.#idleDeadline);
  }

  get #judgedAt(): number {
    const { judgement, until } = this.#excused;
    return this.#judgement === judgement ? until : this.#judgement;
  }

  /** Puts a judgement off that has not been put off before. */
  #excuse(now: number): void {
    const judgement = this.#judgement;
    if (judgement !== this.#excused.judgement) this.#excused = { judgement, until: now + graceMs };
  }

  get #idleDeadline(): number {
    if (this.#octetsAt === Infinity) return Infinity;
    return Math.max(this.#messages.messageAt, this.#readingSince) + this.#idleMs;
  }

  get #frameDeadline(): number {
    return this.#input.insideFrame ? this.#octetsAt + this.#frameMs : Infinity;
  }
}
