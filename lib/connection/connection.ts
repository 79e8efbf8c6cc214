// Both pipes of a WebSocket together, without I/O: octets in, events out; messages in, octets out; pings answered, the
// closing handshake run, failures told to the peer. RFC 6455 §5.5, 7. Time is data: `tick(now)` brings it.

import type { Role } from '../base/choice.ts';
import { CloseCode } from '../base/close-code.ts';
import { fuse } from '../base/fuse.ts';
import type { Stage } from '../base/stage.ts';
import { violation, WebSocketError } from '../base/websocket-error.ts';
import type { Close, OutgoingBinary, OutgoingText, WebSocketEvent } from '../events/event.ts';
import { decoderPipe, frameDecoder } from '../events/websocket-decoder.ts';
import type { FrameDecoder } from '../frames/frame-decoder.ts';
import { maxControlBytes } from '../frames/frame-header.ts';
import type { OutgoingPart } from '../messages/message-part.ts';
import { type CloseRecord, closeFrame } from './close-record.ts';
import { type ConnectionOptions, connectionOptions } from './connection-options.ts';
import type { ConnectionStats } from './connection-stats.ts';
import type { OnSent, QueuedMessage } from './data-lane.ts';
import { Ending } from './ending.ts';
import { failureOf } from './failure-of.ts';
import { FrameMeter } from './frame-meter.ts';
import { MeteredDeflater, MeteredInflater } from './metered-codec.ts';
import { Outbox, type Transmission } from './outbox.ts';
import { PingLedger, type PingOutcome } from './ping-ledger.ts';
import { type Due, Timeouts } from './timeouts.ts';

const ignore = () => {};
const noBytes = new Uint8Array(0);

/**
 * The protocol's core. As a {@link Stage} it turns octets into events; `transmit` gives the octets that should leave.
 *
 * `read` throws {@link WebSocketError} when the connection fails, `close` when the input ends without a Close; what is
 * owed to the peer then is in what `transmit` gives.
 */
export class Connection implements Stage<Uint8Array, WebSocketEvent> {
  readonly #role: Role;
  readonly #decoder: Stage<Uint8Array, WebSocketEvent>;
  readonly #frames: FrameDecoder;
  readonly #outbox: Outbox;
  readonly #timeouts: Timeouts;
  readonly #meter: FrameMeter;
  readonly #inflater: MeteredInflater | undefined;
  readonly #deflater: MeteredDeflater | undefined;
  readonly #ending: Ending;
  readonly #pings = new PingLedger();
  #now: number;

  /** @param now - milliseconds of a monotonic clock, the same that `tick` gets */
  constructor(given: ConnectionOptions, now = 0) {
    const options = connectionOptions.check(given);
    this.#role = options.role;
    this.#now = now;
    this.#meter = new FrameMeter(options);
    const { inflater, compression, maxFrameBytes } = options;
    this.#inflater = inflater && new MeteredInflater(inflater);
    this.#deflater = compression && new MeteredDeflater(compression.deflater);
    const frames = frameDecoder(options);
    this.#decoder = decoderPipe({ ...options, inflater: this.#inflater }, fuse(frames, this.#meter));
    const metered = compression && this.#deflater && { ...compression, deflater: this.#deflater };
    this.#outbox = new Outbox({ ...options, compression: metered, maxFrameBytes }, this.#meter);
    this.#timeouts = new Timeouts(options, frames, this.#meter, now);
    this.#ending = new Ending(options);
    this.#frames = frames;
  }

  /**
   * Octets that have come. Behind a failure they are dropped (§7.1.7).
   *
   * @param now - when they came; default: at the last tick
   */
  write(chunk: Uint8Array, now: number = this.#now): void {
    this.#now = now;
    this.#meter.tick(now);
    if (this.failure !== undefined) return;
    this.#meter.received.wireBytes += chunk.byteLength;
    this.#timeouts.octets(this.#now);
    this.#decoder.write(chunk);
  }

