// Observes frames: counts them, shows them to the tap, and limits the rate of control frames.

import { checkedFunction } from '../base/callable.ts';
import { CloseCode } from '../base/close-code.ts';
import { Fifo } from '../base/fifo.ts';
import { checkedLimit } from '../base/limit.ts';
import { violation } from '../base/websocket-error.ts';
import type { SentFrameObserver } from '../events/message-queue.ts';
import type { ReceivedFrameObserver } from '../events/websocket-decoder.ts';
import type { FramePart } from '../frames/frame-part.ts';
import { isControl, type Opcode } from '../frames/opcode.ts';

/** A frame as the tap sees it. */
export interface TappedFrame {
  readonly direction: 'in' | 'out';
  readonly opcode: Opcode;
  readonly fin: boolean;
  readonly rsv1: boolean;
  /** The length of the payload in bytes; of text that is not encoded yet, in UTF-16 units. */
  readonly payloadBytes: number;
  /**
   * The payload, or the part of it that has arrived, if `tapPayloads` is true. Read it during the call and do not change
   * it: the bytes are borrowed.
   */
  readonly payload: Uint8Array | string | undefined;
}

/** Options of what watches and counts the frames of a connection. */
export interface FrameObserverOptions {
  /**
   * Called for each frame: for a received one when its header is complete, for a sent one when it is encoded. Must not
   * throw. Costs nothing if absent.
   */
  readonly tap?: ((frame: TappedFrame) => void) | undefined;
  /** Whether the tap gets payloads, too. It is then called for each part of a received frame. Default: false. */
  readonly tapPayloads?: boolean | undefined;
  /**
   * The most control frames that the peer may send within any period of one second; one more fails the connection with
   * 1008. The time of each is kept for a second. Default: Infinity.
   */
  readonly maxControlFramesPerSecond?: number | undefined;
}

/** The traffic in one direction. */
export interface Traffic {
  frames: number;
  /** The number of messages whose last frame has passed. */
  messages: number;
  /** The payload bytes of data frames, after compression; of text that is not encoded yet, in UTF-16 units. */
  payloadBytes: number;
  /** All bytes, with headers and control frames. */
  wireBytes: number;
}

/** Observes the frames of a connection in both directions. */
export class FrameObserver implements ReceivedFrameObserver, SentFrameObserver {
  readonly received: Traffic = { frames: 0, messages: 0, payloadBytes: 0, wireBytes: 0 };
  readonly sent: Traffic = { frames: 0, messages: 0, payloadBytes: 0, wireBytes: 0 };
  readonly #tap: FrameObserverOptions['tap'];
  readonly #tapPayloads: boolean;
  readonly #maxControl: number;
  /** The times of the control frames of the last second, at most `maxControlFramesPerSecond`. */
  #controlTimes: Fifo<number> | undefined;
  #sentFrames: TappedFrame[] | undefined;
  #now = 0;
  #messageAt = 0;
  #insideMessage = false;

  constructor(options: FrameObserverOptions) {
    this.#tap = checkedFunction('tap', options.tap);
    this.#tapPayloads = options.tapPayloads ?? false;
    this.#maxControl = checkedLimit('maxControlFramesPerSecond', options.maxControlFramesPerSecond, Infinity);
  }

  /** Sets the time, in milliseconds. */
  tick(now: number): void {
    this.#now = now;
  }

  frameReceived(part: FramePart): void {
    if (!isControl(part.opcode)) this.#messageAt = this.#now;
    if (part.first) this.#count(part);
    if (part.last && !isControl(part.opcode)) this.#insideMessage = !part.fin;
    if (this.#tap !== undefined && (part.first || this.#tapPayloads)) this.#show(this.#tap, part);
  }

  /** The time at which bytes of a message last passed in either direction, or a message was accepted for sending. */
  get messageAt(): number {
    return this.#messageAt;
  }

  /** True between the end of a message's first frame and the end of its last. */
  get insideMessage(): boolean {
    return this.#insideMessage;
  }

  /** Records that a message was accepted for sending. */
  acceptMessage(): void {
    this.#messageAt = this.#now;
  }

  get wantsPayloads(): boolean {
    return this.#tap !== undefined && this.#tapPayloads;
  }

  /** Records a sent frame. The tap sees it at the next `showSent`. */
  frameSent(
    opcode: Opcode,
    fin: boolean,
    rsv1: boolean,
    payloadBytes: number,
    payload: Uint8Array | string | undefined,
  ): void {
    if (!isControl(opcode)) this.#messageAt = this.#now;
    count(this.sent, opcode, fin, payloadBytes);
    if (this.#tap === undefined) return;
    const shown = this.#tapPayloads ? payload : undefined;
    (this.#sentFrames ??= []).push({ direction: 'out', opcode, fin, rsv1, payloadBytes, payload: shown });
  }

  /** Shows the tap the frames sent since the last call. The tap may itself send. */
  showSent(): void {
    const frames = this.#sentFrames;
    if (frames === undefined) return;
    this.#sentFrames = undefined;
    for (const frame of frames) this.#tap?.(frame);
  }

  #count({ opcode, fin, payloadBytes }: FramePart): void {
    count(this.received, opcode, fin, payloadBytes);
    if (isControl(opcode) && this.#maxControl !== Infinity) this.#checkRate();
  }

  #checkRate(): void {
    this.#controlTimes ??= new Fifo();
    const times = this.#controlTimes;
    while (times.length > 0 && times.first! <= this.#now - 1000) times.shift();
    if (times.length >= this.#maxControl) {
      const detail = `maxControlFramesPerSecond: ${this.#maxControl}`;
      throw violation(CloseCode.PolicyViolation, 'RFC 6455 §10.4', 'too many control frames', detail);
    }
    times.push(this.#now);
  }

  #show(tap: (frame: TappedFrame) => void, { opcode, fin, rsv1, payloadBytes, payload }: FramePart): void {
    tap({
      direction: 'in',
      opcode,
      fin,
      rsv1,
      payloadBytes,
      payload: this.#tapPayloads ? payload : undefined,
    });
  }
}

function count(traffic: Traffic, opcode: Opcode, fin: boolean, payloadBytes: number): void {
  traffic.frames += 1;
  if (isControl(opcode)) return;
  traffic.payloadBytes += payloadBytes;
  if (fin) traffic.messages += 1;
}
