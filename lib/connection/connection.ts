// The decoder and the encoder of a WebSocket together, without I/O: bytes in, events out; messages in, bytes out. Answers
// pings, runs the closing handshake, reports failures to the peer. RFC 6455 §5.5, 7. The caller passes the time to `tick`.

import { CloseCode } from '../base/close-code.ts';
import type { Role } from '../base/role.ts';
import { showAs } from '../base/shown-as.ts';
import type { Stage } from '../base/stage.ts';
import { violation, WebSocketError, type WebSocketErrorCode } from '../base/websocket-error.ts';
import type { Close, OutgoingBinary, OutgoingText, WebSocketEvent } from '../events/event.ts';
import type { OpenMessage, Ownership } from '../events/message-queue.ts';
import type { OutgoingCompression } from '../events/part-deflater.ts';
import { SendScheduler } from '../events/send-scheduler.ts';
import type { Completion, Transmission } from '../events/transmission.ts';
import { decoderPipe, frameDecoder } from '../events/websocket-decoder.ts';
import type { FrameDecoder } from '../frames/frame-decoder.ts';
import { maxControlBytes } from '../frames/frame-header.ts';
import type { OutgoingPart } from '../messages/message-part.ts';
import { type CloseRecord, closeFrame } from './close-record.ts';
import { CloseState } from './close-state.ts';
import {
  type ConnectionOptions,
  connectionOptions,
  type SettledConnectionOptions,
} from './connection-options.ts';
import type { ConnectionStats } from './connection-stats.ts';
import { failureOf } from './failure-of.ts';
import { FrameObserver } from './frame-observer.ts';
import { MeteredDeflater, MeteredInflater } from './metered-codec.ts';
import { maxPendingPings, PendingPings, type PingOutcome } from './pending-pings.ts';
import { type TimeoutAction, type TimeoutInput, Timeouts } from './timeouts.ts';

const noBytes = new Uint8Array(0);
const ignore = () => {};

/**
 * The core of the protocol. `receive` takes received bytes and `read` returns the events in them; `send` takes messages
 * and `transmit` returns the bytes to write to the transport.
 *
 * `read` throws {@link WebSocketError} when the connection fails, `receiveEnd` when the input ends without a Close. After
 * that `transmit` returns the Close frame, if one has to be sent.
 */
