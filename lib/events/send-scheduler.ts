// Schedules outgoing frames: RFC 6455 §5.4, 5.5. Pongs, pings and an urgent Close overtake queued messages at the next frame
// boundary. It knows nothing of time or of the reasons for sending.

import { checkedLimit } from '../base/limit.ts';
import { ChunkGatherer } from '../bytes/chunk-gatherer.ts';
import { Slab } from '../bytes/slab.ts';
import { maxHeaderBytes } from '../frames/frame-header.ts';
import { type FrameEncoderOptions, FrameWriter, firstByte } from '../frames/frame-writer.ts';
import { Opcode } from '../frames/opcode.ts';
import type { OutgoingPart } from '../messages/message-part.ts';
import { encodeCloseBody } from './close-body.ts';
import type { OutgoingBinary, OutgoingText } from './event.ts';
import type { EventEncoderOptions } from './event-encoder.ts';
import { MessageQueue, type OpenMessage, type Ownership, type SentFrameObserver } from './message-queue.ts';
import { type Completion, Transmission } from './transmission.ts';

/** The options of a connection's sending side. */
export interface SendSchedulerOptions extends FrameEncoderOptions, EventEncoderOptions {
  /**
   * The most payload bytes of one frame that we send. A longer message becomes several frames, and control frames can be
   * sent between them. A compressed message is also one frame up to this size, and several above it: set `Infinity` for peers
   * that do not accept compressed messages in several frames (Apple's NSURLSession). Default: 64 KiB.
   */
  readonly maxFrameBytes?: number | undefined;
}

/** The content of a Close frame. */
export interface CloseFrame {
  /** `undefined`: the frame has no code. */
  readonly closeCode: number | undefined;
  readonly reason: string;
}

/** The most queued pongs; above it the oldest is dropped (RFC 6455 §5.5.3 requires only the latest). */
const maxPongs = 16;

/** The sizes at which a transmission is complete: this many bytes, or this many frames. */
const batchBytes = 32_768;
const batchFrames = 1024;

/** The size of the pieces into which a longer transmission is split, which contains a large frame. */
const pieceBytes = 65_536;

/** Memory for control frames of all connections. */
const controlSlab = new Slab();

interface Ping {
  readonly data: Uint8Array;
  readonly completion: Completion | undefined;
}

/** The progress of the closing handshake. */
type State =
  | { readonly type: 'open' }
  /** A Close follows everything that was queued before it. */
  | { readonly type: 'draining'; readonly close: CloseFrame }
  /** A Close overtakes everything that is queued. */
  | { readonly type: 'closing'; readonly close: CloseFrame }
  /** A Close has been sent. Only pongs may follow. */
  | { readonly type: 'closed'; readonly close: CloseFrame }
  | { readonly type: 'ended' };

const open: State = { type: 'open' };
const ended: State = { type: 'ended' };

/** The queues of pongs, pings, messages and the Close, and the order in which they are sent. */
export class SendScheduler {
  readonly #messages: MessageQueue;
  readonly #writer: FrameWriter;
  readonly #observer: SentFrameObserver | undefined;
  #state: State = open;
  /** The error after which nothing can be encoded. */
  #failure: { readonly error: unknown } | undefined;
  #pongs: Uint8Array[] | undefined;
  #pings: Ping[] | undefined;
  /** The completions of pings that have been moved into a transmission. */
  #pinged: Completion[] | undefined;
  /** The chunks that remain of a transmission that was split. */
  #rest: Uint8Array[] | undefined;
  #restBytes = 0;
  #restCompletions: readonly Completion[] | undefined;

