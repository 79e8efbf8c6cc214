// What waits to go out, and which of it goes next: RFC 6455 §5.4, 5.5. Control frames that are owed overtake queued data
// at the next frame boundary. Knows nothing of time, and nothing of why something is sent.

import { Fifo } from '../base/fifo.ts';
import { encodeCloseBody } from '../events/close-body.ts';
import type { OutgoingBinary, OutgoingText } from '../events/event.ts';
import { FrameEncoder, type FrameEncoderOptions } from '../frames/frame-encoder.ts';
import type { Frame } from '../frames/frame-part.ts';
import { Opcode } from '../frames/opcode.ts';
import type { OutgoingPart } from '../messages/message-part.ts';
import type { CloseFrame } from './close-record.ts';
import { DataLane, type DataLaneOptions, type OnSent, type QueuedMessage } from './data-lane.ts';
import type { FrameMeter } from './frame-meter.ts';

export interface OutboxOptions extends FrameEncoderOptions, DataLaneOptions {}

/** Octets for the duplex. */
export interface Transmission {
  readonly bytes: Uint8Array;
  /** To be told when these octets have been given to the transport: whose messages have wholly left with them. */
  readonly onSent: readonly OnSent[];
}

/** More pongs than this never wait: the oldest is dropped (RFC 6455 §5.5.3 asks for the latest only). */
const maxPongs = 16;

/** Small messages that wait are sent together, up to about this much. */
const batchBytes = 16_384;
const batchFrames = 256;

const noBytes = new Uint8Array(0);

type State =
  | { readonly type: 'open' }
  /** A Close follows what was queued before it. */
  | { readonly type: 'draining'; readonly close: CloseFrame }
  /** A Close overtakes what was queued. */
  | { readonly type: 'closing'; readonly close: CloseFrame }
  /** A Close has left: pongs may follow, nothing else. */
  | { readonly type: 'closed'; readonly close: CloseFrame }
  | { readonly type: 'ended' };

/** The lanes outwards: pongs, pings, messages and the Close, in the order in which they may leave. */
export class Outbox {
  readonly #data: DataLane;
  readonly #encoder: FrameEncoder;
  readonly #meter: FrameMeter;
  readonly #chunks = new Fifo<Transmission>();
  #state: State = { type: 'open' };
  #pongs: Uint8Array[] = [];
  #pings: Uint8Array[] = [];

  /** @param meter - sees what goes out */
  constructor(options: OutboxOptions, meter: FrameMeter) {
    this.#meter = meter;
    this.#data = new DataLane(options);
    const { role, randomBytes } = options;
    this.#encoder = new FrameEncoder({ role, randomBytes });
  }

  /** Our Close, once it has left. */
  get sent(): CloseFrame | undefined {
    return this.#state.type === 'closed' && !this.#pending ? this.#state.close : undefined;
  }

  /** Queues a message that will be given in parts; what is sent after it waits until it has ended. */
  open(): QueuedMessage {
    return this.#data.open();
  }

  /** Takes an open message out again; false: part of it has left. */
  drop(message: QueuedMessage): boolean {
    return this.#data.drop(message);
  }

  /** Queues a message or a part of one: of the one that is named, or of the one before it. Throws as `acceptEvent`. */
  send(event: OutgoingText | OutgoingBinary, onSent: OnSent, message?: QueuedMessage): void {
    this.#data.push(event, onSent, message);
  }

  /** Queues a whole message that is ready as it is. */
  sendReady(part: OutgoingPart, onSent: OnSent): void {
    this.#data.pushReady(part, onSent);
  }

  /** Octets of the messages that have not wholly left; text counts three for each UTF-16 unit. */
  get queuedBytes(): number {
    return this.#data.queuedBytes;
  }

  /** Messages that have not wholly left. */
  get queuedMessages(): number {
    return this.#data.queuedMessages;
  }