export class Connection {
  static {
    showAs(Connection, 'Connection', connection => {
      const { open, over, queuedBytes, queuedMessages, record } = connection;
      const state = over ? 'over' : open ? 'open' : 'closing';
      const shown = { role: connection.#role, state, queuedBytes, queuedMessages };
      return open ? shown : { ...shown, record };
    });
  }

  readonly #role: Role;
  readonly #decoder: Stage<Uint8Array, WebSocketEvent>;
  readonly #frames: FrameDecoder;
  readonly #scheduler: SendScheduler;
  readonly #timeouts: Timeouts;
  readonly #observer: FrameObserver;
  readonly #inflater: MeteredInflater | undefined;
  readonly #deflater: MeteredDeflater | undefined;
  readonly #closing: CloseState;
  readonly #answersPings: boolean;
  #pings: PendingPings | undefined;
  /** Whether the last bytes held an event that the application may answer. */
  #answerable = false;
  /** Whether the last event was the end of a message, or a control frame: nothing of it is left in the decoder. */
  #complete = false;
  /** A Close of the peer, or its fault, that waits until the application has had time to answer what came before it. */
  #pendingEnd: { readonly event: Close } | { readonly error: unknown } | undefined;
  /** The transmission that the tap is being shown. */
  #upcoming: Transmission | undefined;
  #now: number;

  /** @param now - milliseconds of a monotonic clock, the same that `tick` gets */
  constructor(given: ConnectionOptions, now = 0) {
    const options = metered(connectionOptions.check(given));
    this.#role = options.role;
    this.#now = now;
    this.#answersPings = options.autoPong;
    this.#observer = new FrameObserver(options);
    this.#inflater = options.inflater;
    this.#deflater = options.compression?.deflater;
    const frames = frameDecoder(options);
    this.#decoder = decoderPipe(options, frames, this.#observer);
    this.#scheduler = new SendScheduler(options, this.#observer);
    this.#timeouts = new Timeouts(
      options,
      new ReceiveProgress(frames, this.#observer, options.deliver !== 'parts'),
      now,
    );
    this.#closing = new CloseState(options);
    this.#frames = frames;
  }

  /**
   * Takes received bytes. Call it only after `read` has returned `undefined`. After a failure they are dropped (§7.1.7).
   *
   * @param now - the time at which they arrived. Default: that of the last tick
   */
  receive(bytes: Uint8Array, now: number = this.#now): void {
    this.passTime(now);
    if (this.failure !== undefined || this.#pendingEnd !== undefined) return;
    this.#answerable = false;
    this.#complete = false;
    this.#observer.received.wireBytes += bytes.byteLength;
    this.#timeouts.received(bytes.byteLength, now);
    this.#decoder.write(bytes);
  }

  /**
   * Returns the next event, or `undefined` if more bytes are needed or, if `busy`, another call in a later task.
   *
   * It is also busy before a Close or a failure that follows other events. Messages that the application sends until the later
   * call precede our Close, as far as `transmit` has returned them by then.
   */
  read(): WebSocketEvent | undefined {
    if (this.failure !== undefined) throw this.failure;
    if (this.#pendingEnd !== undefined) return this.#takePendingEnd();
    try {
      const event = this.#decoder.read();
      return event === undefined ? undefined : this.#observe(event);
    } catch (error) {
      if (!this.#postpone({ error })) throw this.#fail(error);
      return undefined;
    }
  }

  /** True if `read` has returned `undefined` because it had worked as long as one call may, or because an end waits. */
  get busy(): boolean {
    return this.endPending || (this.#decoder.busy === true && this.failure === undefined);
  }

  /** True if `read` would return `undefined`, and need not be called. It may be false although that is so. */
  get exhausted(): boolean {
    return this.#complete && this.#frames.exhausted && this.#pendingEnd === undefined;
  }

  /** True if the end of the connection has come and the next call of `read` tells of it. */
  get endPending(): boolean {
    return this.#pendingEnd !== undefined && this.failure === undefined;
  }

  /** Ends the input. Throws {@link WebSocketError} 1006 if it ended without a Close. */
  receiveEnd(): void {
    this.#closing.endInput();
    if (this.failure !== undefined) throw this.failure;
    try {
      if (this.#pendingEnd !== undefined && 'error' in this.#pendingEnd) throw this.#pendingEnd.error;
      this.#decoder.close();
    } catch (error) {
      throw this.#fail(error);
    }
  }

  /**
   * Queues a message or a part of one. Does nothing if the closing has begun. Throws as `acceptEvent`.
   *
   * @param completion - called when the transport has taken the last byte, or when it never will. Not called if the closing
   *   has begun
   * @param message - the open message that this is a part of. Default: the one before it if that has not ended
   * @param ownership - `'owned'` if the caller will not change the bytes any more. Default: they are copied
   */
  send(
    event: OutgoingText | OutgoingBinary,
    completion?: Completion,
    message?: OpenMessage,
    ownership: Ownership = 'borrowed',
  ): void {
    if (!this.open) return;
    this.#scheduler.send(event, ownership, completion, message);
    this.#observer.acceptMessage();
  }

  /** Queues a whole message that is ready as it is; its bytes must not change. Does nothing if the closing has begun. */
  sendPrepared(part: OutgoingPart, completion?: Completion): void {
    if (!this.open) return;
    this.#scheduler.sendPart(part, completion);
    this.#observer.acceptMessage();
  }

  /** Opens a message that is sent in parts, at its own pace: messages after it wait until it has ended. */
  openMessage(): OpenMessage {
    return this.#scheduler.openMessage();
  }

  /** Removes an open message with its queued parts. Returns false if a part of it was sent. */
  dropMessage(message: OpenMessage, error: unknown): boolean {
    return this.#scheduler.dropMessage(message, error);
  }

  /**
   * Queues a ping. Its round trip is measured from when it is sent.
   *
   * @param data - at most 125 bytes, which are copied
   * @throws RangeError for more bytes
   */
  ping(data: Uint8Array, outcome: PingOutcome): void {
    checkControlData('ping', data);
    if (!this.open) return outcome(undefined, WebSocketError.of('the connection is closing'));
    this.#pings ??= new PendingPings();
    const ping = this.#pings.add(data, this.#now, outcome);
    if (ping === undefined) {
      return outcome(undefined, new RangeError(`at most ${maxPendingPings} pings may wait for their pongs`));
    }
    const sent = () => {
      ping.sentAt = this.#now;
    };
    this.#scheduler.ping(new Uint8Array(data), { sent, lost: ignore });
  }

  /**
   * Queues a pong: an answer to a ping if `autoPong` is off, or an unsolicited one.
   *
   * @param data - at most 125 bytes, which are copied
   * @throws RangeError for more bytes
   */
  pong(data: Uint8Array): void {
    checkControlData('pong', data);
    if (this.open) this.#scheduler.pong(data);
  }

  /**
   * Begins the closing handshake: the Close follows what was sent before it. Does nothing if one has begun.
   *
   * @throws RangeError for a code that may not be sent, or a reason of more than 123 bytes of UTF-8
   */
  close(closeCode?: number, reason = ''): void {
    const close = closeFrame(closeCode, reason);
    this.#closing.begin(this.#now);
    this.#scheduler.close(close, closingError());
  }

  /** As {@link close}, but drops all queued messages, and replaces a queued Close. */
  closeNow(closeCode?: number, reason = ''): void {
    const close = closeFrame(closeCode, reason);
    if (this.#scheduler.queuedMessages > 0) this.#closing.loseMessages();
    this.#closing.begin(this.#now);
    this.#scheduler.closeNow(close, closingError());
  }

  /** Ends the connection because the transport has failed, or has ended in both directions. */
  transportFailed(cause: unknown): void {
    const why = 'the transport ended before the closing handshake was complete';
    const words = cause instanceof Error ? `the transport failed: ${cause.message}` : 'the transport failed';
    this.#closing.cutOff('ERR_TRANSPORT', cause === undefined ? why : words, cause);
    this.#end();
  }

  /** Ends the connection without a closing handshake: nothing is sent or received any more. */
  terminate(message: string, cause?: unknown): void {
    this.#endNow('ERR_TERMINATED', message, cause);
  }

  /**
   * Returns the bytes to send next, if any. Call it only if the transport has room: control frames overtake queued messages.
   * Call `sent()` of each transmission when the transport has taken it, or `lost()` if it fails. If frames cannot be
   * encoded, because the source of masking keys or a compressor throws, the connection ends.
   */
  transmit(): Transmission | undefined {
    if (this.#upcoming === undefined) this.#prepare();
    const transmission = this.#upcoming;
    this.#upcoming = undefined;
    return transmission;
  }

  /** Chooses the next transmission before the tap sees it, because the tap may itself call `transmit`. */
  #prepare(): void {
    this.#upcoming = this.#next();
    if (this.#upcoming === undefined) return;
    this.#observer.sent.wireBytes += this.#upcoming.byteLength;
    if (!this.open) this.#closing.progress(this.#now, this.#scheduler.sent);
    this.#observer.showSent();
  }

  /** True if `transmit` may have something to return. */
  get wantsToTransmit(): boolean {
    return this.#scheduler.ready;
  }

  /** True if `transmit` has used the budget of one call and must be called again, in a later task. */
  get transmitBusy(): boolean {
    return this.#scheduler.busy;
  }

  /**
   * Uses the memory of frames again, which `Transmission.sent(true)` gives back. For a transport that copies what it takes.
   *
   * @internal
   */
  reuseFrames(): void {
    this.#scheduler.reusesFrames = true;
  }

  /** Records that the transport has no room for queued bytes. */
  transportBlocked(now: number): void {
    this.#now = now;
    this.#timeouts.blocked(now);
    this.#scheduler.stalled = true;
  }

  /** Records that a blocked transport takes bytes again. */
  transportUnblocked(now: number): void {
    this.#now = now;
    this.#timeouts.unblocked(now);
    this.#scheduler.stalled = false;
  }

  #next(): Transmission | undefined {
    try {
      return this.#scheduler.next();
    } catch (error) {
      this.#endNow('ERR_INTERNAL', 'cannot encode frames: the compressor or randomBytes failed', error);
      return undefined;
    }
  }

  /** True if nothing will be sent any more, so that the transport's writable side can be closed. */
  get outputEnded(): boolean {
    return this.over || (this.#scheduler.finished && this.#closing.outputMayEnd(this.#role));
  }

  /** True if nothing is sent or received any more: the closing has ended or timed out, or the transport has failed. */
  get over(): boolean {
    return this.#closing.over;
  }

  /** True while messages are accepted. */
  get open(): boolean {
    return this.#closing.open;
  }

  /** The error that failed the connection, if one did. */
  get failure(): WebSocketError | undefined {
    return this.#closing.failure;
  }

  /** The close record so far. */
  get record(): CloseRecord {
    return this.#closing.record;
  }

  /** Records that we stop reading. Until we read again the peer's silence means nothing. */
  pauseReading(): void {
    this.#timeouts.suspend(this.#now);
  }

  /** Records that we read again. */
  resumeReading(): void {
    this.#timeouts.resume(this.#now);
  }

  /**
   * Returns the time at which `tick` has something to do, in milliseconds of its clock; Infinity if never. Any event may
   * move it, but while the connection is open never to less than `shortestTimeoutMs` after that event.
   */
  nextDeadline(): number {
    return this.open ? this.#timeouts.deadline : this.#closing.deadline;
  }

  /** The shortest of the timeouts of an open connection, in milliseconds. */
  get shortestTimeoutMs(): number {
    return this.#timeouts.shortestMs;
  }

  /** Sets the time without acting on deadlines. */
  passTime(now: number): void {
    this.#now = now;
    this.#observer.tick(now);
  }

  /** Sets the time, which never goes back, and acts on deadlines. */
  tick(now: number): void {
    this.passTime(now);
    if (now < this.nextDeadline()) return;
    if (this.open) this.#handle(this.#timeouts.tick(now));
    else if (this.#closing.late(now)) {
      const ms = this.#closing.closeTimeoutMs;
      const message = `the closing handshake took longer than ${ms} ms (closeTimeoutMs)`;
      this.#endNow('ERR_CLOSE_TIMEOUT', message);
    }
  }

  /** Returns the traffic so far. */
  stats(): ConnectionStats {
    const { received, sent } = this.#observer;
    return {
      received: { ...received, ratio: this.#inflater?.ratio },
      sent: { ...sent, ratio: this.#deflater?.ratio },
      roundTripMs: this.#pings?.roundTripMs,
    };
  }

  /** The bytes of messages not sent completely; a text of more than 64 Ki UTF-16 units counts 3 bytes for each of them. */
  get queuedBytes(): number {
    return this.#scheduler.queuedBytes;
  }

  /** The number of messages not sent completely. */
  get queuedMessages(): number {
    return this.#scheduler.queuedMessages;
  }

  #handle(action: TimeoutAction): void {
    if (action === 'ping') this.#pingPeer();
    else if (action === 'pong') this.#scheduler.pong(noBytes);
    else if (action === 'idle timeout') this.close(CloseCode.GoingAway, action);
    else if (action === 'frame timeout') this.#failSlowPeer();
    else if (action === 'ping timeout') this.#failSilentPeer();
    else if (action === 'write timeout') this.#failBlockedPeer();
  }

  #pingPeer(): void {
    this.#scheduler.ping(noBytes, { sent: () => this.#timeouts.pingLeft(this.#now), lost: ignore });
  }

  /** Sends a Close frame but does not wait for the reply. */
  #failSilentPeer(): void {
    const limit = this.#timeouts.limitOf('ping timeout');
    const code = 'ERR_PING_TIMEOUT';
    this.#fail(violation(CloseCode.InternalError, 'RFC 6455 §5.5.2', 'ping timeout', limit, code));
    this.#closing.expire();
  }

  #failBlockedPeer(): void {
    const ms = this.#timeouts.writeTimeoutMs;
    this.#endNow('ERR_WRITE_TIMEOUT', `the transport has taken no bytes for ${ms} ms (writeTimeoutMs)`);
  }

  #failSlowPeer(): void {
    const limit = this.#timeouts.limitOf('frame timeout');
    const code = 'ERR_FRAME_TIMEOUT';
    this.#fail(violation(CloseCode.PolicyViolation, 'RFC 6455 §10.4', 'frame timeout', limit, code));
  }

  #endNow(code: WebSocketErrorCode, message: string, cause?: unknown): void {
    this.#closing.cutOff(code, message, cause, 'local');
    this.#end();
  }

  #observe(event: WebSocketEvent): WebSocketEvent | undefined {
    if (event.type === 'close') {
      if (this.#postpone({ event })) return undefined;
      this.#receiveClose(event);
      return event;
    }
    this.#answerable = true;
    this.#complete = !('last' in event) || event.last;
    if (event.type === 'ping') {
      if (this.#answersPings) this.#scheduler.pong(event.data);
    } else if (event.type === 'pong') this.#pings?.answer(event.data, this.#now);
    return event;
  }

  /** Returns false if the application can answer nothing before this end. */
  #postpone(end: { readonly event: Close } | { readonly error: unknown }): boolean {
    if (!this.#answerable || !this.open) return false;
    this.#pendingEnd = end;
    return true;
  }

  #takePendingEnd(): Close {
    const end = this.#pendingEnd!;
    this.#pendingEnd = undefined;
    if ('error' in end) throw this.#fail(end.error);
    this.#receiveClose(end.event);
    return end.event;
  }

  /** §5.5.1: answers a Close with its own code and reason, unless ours was sent. */
  #receiveClose({ closeCode, reason }: Close): void {
    this.#closing.receive({ closeCode, reason });
    this.closeNow(closeCode, reason);
    this.#pings?.fail(closingError());
  }

  /** §7.1.7: fails the connection. Sends the peer a Close, unless its input ended without one. */
  #fail(error: unknown): WebSocketError {
    const failure = failureOf(error);
    this.#pings?.fail(failure);
    // Releases the current chunk.
    this.#frames.write(noBytes);
    if (failure.closeCode === CloseCode.AbnormalClosure) {
      this.#closing.fail(failure, 'remote');
      this.#closing.finish();
      this.#end();
    } else {
      this.#closing.fail(failure, 'local');
      this.closeNow(failure.closeCode ?? undefined, failure.reason);
    }
    return failure;
  }

  #end(): void {
    const error = this.failure ?? closingError();
    if (this.#scheduler.queuedMessages > 0) this.#closing.loseMessages();
    this.#scheduler.end(error);
    this.#upcoming?.lost(error);
    this.#upcoming = undefined;
    this.#pings?.fail(error);
  }
}

interface MeteredOptions extends SettledConnectionOptions {
  readonly inflater: MeteredInflater | undefined;
  readonly compression: (OutgoingCompression & { readonly deflater: MeteredDeflater }) | undefined;
}

/** Returns the options with codecs that measure their ratio. */
function metered(options: SettledConnectionOptions): MeteredOptions {
  const { inflater, compression } = options;
  if (inflater === undefined && compression === undefined) return options as MeteredOptions;
  return {
    ...options,
    inflater: inflater && new MeteredInflater(inflater),
    compression: compression && { ...compression, deflater: new MeteredDeflater(compression.deflater) },
  };
}

function closingError(): WebSocketError {
  return WebSocketError.of('the connection is closing');
}

/** Reports the progress of the input to the timeouts. */
class ReceiveProgress implements TimeoutInput {
  readonly #frames: FrameDecoder;
  readonly #observer: FrameObserver;
  readonly #collects: boolean;

  constructor(frames: FrameDecoder, observer: FrameObserver, collects: boolean) {
    this.#frames = frames;
    this.#observer = observer;
    this.#collects = collects;
  }

  get inside(): boolean {
    return this.#frames.insideFrame || (this.#collects && this.#observer.insideMessage);
  }

  get messageAt(): number {
    return this.#observer.messageAt;
  }
}

/** @throws RangeError for more than 125 bytes */
function checkControlData(type: 'ping' | 'pong', data: Uint8Array): void {
  if (data.length > maxControlBytes) {
    throw new RangeError(`data of a ${type} must be at most ${maxControlBytes} bytes (got ${data.length})`);
  }
}