  read(): WebSocketEvent | undefined {
    if (this.failure !== undefined) throw this.failure;
    try {
      const event = this.#decoder.read();
      if (event !== undefined) this.#observe(event);
      return event;
    } catch (error) {
      throw this.#fail(error);
    }
  }

  /** Whether `read` needs another call, in a later task, before `write` or `close`: see {@link Stage}. */
  get busy(): boolean {
    return this.failure === undefined && this.#decoder.busy === true;
  }

  /** The input has ended. Throws {@link WebSocketError} 1006 when that was no end. */
  close(): void {
    this.#ending.endInput();
    if (this.failure !== undefined) throw this.failure;
    try {
      this.#decoder.close();
    } catch (error) {
      throw this.#fail(error);
    }
  }

  /**
   * Queues a message or a part of one; its octets are lent until its frames have left. Nothing when the closing has
   * begun. Throws as `acceptEvent`.
   *
   * @param onSent - told when the transmission with its last octets has been given to the transport
   * @param message - an open message that this is a part of; default: the one before it, if that has not ended
   */
  send(event: OutgoingText | OutgoingBinary, onSent: OnSent = ignore, message?: QueuedMessage): void {
    if (!this.open) return;
    this.#outbox.send(event, onSent, message);
    this.#meter.acceptMessage();
  }

  /** Queues a whole message that is ready as it is; its octets are lent. Nothing when the closing has begun. */
  sendReady(part: OutgoingPart, onSent: OnSent = ignore): void {
    if (!this.open) return;
    this.#outbox.sendReady(part, onSent);
    this.#meter.acceptMessage();
  }

  /** Queues a message that will be sent in parts, at its own pace: what is sent after it waits until it has ended. */
  openMessage(): QueuedMessage {
    return this.#outbox.open();
  }

  /** Takes an open message out again, with what waits of it; false: part of it has left. */
  dropMessage(message: QueuedMessage): boolean {
    return this.#outbox.drop(message);
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
    if (!this.open) return outcome(undefined, WebSocketError.of('the connection is closing'));
    this.#pings.add(data, this.#now, outcome);
    this.#outbox.ping(data);
  }

  /**
   * Begins the closing handshake: the Close follows what was sent before it. Nothing when one has begun.
   *
   * @throws RangeError for a code that may not be sent, or a reason of more than 123 octets of UTF-8
   */
  startClose(closeCode?: number, reason = ''): void {
    const close = closeFrame(closeCode, reason);
    this.#ending.begin(this.#now);
    this.#outbox.close(close);
  }

  /** As {@link startClose}, but what was sent before and has not left is dropped; also when a Close waits behind it. */
  abort(closeCode?: number, reason = ''): void {
    const close = closeFrame(closeCode, reason);
    this.#ending.begin(this.#now);
    this.#outbox.closeNow(close);
  }

  /** The transport has ended, or is broken for that cause: nothing comes or goes any more. */
  breakOff(cause: unknown): void {
    this.#ending.cutOff('the transport broke', cause);
    this.#end();
  }

  /** We give the transport up: nothing comes or goes any more. */
  giveUp(message: string, cause?: unknown): void {
    this.#ending.cutOff(message, cause, 'local');
    this.#end();
  }

  /**
   * The octets that should leave next, if any. Ask only when there is room for them: what is chosen late can overtake.
   * Where they cannot be encoded, since the source of masking keys fails, the connection is given up.
   */
  transmit(): Transmission | undefined {
    const transmission = this.#chosen();
    if (transmission === undefined) return undefined;
    this.#meter.sent.wireBytes += transmission.bytes.length;
    this.#ending.progress(this.#now, this.#outbox.sent);
    return transmission;
  }

