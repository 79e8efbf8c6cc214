// Both pipes of a WebSocket together, without I/O: octets in, events out; messages in, octets out; pings answered, the
// closing handshake run, failures told to the peer. RFC 6455 §5.5, 7. Time is data: `tick(now)` brings it.

import { CloseCode } from '../base/close-code.ts';
import { checkedLimit } from '../base/limit.ts';
import type { Stage } from '../base/stage.ts';
import { violation, WebSocketError } from '../base/websocket-error.ts';
import { encodeCloseBody } from '../events/close-body.ts';
import type { Close, OutgoingBinary, OutgoingText, WebSocketEvent } from '../events/event.ts';
import { type WebSocketDecoderOptions, webSocketDecoder } from '../events/websocket-decoder.ts';
import { maxControlBytes } from '../frames/frame-header.ts';
import type { CloseFrame, CloseRecord } from './close-record.ts';
import { Keepalive, type KeepaliveOptions } from './keepalive.ts';
import { Outbox, type OutboxOptions, type Transmission } from './outbox.ts';
import { PingLedger, type PingOutcome } from './ping-ledger.ts';

export interface ConnectionOptions
  extends WebSocketDecoderOptions,
    Omit<OutboxOptions, 'maxFrameBytes'>,
    KeepaliveOptions {
  /** Octets of payload in one frame that we send, so that a control frame can pass soon. Default: 16 KiB. */
  readonly maxFrameBytes?: number | undefined;
  /**
   * Milliseconds that the closing may take: after our Close has left, or since octets last left before it. Beyond,
   * the connection is over. Default: 10,000.
   */
  readonly closeTimeoutMs?: number | undefined;
}

/** How far the end has come. */
type Phase =
  | { readonly type: 'open' }
  /** A Close was queued or has come, or the connection has failed. `since` moves on while octets leave. */
  | { readonly type: 'closing'; since: number }
  /** The transport has ended, or time is up: nothing comes or goes. */
  | { readonly type: 'over' };

/**
 * The protocol's core. As a {@link Stage} it turns octets into events; `transmit` gives the octets that should leave.
 *
 * `read` throws {@link WebSocketError} when the connection fails, `close` when the input ends without a Close; what is
 * owed to the peer then is in what `transmit` gives.
 */
export class Connection implements Stage<Uint8Array, WebSocketEvent> {
  readonly #role: 'client' | 'server';
  readonly #decoder: Stage<Uint8Array, WebSocketEvent>;
  readonly #outbox: Outbox;
  readonly #keepalive: Keepalive;
  readonly #pings = new PingLedger();
  readonly #closeTimeoutMs: number;
  #now: number;
  #phase: Phase = { type: 'open' };
  #inputEnded = false;
  #closing: CloseFrame | undefined;
  #received: CloseFrame | undefined;
  #initiator: 'local' | 'remote' | undefined;
  #cause: unknown;
  #failure: WebSocketError | undefined;

  /** @param now - milliseconds of a monotonic clock, the same that `tick` gets */
  constructor(options: ConnectionOptions, now = 0) {
    this.#role = options.role;
    this.#now = now;
    this.#decoder = webSocketDecoder(options);
    this.#outbox = new Outbox({ ...options, maxFrameBytes: options.maxFrameBytes ?? 16_384 });
    this.#keepalive = new Keepalive(options, now);
    this.#closeTimeoutMs = checkedLimit('closeTimeoutMs', options.closeTimeoutMs, 10_000);
  }

