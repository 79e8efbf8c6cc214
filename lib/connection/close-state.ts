// How far the end of a connection has come: RFC 6455 §7.1. What happens goes in; the close record, the deadline, and
// whether the output may end come out. Knows nothing of bytes, and nothing of what waits to leave.

import type { Role } from '../base/choice.ts';
import { checkedLimit } from '../base/limit.ts';
import { WebSocketError } from '../base/websocket-error.ts';
import { type CloseFrame, type CloseRecord, reportedCode } from './close-record.ts';
import { Grace } from './grace.ts';

/** Options of the closing handshake. */
export interface CloseStateOptions {
  /**
   * Milliseconds that the closing may take, counted from when our Close has left; before that, from when bytes last left.
   * Then the connection is cut. Default: 10,000.
   */
  readonly closeTimeoutMs?: number | undefined;
}

type Phase =
  | { readonly type: 'open' }
  /** A Close was queued or has come, or the connection has failed. */
  | { readonly type: 'closing'; readonly since: number }
  /** The peer is not waited for: only what leaves at once is still sent. */
  | { readonly type: 'expired' }
  /** The transport has ended, or time is up: nothing comes or goes. */
  | { readonly type: 'over' };

interface Failure {
  readonly error: WebSocketError;
  readonly cause: unknown;
  /** Whether we failed the connection, not the transport (§7.1.7). */
  readonly ours: boolean;
}

/** The end of one connection, from the first sign of it to the last. */
export class CloseState {
  readonly #closeTimeoutMs: number;
  #phase: Phase = { type: 'open' };
  #sent: CloseFrame | undefined;
  #received: CloseFrame | undefined;
  #initiator: 'local' | 'remote' | undefined;
  #failure: Failure | undefined;
  #inputEnded = false;
  #lost = false;
  readonly #grace = new Grace();

  constructor(options: CloseStateOptions) {
    this.#closeTimeoutMs = checkedLimit('closeTimeoutMs', options.closeTimeoutMs, 10_000);
  }

  get open(): boolean {
    return this.#phase.type === 'open';
  }

  get over(): boolean {
    return this.#phase.type === 'over';
  }

  /** What the connection has failed of, if it has. */
  get failure(): WebSocketError | undefined {
    return this.#failure?.error;
  }

  /** The end so far. */
  get record(): CloseRecord {
    const sent = this.#sent;
    const received = this.#received;
    const wasClean = sent !== undefined && received !== undefined && this.#failure === undefined;
    return {
      sent,
      received,
      initiator: this.#initiator,
      wasClean,
      failed: this.#failure?.ours ?? false,
      lost: this.#lost,
      cause: this.#failure?.cause,
    };
  }

  /** When the closing has taken too long; Infinity: it has not begun, or all is over. */
  get deadline(): number {
    return this.#grace.judgedAt(this.#deadline);
  }

  /** True if the closing has taken too long. */
  late(now: number): boolean {
    return this.#phase.type === 'expired' || this.#grace.passed(this.#deadline, now);
  }

  get #deadline(): number {
    if (this.#phase.type === 'expired') return -Infinity;
    return this.#phase.type === 'closing' ? this.#phase.since + this.#closeTimeoutMs : Infinity;
  }

  /** Messages that were accepted have been dropped. */
  loseMessages(): void {
    this.#lost = true;
  }

  /** The peer is not waited for: the connection is over at the next tick. */
  expire(): void {
    if (this.#phase.type === 'closing') this.#phase = { type: 'expired' };
  }

  /** A Close waits to leave, ours or the reply. */
  begin(now: number): void {
    if (this.open) this.#phase = { type: 'closing', since: now };
  }

  /** Octets have left, the last of them perhaps our Close: until then they put the deadline off. */
  progress(now: number, sent: CloseFrame | undefined): void {
    if (this.open || this.over || this.#sent !== undefined) return;
    if (this.#phase.type === 'closing') this.#phase = { type: 'closing', since: now };
    this.#sent = sent;
    if (sent !== undefined) this.#initiator ??= 'local';
  }

  /** The peer's first Close has come. */
  receive(close: CloseFrame): void {
    this.#received = close;
    this.#initiator ??= 'remote';
  }

  /** The input has ended, with a Close or without. */
  endInput(): void {
    this.#inputEnded = true;
  }

  /** The connection has failed of that error: the peer's fault, or its silence. */
  fail(error: WebSocketError, initiator: 'local' | 'remote'): void {
    this.#failure = { error, cause: error, ours: initiator === 'local' };
    this.#initiator ??= initiator;
  }

  /**
   * Nothing comes or goes any more, before it was time: after a clean closing that is no failure.
   *
   * @param initiator - whose doing it is; default: nobody's
   */
  cutOff(message: string, cause?: unknown, initiator?: 'local'): void {
    if (this.#failure === undefined && !this.record.wasClean) {
      this.#initiator ??= initiator;
      const error = this.#abnormal(message, cause);
      this.#failure = { error, cause: cause ?? error, ours: initiator === 'local' };
    }
    this.finish();
  }

  /** Nothing comes or goes any more. */
  finish(): void {
    this.#phase = { type: 'over' };
  }

  /** Whether the transport's writable side may end, once our Close has left and nothing waits behind it. */
  outputMayEnd(role: Role): boolean {
    if (this.#failure !== undefined) return true;
    // §7.1.1: the server ends the connection first, the client waits for it.
    return this.#received !== undefined && (role === 'server' || this.#inputEnded);
  }

  /** §7.1.5, 7.1.6: the code and the reason are those of the peer's first Close, where one came. */
  #abnormal(message: string, cause: unknown): WebSocketError {
    const closeCode = reportedCode(this.record);
    const reason = this.#received?.reason;
    return WebSocketError.of(message, { closeCode, reason, cause });
  }
}
