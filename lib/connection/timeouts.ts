// The timeouts of an open connection, without timers or clocks: the caller passes the time in milliseconds of a monotonic
// clock.

import { checkedLimit } from '../base/limit.ts';
import { integer, type OptionRule } from '../base/option-rule.ts';
import { Grace } from './grace.ts';
import { Keepalive, type KeepaliveOptions } from './keepalive.ts';

/** The timeouts of a connection. */
export interface TimeoutOptions extends KeepaliveOptions {
  /**
   * Milliseconds without a byte of a message in either direction after which the connection is closed with 1001. Time
   * during which we do not read does not count. Default: Infinity.
   */
  readonly idleTimeoutMs?: number | undefined;
  /**
   * Milliseconds over which the receive rate is measured, see `minBytesPerSecond`. Default: 20,000.
   */
  readonly frameTimeoutMs?: number | undefined;
  /**
   * The fewest bytes per second that the peer must send inside a frame or a message, measured over each `frameTimeoutMs`;
   * below that the connection fails with 1008. With `deliver: 'parts'` the peer may pause between the frames of a message.
   * An integer; with 0, one byte in `frameTimeoutMs` is enough. Default: 10.
   */
  readonly minBytesPerSecond?: number | undefined;
  /**
   * Milliseconds without progress after which the connection fails if its transport is blocked: the peer has stopped
   * reading. Default: 60,000.
   */
  readonly writeTimeoutMs?: number | undefined;
}

/** A transport that was blocked for this long and takes bytes again was waiting for the peer to read. */
const blockedMs = 50;

/** The action that is due. */
export type TimeoutAction =
  | 'ping'
  | 'pong'
  | 'ping timeout'
  | 'frame timeout'
  | 'idle timeout'
  | 'write timeout'
  | undefined;

/** The state of the connection that the timeouts depend on. */
export interface TimeoutInput {
  /** True inside a frame, and inside a message if messages are delivered whole. */
  readonly inside: boolean;
  /** The time at which bytes of a message last passed in either direction. */
  readonly messageAt: number;
}

/** The rule of `minBytesPerSecond`. It is a minimum, so Infinity is not allowed. */
export const minimumRate: OptionRule<number> = /* @__PURE__ */ integer(0, 2 ** 31 - 1, 10);

/** Decides when an open connection has to send a ping or pong, or has timed out. */
export class Timeouts {
  readonly writeTimeoutMs: number;
  readonly #keepalive: Keepalive;
  readonly #idleMs: number;
  readonly #frameMs: number;
  readonly #minFrameBytes: number;
  readonly #input: TimeoutInput;
  /** The start of the current measurement of the receive rate, and the bytes received since. */
  #windowAt: number;
  #windowBytes = 0;
  /** The time at which we began to read; Infinity if we do not read. */
  #readingSince: number;
  /** The time at which the transport became blocked; Infinity if it is not. */
  #blockedSince = Infinity;
  /** Made when a timeout is checked for the first time. */
  #grace: Grace | undefined;

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

  /** Describes the limit that was exceeded, with the names of its options. */
  limitOf(action: 'ping timeout' | 'frame timeout'): string {
    if (action === 'ping timeout') return `no pong for ${this.#keepalive.timeoutMs} ms: pingTimeoutMs`;
    const bytes = Math.ceil(this.#minFrameBytes);
    return `fewer than ${bytes} bytes in ${this.#frameMs} ms: minBytesPerSecond, frameTimeoutMs`;
  }

  /**
   * The shortest time between an event and a deadline that it sets. A caller that checks this often misses no deadline.
   */
  get shortestMs(): number {
    return Math.min(this.#keepalive.shortestMs, this.#idleMs, this.#frameMs, this.writeTimeoutMs);
  }

  /** The time at which `tick` has something to do; Infinity if never. */
  get deadline(): number {
    const timeout = this.#firstTimeout;
    return Math.min(this.#keepalive.deadline, this.#grace?.dueAt(timeout) ?? timeout);
  }

  /** Records received bytes. Call it before they are decoded. */
  received(byteLength: number, now: number): void {
    this.#keepalive.alive(now);
    if (!this.#input.inside) this.#startWindow(now);
    this.#windowBytes += byteLength;
  }

  /** Records that the queued ping was sent. */
  pingLeft(now: number): void {
    this.#keepalive.pingLeft(now);
  }

  /** Records that the transport takes no bytes although some are queued. */
  blocked(now: number): void {
    if (this.#blockedSince === Infinity) this.#blockedSince = now;
  }

  /** Records that a blocked transport takes bytes again. */
  unblocked(now: number): void {
    const since = this.#blockedSince;
    this.#blockedSince = Infinity;
    // A transport that takes bytes again at once may only have filled its own buffer, so the peer may not have read.
    if (now - since >= blockedMs && this.#readingSince !== Infinity) this.#keepalive.alive(now);
  }

  /** Records that we read again. */
  resume(now: number): void {
    this.#keepalive.alive(now);
    this.#startWindow(now);
    this.#readingSince = now;
  }

  /** Records that we stop reading. Until we read again the peer's silence means nothing. */
  suspend(now: number): void {
    this.#keepalive.suspend(now);
    this.#readingSince = Infinity;
  }

  /** Returns the action that is due at `now`, if any. */
  tick(now: number): TimeoutAction {
    const deadline = this.#firstTimeout;
    this.#grace ??= new Grace();
    if (!this.#grace.passed(deadline, now)) return this.#keepalive.tick(now);
    if (deadline === this.#writeDeadline) return 'write timeout';
    if (deadline === this.#frameDeadline) return this.#checkRate(now);
    return deadline === this.#idleDeadline ? 'idle timeout' : 'ping timeout';
  }

  /** The first time at which the connection may time out. */
  get #firstTimeout(): number {
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

  #checkRate(now: number): 'frame timeout' | undefined {
    if (this.#windowBytes < this.#minFrameBytes) return 'frame timeout';
    this.#startWindow(now);
    return undefined;
  }

  #startWindow(now: number): void {
    this.#windowAt = now;
    this.#windowBytes = 0;
  }
}
