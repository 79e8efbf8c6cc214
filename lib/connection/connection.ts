// Both pipes of a WebSocket together, without I/O: bytes in, events out; messages in, bytes out; pings answered, the
// closing handshake run, failures told to the peer. RFC 6455 §5.5, 7. Time is data: `tick(now)` brings it.

import type { Role } from '../base/choice.ts';
import { CloseCode } from '../base/close-code.ts';
import { fuse } from '../base/fuse.ts';
import { showAs } from '../base/shown-as.ts';
import type { Stage } from '../base/stage.ts';
import { violation, WebSocketError } from '../base/websocket-error.ts';
import type { Close, OutgoingBinary, OutgoingText, WebSocketEvent } from '../events/event.ts';
import type { OpenMessage, Ownership } from '../events/message-queue.ts';
import { SendScheduler } from '../events/send-scheduler.ts';
import type { Completion, Transmission } from '../events/transmission.ts';
import { decoderPipe, frameDecoder } from '../events/websocket-decoder.ts';
import type { FrameDecoder } from '../frames/frame-decoder.ts';
import { maxControlBytes } from '../frames/frame-header.ts';
import type { OutgoingPart } from '../messages/message-part.ts';
import { type CloseRecord, closeFrame } from './close-record.ts';
import { CloseState } from './close-state.ts';
import { type ConnectionOptions, connectionOptions } from './connection-options.ts';
import type { ConnectionStats } from './connection-stats.ts';
import { failureOf } from './failure-of.ts';
import { FrameMeter } from './frame-meter.ts';
import { MeteredDeflater, MeteredInflater } from './metered-codec.ts';
import { maxPendingPings, PendingPings, type PingOutcome } from './pending-pings.ts';
import { type Due, type TimeoutInput, Timeouts } from './timeouts.ts';

const noBytes = new Uint8Array(0);
const ignore = () => {};

/**
 * The core of the protocol. `receive` takes the bytes that came and `read` returns the events in them; `send` takes
 * messages and `transmit` returns the bytes that should leave.
 *
 * `read` throws {@link WebSocketError} when the connection fails, `receiveEnd` when the input ends without a Close. What the
 * peer is still to be told is in what `transmit` returns then.
 */