  #chosen(): Transmission | undefined {
    try {
      return this.#outbox.next();
    } catch (error) {
      this.giveUp('nothing can be encoded', error);
      return undefined;
    }
  }

  /** Whether nothing will leave any more, so that the transport's writable side can be closed. */
  get outputEnded(): boolean {
    return this.over || (this.#outbox.finished && this.#ending.outputMayEnd(this.#role));
  }

  /** Whether nothing comes or goes any more: time was up, or the transport has broken. */
  get over(): boolean {
    return this.#ending.over;
  }

  /** Whether messages are still taken. */
  get open(): boolean {
    return this.#ending.open;
  }

  /** What the connection has failed of, if it has. */
  get failure(): WebSocketError | undefined {
    return this.#ending.failure;
  }

  /** The end so far. */
  get record(): CloseRecord {
    return this.#ending.record;
  }

  /** We stop reading, or read again: the silence of a peer that we do not listen to is no sign of death. */
  set reading(reading: boolean) {
    if (reading) this.#timeouts.resume(this.#now);
    else this.#timeouts.suspend(this.#now);
  }

  /** When `tick` has something to do, in milliseconds of its clock; Infinity: never. */
  nextDeadline(): number {
    return this.open ? this.#timeouts.deadline : this.#ending.deadline;
  }

  /** It is `now`, never less than before. Does what is due. */
  tick(now: number): void {
    this.#now = now;
    this.#meter.tick(now);
    if (now < this.nextDeadline()) return;
    if (this.open) this.#handle(this.#timeouts.tick(now));
    else this.giveUp('the closing handshake took too long');
  }

  /** What has passed so far. */
  stats(): ConnectionStats {
    const { received, sent } = this.#meter;
    return {
      received: { ...received, ratio: this.#inflater?.ratio },
      sent: { ...sent, ratio: this.#deflater?.ratio },
      roundTripMs: this.#pings.roundTripMs,
    };
  }

  /** Octets of the messages that have not wholly left; text counts three for each UTF-16 unit. */
  get queuedBytes(): number {
    return this.#outbox.queuedBytes;
  }

  /** Messages that have not wholly left. */
  get queuedMessages(): number {
    return this.#outbox.queuedMessages;
  }

  #handle(due: Due): void {
    if (due === 'ping') this.#outbox.ping(noBytes);
    else if (due === 'pong') this.#outbox.pong(noBytes);
    else if (due === 'idle timeout') this.startClose(CloseCode.GoingAway, due);
    else if (due === 'frame timeout') this.#fail(violation(CloseCode.PolicyViolation, 'RFC 6455 §10.4', due));
    else if (due === 'ping timeout') this.#fail(violation(CloseCode.InternalError, 'RFC 6455 §5.5.2', due));
  }

  #observe(event: WebSocketEvent): void {
    if (event.type === 'ping') this.#outbox.pong(event.data);
    else if (event.type === 'pong') this.#pings.answer(event.data, this.#now);
    else if (event.type === 'close') this.#receiveClose(event);
  }

  /** §5.5.1: a Close is answered by its own code, unless ours has left. */
  #receiveClose({ closeCode, reason }: Close): void {
    this.#ending.receive({ closeCode, reason });
    this.abort(closeCode);
    this.#pings.fail(WebSocketError.of('the connection is closing'));
  }

  /** §7.1.7: fails the connection. The peer is told why, unless its input ended without a Close. */
  #fail(error: unknown): WebSocketError {
    const failure = failureOf(error);
    this.#pings.fail(failure);
    // It lets go of the chunk.
    this.#frames.write(noBytes);
    if (failure.closeCode === CloseCode.AbnormalClosure) {
      this.#ending.fail(failure, 'remote');
      this.#ending.finish();
      this.#end();
    } else {
      this.#ending.fail(failure, 'local');
      this.abort(failure.closeCode ?? undefined, failure.reason);
    }
    return failure;
  }

  #end(): void {
    this.#outbox.end();
    this.#pings.fail(this.failure ?? WebSocketError.of('the connection is closed'));
  }
}