  constructor(options: SendSchedulerOptions, observer?: SentFrameObserver) {
    const maxFrameBytes = checkedLimit('maxFrameBytes', options.maxFrameBytes, 65_536);
    this.#writer = new FrameWriter(options);
    this.#observer = observer;
    this.#messages = new MessageQueue(
      { compression: options.compression, maxFrameBytes },
      this.#writer,
      observer,
    );
  }

  /** Whether frames that are queued from now on may wait for long, because the transport is blocked. */
  set stalled(stalled: boolean) {
    this.#messages.stalled = stalled;
  }

  /** Our Close, after it was sent. */
  get sent(): CloseFrame | undefined {
    return this.#state.type === 'closed' && this.#rest === undefined ? this.#state.close : undefined;
  }

  /** Whether the transport copies what it takes, so that the memory of frames is used again. */
  set reusesFrames(reuses: boolean) {
    this.#messages.reusesFrames = reuses;
  }

  /** Opens a message that is sent in parts. Later messages wait until it has ended. */
  openMessage(): OpenMessage {
    return this.#messages.open();
  }

  /** Removes an open message; its queued parts are lost with `error`. Returns false if a part has been sent. */
  dropMessage(message: OpenMessage, error: unknown): boolean {
    return this.#messages.drop(message, error);
  }

  /** Queues a message or a part of one. Throws the errors of `acceptEvent`. */
  send(
    event: OutgoingText | OutgoingBinary,
    ownership: Ownership,
    completion?: Completion,
    message?: OpenMessage,
  ): void {
    this.#messages.push(event, ownership, completion, message);
  }

  /**
   * Queues a part that `acceptEvent` has returned: a whole message, a part that follows the previous one, or a control frame
   * that keeps its place. Its bytes may be shared with others.
   */
  sendPart(part: OutgoingPart, completion?: Completion): void {
    this.#messages.pushPart(part, 'shared', completion);
  }

  /** The bytes of messages that have not been sent completely; text above 65,536 UTF-16 units counts three for each. */
  get queuedBytes(): number {
    return this.#messages.queuedBytes + this.#restBytes;
  }

  /** The number of messages that have not been sent completely. */
  get queuedMessages(): number {
    return this.#messages.queuedMessages + (this.#rest === undefined ? 0 : 1);
  }

  /** Queues a pong, in the order of the pings. The bytes are copied. */
  pong(data: Uint8Array): void {
    if (this.#state.type === 'ended') return;
    this.#pongs ??= [];
    this.#pongs.push(new Uint8Array(data));
    if (this.#pongs.length > maxPongs) this.#pongs.shift();
  }

  /** Queues a ping before all queued messages. Its bytes must not change. */
  ping(data: Uint8Array, completion?: Completion): void {
    (this.#pings ??= []).push({ data, completion });
  }

  /** Queues a Close after everything that was queued before it. */
  close(close: CloseFrame, lost: unknown): void {
    if (this.#state.type !== 'open') return;
    this.#state = { type: 'draining', close };
    this.#messages.finish(lost);
  }

  /** Sends a Close before everything that is queued, which is dropped. Does nothing if another Close is sent before it. */
  closeNow(close: CloseFrame, lost: unknown): void {
    if (this.#state.type !== 'open' && this.#state.type !== 'draining') return;
    this.#state = { type: 'closing', close };
    this.#drop(lost);
  }

  /** Stops sending. */
  end(lost: unknown): void {
    this.#state = ended;
    this.#drop(lost);
    this.#pongs = undefined;
    this.#rest = undefined;
    this.#restBytes = 0;
    for (const completion of this.#restCompletions ?? []) completion.lost(lost);
    this.#restCompletions = undefined;
  }

  /** Whether a Close has been sent, and all pending pongs. */
  get finished(): boolean {
    return this.sent !== undefined && this.#pongs === undefined;
  }

  /** Whether `next` has output, or work to do. */
  get ready(): boolean {
    if (this.#pongs !== undefined || this.#rest !== undefined) return true;
    const { type } = this.#state;
    if (type === 'closed' || type === 'ended') return false;
    return type !== 'open' || this.#pings !== undefined || this.#messages.ready;
  }

  /** Whether `next` has used up its budget. If so, call it again in a later task. */
  get busy(): boolean {
    return this.#messages.busy;
  }

  /**
   * Returns the next bytes to send. They are chosen only now, so that urgent frames can overtake others.
   *
   * @throws the error of the source of masking keys or of a compressor; then nothing can be sent any more
   */
  next(): Transmission | undefined {
    if (this.#rest !== undefined) return this.#continue(this.#rest);
    if (this.#failure !== undefined) throw this.#failure.error;
    if (!this.ready) return undefined;
    const gatherer = new ChunkGatherer();
    try {
      this.#choose(gatherer);
    } catch (error) {
      this.#failure = { error };
      // Output the frames that were encoded before the error first.
      if (gatherer.byteLength === 0) throw error;
    }
    const { byteLength } = gatherer;
    const completions = this.#takeCompletions();
    if (byteLength === 0 && completions === undefined) return undefined;
    const chunks = gatherer.take();
    if (byteLength <= 2 * pieceBytes) return new Transmission(chunks, byteLength, completions);
    this.#restCompletions = completions;
    this.#restBytes = byteLength;
    return this.#continue(chunks);
  }

  /** Moves the next frames into the gatherer: control frames, then messages, so that pings do not delay messages. */
  #choose(gatherer: ChunkGatherer): void {
    this.#choosePongs(gatherer);
    const state = this.#state;
    if (state.type === 'closed' || state.type === 'ended') return;
    if (state.type === 'closing') return this.#chooseClose(gatherer, state.close);
    this.#choosePings(gatherer);
    this.#messages.fill(gatherer, batchBytes, batchFrames);
    if (state.type === 'draining' && !this.#messages.ready) this.#chooseClose(gatherer, state.close);
  }

  #chooseClose(gatherer: ChunkGatherer, close: CloseFrame): void {
    this.#control(Opcode.Close, encodeCloseBody(close.closeCode, close.reason), gatherer);
    this.#state = { type: 'closed', close };
  }

  #choosePongs(gatherer: ChunkGatherer): void {
    const pongs = this.#pongs;
    this.#pongs = undefined;
    if (pongs !== undefined) for (const data of pongs) this.#control(Opcode.Pong, data, gatherer);
  }

  #choosePings(gatherer: ChunkGatherer): void {
    const pings = this.#pings;
    this.#pings = undefined;
    if (pings === undefined) return;
    for (const { data, completion } of pings) {
      this.#control(Opcode.Ping, data, gatherer);
      if (completion !== undefined) (this.#pinged ??= []).push(completion);
    }
  }

  #control(opcode: Opcode, payload: Uint8Array, gatherer: ChunkGatherer): void {
    const start = controlSlab.reserve(maxHeaderBytes + payload.length);
    const target = controlSlab.memory;
    const end = this.#writer.write(firstByte(opcode, true, false), payload, target, start);
    controlSlab.advance(end);
    gatherer.add(target, start, end);
    this.#observer?.frameSent(opcode, true, false, payload.length, payload);
  }

  /** Splits a large transmission into several, so that the transport takes them one by one and shows progress. */
  #continue(chunks: readonly Uint8Array[]): Transmission {
    const taken: Uint8Array[] = [];
    let room = pieceBytes;
    let index = 0;
    for (; index < chunks.length && room > 0; index++) {
      const chunk = chunks[index]!;
      taken.push(chunk.length <= room ? chunk : chunk.subarray(0, room));
      room -= chunk.length;
    }
    const rest = chunks.slice(index);
    const last = chunks[index - 1]!;
    if (room < 0) rest.unshift(last.subarray(last.length + room));
    const byteLength = pieceBytes - Math.max(room, 0);
    this.#restBytes -= byteLength;
    if (rest.length > 0) {
      this.#rest = rest;
      return new Transmission(taken, byteLength, undefined);
    }
    const completions = this.#restCompletions;
    this.#rest = undefined;
    this.#restCompletions = undefined;
    return new Transmission(taken, byteLength, completions);
  }

  #takeCompletions(): readonly Completion[] | undefined {
    const pinged = this.#pinged;
    const completions = this.#messages.takeCompletions();
    if (pinged === undefined) return completions;
    this.#pinged = undefined;
    return completions === undefined ? pinged : [...pinged, ...completions];
  }

  #drop(lost: unknown): void {
    this.#messages.clear(lost);
    const pings = this.#pings ?? [];
    this.#pings = undefined;
    for (const { completion } of pings) completion?.lost(lost);
  }
}