export class Connection {
  static {
    showAs(Connection, connection => {
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
  readonly #meter: FrameMeter;
  readonly #inflater: MeteredInflater | undefined;
  readonly #deflater: MeteredDeflater | undefined;
  readonly #closing: CloseState;
  readonly #answersPings: boolean;
  #pings: PendingPings | undefined;
  /** Whether the last bytes held an event that the application may answer. */
  #answerable = false;
  /** A Close of the peer, or its fault, that waits until the application has had time to answer what came before it. */
  #pendingEnd: { readonly event: Close } | { readonly error: unknown } | undefined;
  /** What the tap is being shown. */
  #upcoming: Transmission | undefined;
  #now: number;

  /** @param now - milliseconds of a monotonic clock, the same that `tick` gets */
  constructor(given: ConnectionOptions, now = 0) {
    const options = connectionOptions.check(given);
    this.#role = options.role;
    this.#now = now;
    this.#answersPings = options.autoPong;
    this.#meter = new FrameMeter(options);
    const { inflater, compression } = options;
    this.#inflater = inflater && new MeteredInflater(inflater);
    this.#deflater = compression && new MeteredDeflater(compression.deflater);
    const frames = frameDecoder(options);
    this.#decoder = decoderPipe({ ...options, inflater: this.#inflater }, fuse(frames, this.#meter));
    const metered = compression && this.#deflater && { ...compression, deflater: this.#deflater };
    this.#scheduler = new SendScheduler({ ...options, compression: metered }, this.#meter);
    this.#timeouts = new Timeouts(options, new Inside(frames, this.#meter, options.deliver !== 'parts'), now);
    this.#closing = new CloseState(options);
    this.#frames = frames;
  }

  /**
   * Takes bytes that have come. Call only after `read` has returned `undefined`. After a failure they are dropped (§7.1.7).
   *
   * @param now - when they came. Default: at the last tick
   */
  receive(bytes: Uint8Array, now: number = this.#now): void {
    this.passTime(now);
    if (this.failure !== undefined || this.#pendingEnd !== undefined) return;
    this.#answerable = false;
    this.#meter.received.wireBytes += bytes.byteLength;
    this.#timeouts.received(bytes.byteLength, now);
    this.#decoder.write(bytes);
  }

  /**
   * Returns the next event, or `undefined`: more bytes are needed, or, if `busy`, another call in a later task.
   *
   * A Close that follows other events is such a case, and so is a failure: what the application sends until the later call
   * leaves before the Close, as far as `transmit` has returned it by then.
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

  /** True if the end of the connection has come and the next call of `read` tells of it. */
  get endPending(): boolean {
    return this.#pendingEnd !== undefined && this.failure === undefined;
  }

  /** The input has ended. Throws {@link WebSocketError} 1006 if it ended without a Close. */
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
   * @param completion - told when the transport has taken the last byte, or when it never will. Not told if the closing has
   *   begun
   * @param message - the open message that this is a part of. Default: the one before it if that has not ended
   * @param ownership - `'given'` if nobody changes the bytes any more. Default: they are copied
   */
  send(
    event: OutgoingText | OutgoingBinary,
    completion?: Completion,
    message?: OpenMessage,
    ownership: Ownership = 'borrowed',
  ): void {
    if (!this.open) return;
    this.#scheduler.send(event, ownership, completion, message);
    this.#meter.acceptMessage();
  }

  /** Queues a whole message that is ready as it is; its bytes must not change. Does nothing if the closing has begun. */
  sendPrepared(part: OutgoingPart, completion?: Completion): void {
    if (!this.open) return;
    this.#scheduler.sendPart(part, completion);
    this.#meter.acceptMessage();
  }

  /** Opens a message that is sent in parts, at its own pace: messages after it wait until it has ended. */
  openMessage(): OpenMessage {
    return this.#scheduler.openMessage();
  }

  /** Removes an open message, with what waits of it; false: part of it has left. */
  dropMessage(message: OpenMessage, error: unknown): boolean {
    return this.#scheduler.dropMessage(message, error);
  }

  /**
   * Queues a ping. Its time counts from when it has left.
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
      return outcome(undefined, new RangeError(`${maxPendingPings} pings wait for their pongs already`));
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

  /** As {@link close}, but what was sent before and has not left is dropped, also if another Close waits after it. */
  closeNow(closeCode?: number, reason = ''): void {
    const close = closeFrame(closeCode, reason);
    if (this.#scheduler.queuedMessages > 0) this.#closing.loseMessages();
    this.#closing.begin(this.#now);
    this.#scheduler.closeNow(close, closingError());
  }

  /** The transport has failed, or has ended in both directions: nothing comes or goes any more. */
  transportFailed(cause: unknown): void {
    this.#closing.cutOff('the transport broke', cause);
    this.#end();
  }

  /** Gives the transport up: nothing comes or goes any more. */
  terminate(message: string, cause?: unknown): void {
    this.#closing.cutOff(message, cause, 'local');
    this.#end();
  }

  /**
   * Returns the bytes that should leave next, if any. Ask only if the transport has room: what is chosen late can overtake.
   * Call `sent()` of each transmission when the transport has taken it, or `lost()` if it fails. If frames cannot be
   * encoded, because the source of masking keys or a compressor throws, the connection is given up.
   */
  transmit(): Transmission | undefined {
    if (this.#upcoming === undefined) this.#prepare();
    const transmission = this.#upcoming;
    this.#upcoming = undefined;
    return transmission;
  }

  /** The tap may itself transmit: it gets what it is shown first. */
  #prepare(): void {
    this.#upcoming = this.#next();
    if (this.#upcoming === undefined) return;
    this.#meter.sent.wireBytes += this.#upcoming.byteLength;
    if (!this.open) this.#closing.progress(this.#now, this.#scheduler.sent);
    this.#meter.showSent();
  }

  /** True if `transmit` may have something to return. */
  get wantsToTransmit(): boolean {
    return this.#scheduler.ready;
  }

  /** True if `transmit` has worked as long as one call may and is to be asked again, in a later task. */
  get transmitBusy(): boolean {
    return this.#scheduler.busy;
  }

  /** The transport has no room for bytes that wait. */
  transportBlocked(now: number): void {
    this.#now = now;
    this.#timeouts.blocked(now);
    this.#scheduler.stalled = true;
  }

  /** A transport that was blocked takes bytes again. */
  transportUnblocked(now: number): void {
    this.#now = now;
    this.#timeouts.unblocked(now);
    this.#scheduler.stalled = false;
  }

  #next(): Transmission | undefined {
    try {
      return this.#scheduler.next();
    } catch (error) {
      this.terminate('cannot encode frames: the compressor or randomBytes failed', error);
      return undefined;
    }
  }

  /** True if nothing will leave any more, so that the transport's writable side can be closed. */
  get outputEnded(): boolean {
    return this.over || (this.#scheduler.finished && this.#closing.outputMayEnd(this.#role));
  }

  /** True if nothing comes or goes any more: time was up, or the transport has failed. */
  get over(): boolean {
    return this.#closing.over;
  }

  /** True while messages are accepted. */
  get open(): boolean {
    return this.#closing.open;
  }

  /** Why the connection has failed, if it has. */
  get failure(): WebSocketError | undefined {
    return this.#closing.failure;
  }

  /** The end as far as it has come. */
  get record(): CloseRecord {
    return this.#closing.record;
  }

  /** We stop reading: the silence of a peer that we do not listen to is no sign of death. */
  pauseReading(): void {
    this.#timeouts.suspend(this.#now);
  }

  /** We read again. */
  resumeReading(): void {
    this.#timeouts.resume(this.#now);
  }

  /**
   * When `tick` has something to do, in milliseconds of its clock; Infinity: never. It may become earlier with everything
   * that happens, but while the connection is open not by less than `shortestTimeoutMs` from then.
   */
  nextDeadline(): number {
    return this.open ? this.#timeouts.deadline : this.#closing.deadline;
  }

  /** The shortest of the timeouts of an open connection, in milliseconds. */
  get shortestTimeoutMs(): number {
    return this.#timeouts.shortestMs;
  }

  /** It is `now`; nothing is due. */
  passTime(now: number): void {
    this.#now = now;
    this.#meter.tick(now);
  }

  /** It is `now`, never less than before. Does what is due. */
  tick(now: number): void {
    this.passTime(now);
    if (now < this.nextDeadline()) return;
    if (this.open) this.#handle(this.#timeouts.tick(now));
    else if (this.#closing.late(now)) this.terminate('the closing handshake took too long');
  }

  /** What has passed so far. */
  stats(): ConnectionStats {
    const { received, sent } = this.#meter;
    return {
      received: { ...received, ratio: this.#inflater?.ratio },
      sent: { ...sent, ratio: this.#deflater?.ratio },
      roundTripMs: this.#pings?.roundTripMs,
    };
  }

  /** The bytes of the messages that have not wholly left; text that is not encoded counts three for each UTF-16 unit. */
  get queuedBytes(): number {
    return this.#scheduler.queuedBytes;
  }

  /** The number of messages that have not wholly left. */
  get queuedMessages(): number {
    return this.#scheduler.queuedMessages;
  }

  #handle(due: Due): void {
    if (due === 'ping') this.#pingPeer();
    else if (due === 'pong') this.#scheduler.pong(noBytes);
    else if (due === 'idle timeout') this.close(CloseCode.GoingAway, due);
    else if (due === 'frame timeout') this.#fail(violation(CloseCode.PolicyViolation, 'RFC 6455 §10.4', due));
    else if (due === 'ping timeout') this.#giveUpSilentPeer();
    else if (due === 'write timeout') this.#giveUpBlockedPeer();
  }

  #pingPeer(): void {
    this.#scheduler.ping(noBytes, { sent: () => this.#timeouts.pingLeft(this.#now), lost: ignore });
  }

  /** It is told, but not waited for. */
  #giveUpSilentPeer(): void {
    this.#fail(violation(CloseCode.InternalError, 'RFC 6455 §5.5.2', 'ping timeout'));
    this.#closing.expire();
  }

  #giveUpBlockedPeer(): void {
    const ms = this.#timeouts.writeTimeoutMs;
    this.terminate(`the transport has taken no bytes for ${ms} ms (writeTimeoutMs)`);
  }

  #observe(event: WebSocketEvent): WebSocketEvent | undefined {
    if (event.type === 'close') {
      if (this.#postpone({ event })) return undefined;
      this.#receiveClose(event);
      return event;
    }
    this.#answerable = true;
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

  /** §5.5.1: a Close is answered by its own code and reason, unless ours has left. */
  #receiveClose({ closeCode, reason }: Close): void {
    this.#closing.receive({ closeCode, reason });
    this.closeNow(closeCode, reason);
    this.#pings?.fail(closingError());
  }

  /** §7.1.7: fails the connection. The peer is told why, unless its input ended without a Close. */
  #fail(error: unknown): WebSocketError {
    const failure = failureOf(error);
    this.#pings?.fail(failure);
    // It releases the chunk.
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

function closingError(): WebSocketError {
  return WebSocketError.of('the connection is closing');
}

/** What the timeouts ask. */
class Inside implements TimeoutInput {
  readonly #frames: FrameDecoder;
  readonly #meter: FrameMeter;
  readonly #collects: boolean;

  constructor(frames: FrameDecoder, meter: FrameMeter, collects: boolean) {
    this.#frames = frames;
    this.#meter = meter;
    this.#collects = collects;
  }

  get inside(): boolean {
    return this.#frames.insideFrame || (this.#collects && this.#meter.insideMessage);
  }

  get messageAt(): number {
    return this.#meter.messageAt;
  }
}

/** @throws RangeError for more than 125 bytes */
function checkControlData(type: 'ping' | 'pong', data: Uint8Array): void {
  if (data.length > maxControlBytes) {
    throw new RangeError(`data of a ${type} must be at most ${maxControlBytes} bytes (got ${data.length})`);
  }
}
