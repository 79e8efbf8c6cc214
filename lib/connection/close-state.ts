// The state of the closing handshake: RFC 6455 §7.1. Methods report what has happened; the getters give the close
// record, the deadline, and whether the output may end. It handles neither bytes nor queued messages.

import { checkedLimit } from '../base/limit.ts';
import type { Role } from '../base/role.ts';
import { WebSocketError, type WebSocketErrorCode } from '../base/websocket-error.ts';
import { type CloseFrame, type CloseRecord, reportedCode } from './close-record.ts';
import { Grace } from './grace.ts';

/** Options of the closing handshake. */
export interface CloseStateOptions {
  /**
   * Milliseconds that the closing handshake may take, counted from when our Close frame was sent; before that, from when
   * bytes were last sent. After that the transport is aborted. Default: 10,000.
   */
  readonly closeTimeoutMs?: number | undefined;
}

type Phase =
  | { readonly type: 'open' }
  /** A Close frame was queued or received, or the connection has failed. */
  | { readonly type: 'closing'; readonly since: number }
  /** We do not wait for the peer: the connection is over at the next tick. */
  | { readonly type: 'expired' }
  /** The transport has ended, or the closing has timed out: nothing is sent or received any more. */
  | { readonly type: 'over' };

interface Failure {
  readonly error: WebSocketError;
  readonly cause: unknown;
  /** True if we failed the connection (§7.1.7), false if the transport did. */
  readonly ours: boolean;
}

const open: Phase = { type: 'open' };

/** Tracks the closing of one connection, from open to over. */
export class CloseState {
  readonly closeTimeoutMs: number;
  #phase: Phase = open;
  #sent: CloseFrame | undefined;
  #received: CloseFrame | undefined;
  #initiator: 'local' | 'remote' | undefined;
  #failure: Failure | undefined;
  #inputEnded = false;
  #lost = false;
  /** Made when the closing begins. */
  #grace: Grace | undefined;

  constructor(options: CloseStateOptions) {
    this.closeTimeoutMs = checkedLimit('closeTimeoutMs', options.closeTimeoutMs, 10_000);
  }

  get open(): boolean {
    return this.#phase.type === 'open';
  }

  get over(): boolean {
    return this.#phase.type === 'over';
  }

  /** The error that failed the connection, if one did. */
  get failure(): WebSocketError | undefined {
    return this.#failure?.error;
  }

  /** The close record so far. */
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
      messagesDropped: false,
      cause: this.#failure?.cause,
    };
  }

  /** The time at which the closing has taken too long; Infinity if it has not begun or is over. */
  get deadline(): number {
    return this.#grace?.dueAt(this.#deadline) ?? this.#deadline;
  }

  /** True if the closing has taken too long. */
  late(now: number): boolean {
    if (this.#phase.type === 'expired') return true;
    this.#grace ??= new Grace();
    return this.#grace.passed(this.#deadline, now);
  }

  get #deadline(): number {
    if (this.#phase.type === 'expired') return -Infinity;
    return this.#phase.type === 'closing' ? this.#phase.since + this.closeTimeoutMs : Infinity;
  }

  /** Records that accepted messages were dropped. */
  loseMessages(): void {
    this.#lost = true;
  }

  /** Stops waiting for the peer: the connection is over at the next tick. */
  expire(): void {
    if (this.#phase.type === 'closing') this.#phase = { type: 'expired' };
  }

  /** Begins the closing: a Close frame is queued, ours or a reply. */
  begin(now: number): void {
    if (this.open) this.#phase = { type: 'closing', since: now };
  }

  /** Records that bytes were sent, and our Close frame if it was among them. Until then each send moves the deadline. */
  progress(now: number, sent: CloseFrame | undefined): void {
    if (this.open || this.over || this.#sent !== undefined) return;
    if (this.#phase.type === 'closing') this.#phase = { type: 'closing', since: now };
    this.#sent = sent;
    if (sent !== undefined) this.#initiator ??= 'local';
  }

  /** Records the peer's first Close frame. */
  receive(close: CloseFrame): void {
    this.#received = close;
    this.#initiator ??= 'remote';
  }

  /** Records the end of the input, with or without a Close frame. */
  endInput(): void {
    this.#inputEnded = true;
  }

  /** Records a failure of the connection. */
  fail(error: WebSocketError, initiator: 'local' | 'remote'): void {
    this.#failure = { error, cause: error, ours: initiator === 'local' };
    this.#initiator ??= initiator;
  }

  /**
   * Ends the connection at once, because the transport failed or we stop using it. This is a failure unless both Close
   * frames have passed.
   *
   * @param initiator - `'local'` if we stop using the transport
   */
  cutOff(code: WebSocketErrorCode, message: string, cause?: unknown, initiator?: 'local'): void {
    if (this.#failure === undefined && !this.record.wasClean) {
      this.#initiator ??= initiator;
      const error = this.#abnormal(code, message, cause);
      this.#failure = { error, cause: cause ?? error, ours: initiator === 'local' };
    }
    this.finish();
  }

  /** Ends the connection: nothing is sent or received any more. */
  finish(): void {
    this.#phase = { type: 'over' };
  }

  /** True if the transport's writable side may be closed once our Close frame is sent and nothing is queued after it. */
  outputMayEnd(role: Role): boolean {
    if (this.#failure !== undefined) return true;
    // §7.1.1: the server closes the TCP connection first; the client waits for that.
    return this.#received !== undefined && (role === 'server' || this.#inputEnded);
  }

  /** §7.1.5, 7.1.6: the code and the reason are those of the peer's first Close frame, if it sent one. */
  #abnormal(code: WebSocketErrorCode, message: string, cause: unknown): WebSocketError {
    const closeCode = reportedCode(this.record);
    const reason = this.#received?.reason;
    return WebSocketError.of(message, { closeCode, reason, code, cause });
  }
}
