// What waits to be sent, and what of it goes next: RFC 6455 §5.4, 5.5. Pongs, pings and an urgent Close overtake queued
// messages at the next frame boundary. Knows nothing of time, and nothing of why something is sent.

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

/** Options of the way out of a connection. */
export interface SendSchedulerOptions extends FrameEncoderOptions, EventEncoderOptions {
  /**
   * The most bytes of payload in one frame that we send; a longer message leaves in several, and control frames can pass
   * between them. A compressed message, too, leaves in one frame up to this size, and above it as it is compressed: set
   * `Infinity` for peers that cannot take a compressed message in several frames (Apple's NSURLSession). Default: 64 KiB.
   */
  readonly maxFrameBytes?: number | undefined;
}

/** What a Close frame says. */
export interface CloseFrame {
  /** `undefined`: the frame has no code. */
  readonly closeCode: number | undefined;
  readonly reason: string;
}

/** The most pongs that wait; above it the oldest is dropped (RFC 6455 §5.5.3 asks for the latest only). */
const maxPongs = 16;

/** A transmission ends with the frame that brings it to this many bytes, or to this many frames. */
const batchBytes = 32_768;
const batchFrames = 1024;

/** A transmission that is longer, because of a large frame, is cut into pieces of this many bytes. */
const pieceBytes = 65_536;

/** Memory for control frames, of all connections. */
const controlSlab = new Slab();

interface Ping {
  readonly data: Uint8Array;
  readonly completion: Completion | undefined;
}

/** How far the closing has come. */
type State =
  | { readonly type: 'open' }
  /** A Close follows everything that was queued before it. */
  | { readonly type: 'draining'; readonly close: CloseFrame }
  /** A Close overtakes what was queued. */
  | { readonly type: 'closing'; readonly close: CloseFrame }
  /** A Close has left: pongs may follow, nothing else. */
  | { readonly type: 'closed'; readonly close: CloseFrame }
  | { readonly type: 'ended' };

const open: State = { type: 'open' };
const ended: State = { type: 'ended' };

/** The lanes of what is sent: pongs, pings, messages and the Close, in the order in which they may leave. */
export class SendScheduler {
  readonly #messages: MessageQueue;
  readonly #writer: FrameWriter;
  readonly #observer: SentFrameObserver | undefined;
  #state: State = open;
  /** Why nothing can be encoded any more. */
  #failure: { readonly error: unknown } | undefined;
  #pongs: Uint8Array[] | undefined;
  #pings: Ping[] | undefined;
  /** Those whose pings have been chosen. */
  #pinged: Completion[] | undefined;
  /** What is left of a transmission that was too long for one. */
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

  /** Whether what is queued from now on may wait for long, because the transport takes nothing. */
  set stalled(stalled: boolean) {
    this.#messages.stalled = stalled;
  }

  /** Our Close, once it has left. */
  get sent(): CloseFrame | undefined {
    return this.#state.type === 'closed' && this.#rest === undefined ? this.#state.close : undefined;
  }

  /** Opens a message that will be given in parts; what is sent after it waits until it has ended. */
  openMessage(): OpenMessage {
    return this.#messages.open();
  }

  /** Removes an open message; false: part of it has left. What waited of it is lost for that reason. */
  dropMessage(message: OpenMessage, error: unknown): boolean {
    return this.#messages.drop(message, error);
  }

  /** Queues a message or a part of one. Throws as `acceptEvent`. */
  send(
    event: OutgoingText | OutgoingBinary,
    ownership: Ownership,
    completion?: Completion,
    message?: OpenMessage,
  ): void {
    this.#messages.push(event, ownership, completion, message);
  }

  /**
   * Queues a part that has been accepted already: a whole message, or one that follows the part before it, or a control
   * frame that keeps its place. Others may use its bytes, too.
   */
  sendPart(part: OutgoingPart, completion?: Completion): void {
    this.#messages.pushPart(part, 'shared', completion);
  }

  /** The bytes of the messages that have not wholly left; a text of more than 64 Ki UTF-16 units counts three for each. */
  get queuedBytes(): number {
    return this.#messages.queuedBytes + this.#restBytes;
  }

  /** The number of messages that have not wholly left. */
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

  /** Queues a ping before the messages that wait. Its bytes must not change. */
  ping(data: Uint8Array, completion?: Completion): void {
    (this.#pings ??= []).push({ data, completion });
  }

  /** Queues a Close after everything that was queued before it. */
  close(close: CloseFrame, lost: unknown): void {
    if (this.#state.type !== 'open') return;
    this.#state = { type: 'draining', close };
    this.#messages.finish(lost);
  }

  /** Sends a Close before anything that was queued, which is dropped. Does nothing if another one goes before it. */
  closeNow(close: CloseFrame, lost: unknown): void {
    if (this.#state.type !== 'open' && this.#state.type !== 'draining') return;
    this.#state = { type: 'closing', close };
    this.#drop(lost);
  }

  /** Lets nothing leave any more. */
  end(lost: unknown): void {
    this.#state = ended;
    this.#drop(lost);
    this.#pongs = undefined;
    this.#rest = undefined;
    this.#restBytes = 0;
    for (const completion of this.#restCompletions ?? []) completion.lost(lost);
    this.#restCompletions = undefined;
  }

  /** True once a Close has left, and everything that was due besides. */
  get finished(): boolean {
    return this.sent !== undefined && this.#pongs === undefined;
  }

  /** True if `next` has something to give, or to work on. */
  get ready(): boolean {
    if (this.#pongs !== undefined || this.#rest !== undefined) return true;
    const { type } = this.#state;
    if (type === 'closed' || type === 'ended') return false;
    return type !== 'open' || this.#pings !== undefined || this.#messages.ready;
  }

  /** True if `next` has worked as long as one call may and is to be asked again, in a later task. */
  get busy(): boolean {
    return this.#messages.busy;
  }

  /**
   * Returns the next bytes that should leave. They are chosen only now, so that what is urgent can overtake.
   *
   * @throws what the source of masking keys or a compressor throws; nothing can be sent any more then
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
      // What was encoded before is sent before.
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

  /** Moves what goes next into the gatherer: control frames, then messages, so that pings hold no message up. */
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

  /** Cuts a large frame into several transmissions: the transport takes them one by one, and shows that it does. */
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