  /** Owes a pong, in the order of the pings; the octets are copied. */
  pong(data: Uint8Array): void {
    if (this.#state.type === 'ended') return;
    this.#pongs.push(data.slice());
    if (this.#pongs.length > maxPongs) this.#pongs.shift();
  }

  /** Queues a ping before the data that waits; the octets are copied. */
  ping(data: Uint8Array): void {
    this.#pings.push(data.slice());
  }

  /** A Close behind everything that was queued before it. */
  close(close: CloseFrame): void {
    if (this.#state.type !== 'open') return;
    this.#state = { type: 'draining', close };
    this.#data.finish();
  }

  /** A Close before anything that was queued, which is dropped. Nothing when another waits to leave so, or has left. */
  closeNow(close: CloseFrame): void {
    if (this.#state.type !== 'open' && this.#state.type !== 'draining') return;
    this.#state = { type: 'closing', close };
    this.#drop();
  }

  /** Nothing leaves any more. */
  end(): void {
    this.#state = { type: 'ended' };
    this.#drop();
    this.#pongs = [];
    this.#chunks.clear();
  }

  /** Whether a Close has left, and everything that was owed besides. */
  get finished(): boolean {
    return this.sent !== undefined && this.#pongs.length === 0;
  }

  /** The next octets that should leave, if any: chosen only now, so that what is owed can overtake. */
  next(): Transmission | undefined {
    if (!this.#pending && this.#wanted) this.#encode(this.#choose());
    return this.#chunks.shift();
  }

  /** Whether octets that were chosen wait. */
  get #pending(): boolean {
    return this.#chunks.length > 0;
  }

  /** Whether there is anything to choose from. */
  get #wanted(): boolean {
    if (this.#pongs.length > 0) return true;
    const { type } = this.#state;
    if (type === 'closed' || type === 'ended') return false;
    return type !== 'open' || this.#pings.length > 0 || this.#data.ready || this.#data.hasLeft;
  }

  /**
   * The frames for the next chunk: what is owed first, and some data always behind it, so that a peer that keeps us
   * busy with pings holds nothing up.
   */
  #choose(): Frame[] {
    const state = this.#state;
    const frames: Frame[] = [];
    this.#pongs = owed(Opcode.Pong, this.#pongs, frames);
    if (state.type === 'closed' || state.type === 'ended') return frames;
    if (state.type === 'closing') return this.#chooseClose(frames, state.close);
    this.#pings = owed(Opcode.Ping, this.#pings, frames);
    this.#chooseData(frames);
    return state.type === 'draining' && !this.#data.ready ? this.#chooseClose(frames, state.close) : frames;
  }

  #chooseClose(frames: Frame[], close: CloseFrame): Frame[] {
    frames.push(control(Opcode.Close, encodeCloseBody(close.closeCode, close.reason)));
    this.#state = { type: 'closed', close };
    return frames;
  }

  #chooseData(frames: Frame[]): void {
    const most = frames.length + batchFrames;
    for (let bytes = 0; bytes < batchBytes && frames.length < most && this.#data.ready; ) {
      const frame = this.#data.shift()!;
      frames.push(frame);
      bytes += frame.payload.length;
    }
  }

  /** Encodes the frames; what they complete is told with the last of their octets. */
  #encode(frames: readonly Frame[]): void {
    const left = this.#data.takeLeft();
    this.#encoder.write(frames);
    // A part of a message may leave without a frame of its own: it is complete all the same.
    let bytes: Uint8Array | undefined = this.#encoder.read() ?? noBytes;
    while (bytes !== undefined) {
      const next = this.#encoder.read();
      this.#chunks.push({ bytes, onSent: next === undefined ? left : [] });
      bytes = next;
    }
    // Last, since whoever sees them may send something behind them.
    for (const frame of frames) this.#meter.send(frame);
  }

  #drop(): void {
    this.#data.clear();
    this.#pings = [];
  }
}

/** Adds a frame for each payload, and gives what is owed then: none. */
function owed(opcode: Opcode, payloads: Uint8Array[], frames: Frame[]): Uint8Array[] {
  if (payloads.length === 0) return payloads;
  for (const payload of payloads) frames.push(control(opcode, payload));
  return [];
}

function control(opcode: Opcode, payload: Uint8Array): Frame {
  return { opcode, fin: true, rsv1: false, payload };
}
