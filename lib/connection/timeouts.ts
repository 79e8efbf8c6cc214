// The times that an open connection keeps, as data: no timer, no clock. Times are milliseconds of a monotonic clock.

import { checkedLimit } from '../base/limit.ts';
import { integer, type OptionRule } from '../base/option-rule.ts';
import { Grace } from './grace.ts';
import { Keepalive, type KeepaliveOptions } from './keepalive.ts';

/** The timeouts of a connection. */
export interface TimeoutOptions extends KeepaliveOptions {
  /**
   * Milliseconds without a byte of a message in either direction after which the connection is closed with 1001. Time in
   * which we do not read does not count. Default: Infinity.
   */
  readonly idleTimeoutMs?: number | undefined;
  /**
   * Milliseconds over which the rate inside a frame or a message is measured, see `minBytesPerSecond`. Default: 20,000.
   */
  readonly frameTimeoutMs?: number | undefined;
  /**
   * The least bytes per second that a frame or a message that has begun must bring, measured over each `frameTimeoutMs`;
   * below it the connection fails with 1008. Parts that are delivered as they come (`deliver: 'parts'`) may pause between
   * frames. An integer; 0: no rate is too low. Default: 10.
   */
  readonly minBytesPerSecond?: number | undefined;
  /**
   * Milliseconds in which the transport takes none of the bytes that wait for it, after which the connection is given up:
   * the peer has stopped reading. Default: 60,000.
   */
  readonly writeTimeoutMs?: number | undefined;
}

/** A transport that takes bytes after this long has waited for the peer. */
const blockedMs = 50;

/** What is due. */
export type Due =
  | 'ping'
  | 'pong'
  | 'ping timeout'
  | 'frame timeout'
  | 'idle timeout'
  | 'write timeout'
  | undefined;

/** What the timeouts ask of the connection. */
export interface TimeoutInput {
  /** Whether a frame, or a message that is collected, has begun to come and has not ended. */
  readonly inside: boolean;
  /** When bytes of a message passed last, in either direction. */
  readonly messageAt: number;
}

/** The rule of `minBytesPerSecond`: a minimum, so that it has no Infinity. */
export const minimumRate: OptionRule<number> = /* @__PURE__ */ integer(0, 2 ** 31 - 1, 10);

/** Watches a connection while it is open. */
export class Timeouts {
  readonly writeTimeoutMs: number;
  readonly #keepalive: Keepalive;
  readonly #grace = new Grace();
  readonly #idleMs: number;
  readonly #frameMs: number;
  readonly #minFrameBytes: number;
  readonly #input: TimeoutInput;
  /** When the rate inside a frame is measured from, and what has come since. */
  #windowAt: number;
  #windowBytes = 0;
  /** When we began to read; Infinity: we do not read. */
  #readingSince: number;
  /** Since when the transport has taken nothing though bytes wait; Infinity: nothing waits. */
  #blockedSince = Infinity;

  constructor(options: TimeoutOptions, input: TimeoutInput, now: number) {
    this.#keepalive = new Keepalive(options, now);
    this.#idleMs = checkedLimit('idleTimeoutMs', options.idleTimeoutMs, Infinity);
    this.#frameMs = checkedLimit('frameTimeoutMs', options.frameTimeoutMs, 20_000);
    this.writeTimeoutMs = checkedLimit('writeTimeoutMs', options.writeTimeoutMs, 60_000);
    const rate = options.minBytesPerSecond ?? 10;
    minimumRate.check(rate, 'minBytesPerSecond', {});
    this.#minFrameBytes = Math.max(1, (rate * this.#frameMs) / 1000);
    this.#input = input;
    this.#windowAt = now;
    this.#readingSince = now;
  }

  /**
   * The shortest time from any event to a deadline that it sets: whoever looks again after this much misses none.
   */
  get shortestMs(): number {
    return Math.min(this.#keepalive.shortestMs, this.#idleMs, this.#frameMs, this.writeTimeoutMs);
  }

  /** When `tick` has something to do; Infinity: never. */
  get deadline(): number {
    return Math.min(this.#keepalive.deadline, this.#grace.judgedAt(this.#judgement));
  }

  /** Bytes have come. To be called before they are decoded. */
  received(byteLength: number, now: number): void {
    this.#keepalive.alive(now);
    if (!this.#input.inside) this.#startWindow(now);
    this.#windowBytes += byteLength;
  }

  /** The ping that was due has left. */
  pingLeft(now: number): void {
    this.#keepalive.pingLeft(now);
  }

  /** The transport takes nothing, though bytes wait for it. */
  blocked(now: number): void {
    if (this.#blockedSince === Infinity) this.#blockedSince = now;
  }

  /** A blocked transport takes bytes again: the peer reads. */
  unblocked(now: number): void {
    const since = this.#blockedSince;
    this.#blockedSince = Infinity;
    // A transport that answers at once may only have filled a buffer of its own.
    if (now - since >= blockedMs && this.#readingSince !== Infinity) this.#keepalive.alive(now);
  }

  /** We read again. */
  resume(now: number): void {
    this.#keepalive.alive(now);
    this.#startWindow(now);
    this.#readingSince = now;
  }

  /** We stop reading: the silence of a peer that we do not listen to means nothing. */
  suspend(now: number): void {
    this.#keepalive.suspend(now);
    this.#readingSince = Infinity;
  }

  /** What is due at `now`. */
  tick(now: number): Due {
    const judgement = this.#judgement;
    if (!this.#grace.passed(judgement, now)) return this.#keepalive.tick(now);
    if (judgement === this.#writeDeadline) return 'write timeout';
    if (judgement === this.#frameDeadline) return this.#judgeRate(now);
    return judgement === this.#idleDeadline ? 'idle timeout' : 'ping timeout';
  }

  /** The first time at which the connection may be given up. */
  get #judgement(): number {
    return Math.min(this.#keepalive.failureAt, this.#frameDeadline, this.#idleDeadline, this.#writeDeadline);
  }

  get #idleDeadline(): number {
    if (this.#readingSince === Infinity) return Infinity;
    return Math.max(this.#input.messageAt, this.#readingSince) + this.#idleMs;
  }

  get #frameDeadline(): number {
    return this.#readingSince !== Infinity && this.#input.inside ? this.#windowAt + this.#frameMs : Infinity;
  }

  get #writeDeadline(): number {
    return this.#blockedSince + this.writeTimeoutMs;
  }

  #judgeRate(now: number): 'frame timeout' | undefined {
    if (this.#windowBytes < this.#minFrameBytes) return 'frame timeout';
    this.#startWindow(now);
    return undefined;
  }

  #startWindow(now: number): void {
    this.#windowAt = now;
    this.#windowBytes = 0;
  }
}