  write(chunk: Uint8Array): void {
    if (this.#failure !== undefined) return;
    this.#keepalive.alive(this.#now);
    this.#decoder.write(chunk);
  }

  read(): WebSocketEvent | undefined {
    if (this.#failure !== undefined) throw this.#failure;
    try {
      const event = this.#decoder.read();
      if (event !== undefined) this.#observe(event);
      return event;
    } catch (error) {
      throw this.#fail(error);
    }
  }

  /** The input has ended. Throws {@link WebSocketError} 1006 when that was no end. */
  close(): void {
    this.#inputEnded = true;
    if (this.#failure !== undefined) throw this.#failure;
    try {
      this.#decoder.close();
    } catch (error) {
      throw this.#fail(error);
    }
  }

  /** Queues a message or a part of one; its octets are lent until its frames have left. Throws as `acceptEvent`. */
  send(message: OutgoingText | OutgoingBinary): void {
    this.#outbox.send(message);
  }

  /**
   * Queues a ping of at most 125 octets, which are copied.
   *
   * @throws RangeError for more octets
   */
  ping(data: Uint8Array, outcome: PingOutcome): void {
    if (data.length > maxControlBytes) {
      throw new RangeError(`data of a ping must be at most ${maxControlBytes} octets, not ${data.length}`);
    }
    if (this.#phase.type === 'open') {
      this.#pings.add(data, this.#now, outcome);
      this.#outbox.ping(data.slice());
    } else outcome(undefined, new WebSocketError('the connection is closing'));
  }

  /**
   * Begins the closing handshake: the Close follows what was sent before it. Nothing when one has begun.
   *
   * @throws RangeError for a code that may not be sent, or a reason of more than 123 octets of UTF-8
   */
  startClose(closeCode?: number, reason = ''): void {
    const body = encodeCloseBody(closeCode, reason);
    if (this.#phase.type !== 'open') return;
    this.#beginClosing('local', { closeCode: closeCodeOf(body), reason });
    this.#outbox.close(body);
  }

  /** As {@link startClose}, but what was sent before and has not left is dropped; also when a Close waits behind it. */
  abort(closeCode?: number, reason = ''): void {
    const body = encodeCloseBody(closeCode, reason);
    if (this.#phase.type === 'over' || this.#outbox.closeSent) return;
    this.#beginClosing('local', { closeCode: closeCodeOf(body), reason });
    this.#outbox.closeNow(body);
  }

  /** The transport has ended, is broken for that cause, or is given up: nothing comes or goes any more. */
  breakOff(cause: unknown, message = 'the transport broke'): void {
    if (this.#failure === undefined && !this.record.wasClean) {
      this.#failure = new WebSocketError(message, {
        closeCode: CloseCode.AbnormalClosure,
        cause,
      });
      this.#cause = cause;
    }
    this.#end();
  }

  /** The octets that should leave next, if any. Ask only when there is room for them: what is chosen late can overtake. */
  transmit(): Transmission | undefined {
    const closeSent = this.#outbox.closeSent;
    const transmission = this.#outbox.next();
    if (transmission !== undefined && this.#phase.type === 'closing' && !closeSent)
      this.#phase.since = this.#now;
    return transmission;
  }

  /** Whether nothing will leave any more, so that the transport's writable side can be closed. */
  get outputEnded(): boolean {
    if (this.#phase.type === 'over') return true;
    if (!this.#outbox.closeSent || this.#outbox.pending) return false;
    if (this.#failure !== undefined) return true;
    // §7.1.1: the server ends the connection first, the client waits for it.
    return this.#received !== undefined && (this.#role === 'server' || this.#inputEnded);
  }

  /** Whether nothing comes or goes any more: time was up, or the transport has broken. */
  get over(): boolean {
    return this.#phase.type === 'over';
  }

  /** Whether messages are still taken. */
  get open(): boolean {
    return this.#phase.type === 'open';
  }

  /** What the connection has failed of, if it has. */
  get failure(): WebSocketError | undefined {
    return this.#failure;
  }

  /** The end so far. */
  get record(): CloseRecord {
    const sent = this.#outbox.closeSent ? this.#closing : undefined;
    const received = this.#received;
    const wasClean = sent !== undefined && received !== undefined && this.#failure === undefined;
    return { sent, received, initiator: this.#initiator, wasClean, cause: this.#cause };
  }

  /** We stop reading, or read again: the silence of a peer that we do not listen to is no sign of death. */
  set reading(reading: boolean) {
    if (reading) this.#keepalive.alive(this.#now);
    else this.#keepalive.suspend();
  }

  /** When `tick` has something to do, in milliseconds of its clock; Infinity: never. */
  nextDeadline(): number {
    if (this.#phase.type === 'open') return this.#keepalive.deadline;
    return this.#phase.type === 'closing' ? this.#phase.since + this.#closeTimeoutMs : Infinity;
  }

  /** It is `now`, never less than before. Does what is due. */
  tick(now: number): void {
    this.#now = now;
    if (now < this.nextDeadline()) return;
    if (this.#phase.type === 'closing') this.#expire();
    else if (this.#keepalive.tick(now) === 'ping') this.#outbox.ping(new Uint8Array(0));
    else this.#fail(violation(CloseCode.InternalError, 'RFC 6455 §5.5.2', 'ping timeout'));
  }

  #observe(event: WebSocketEvent): void {
    if (event.type === 'ping') this.#outbox.pong(event.data);
    else if (event.type === 'pong') this.#pings.answer(event.data, this.#now);
    else if (event.type === 'close') this.#receiveClose(event);
  }

  /** §5.5.1: a Close is answered by its own code, unless ours has left. */
  #receiveClose({ closeCode, reason }: Close): void {
    this.#received = { closeCode, reason };
    if (!this.#outbox.closeSent) {
      this.#beginClosing('remote', { closeCode, reason: '' });
      this.#outbox.closeNow(encodeCloseBody(closeCode));
    }
    this.#pings.fail(new WebSocketError('the connection is closing'));
  }

  #beginClosing(initiator: 'local' | 'remote', close: CloseFrame): void {
    this.#closing = close;
    this.#initiator ??= initiator;
    if (this.#phase.type === 'open') this.#phase = { type: 'closing', since: this.#now };
  }

  /** §7.1.7: fails the connection. The peer is told why, unless its input ended without a Close. */
  #fail(error: unknown): unknown {
    if (!(error instanceof WebSocketError)) {
      this.breakOff(error);
      return error;
    }
    this.#failure = error;
    this.#cause = error;
    this.#pings.fail(error);
    if (error.closeCode === CloseCode.AbnormalClosure) {
      this.#initiator ??= 'remote';
      this.#end();
    } else if (this.#phase.type !== 'over') {
      this.abort(error.closeCode ?? undefined, error.reason);
    }
    return error;
  }

  /** The closing took too long. */
  #expire(): void {
    if (!this.record.wasClean) {
      this.#failure ??= new WebSocketError('the closing handshake took too long', {
        closeCode: CloseCode.AbnormalClosure,
      });
      this.#cause ??= this.#failure;
    }
    this.#end();
  }

  #end(): void {
    this.#phase = { type: 'over' };
    this.#outbox.end();
    this.#pings.fail(this.#failure ?? new WebSocketError('the connection is closed'));
  }
}

/** The code that stands in the body of a Close, if any. */
function closeCodeOf(body: Uint8Array): number | undefined {
  return body.length === 0 ? undefined : body[0]! * 256 + body[1]!;
}
