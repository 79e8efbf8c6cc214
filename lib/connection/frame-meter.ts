// Frames in, the same frames out: counted, shown to whoever looks on, control frames bounded in their rate.

import { checkedFunction } from '../base/callable.ts';
import { CloseCode } from '../base/close-code.ts';
import { Fifo } from '../base/fifo.ts';
import { checkedLimit } from '../base/limit.ts';
import type { Stage } from '../base/stage.ts';
import { violation } from '../base/websocket-error.ts';
import type { SentFrameObserver } from '../events/message-queue.ts';
import type { FramePart } from '../frames/frame-part.ts';
import { isControl, type Opcode } from '../frames/opcode.ts';

/** A frame as it passes. */
export interface TappedFrame {
  readonly direction: 'in' | 'out';
  readonly opcode: Opcode;
  readonly fin: boolean;
  readonly rsv1: boolean;
  /** The length of the payload in octets; of text that has yet to be encoded, in UTF-16 units. */
  readonly payloadBytes: number;
  /** The payload, or the part of it that is at hand, if payloads were asked for. Lent; not to be changed. */
  readonly payload: Uint8Array | string | undefined;
}

/** Options of what watches and counts the frames of a connection. */
export interface FrameMeterOptions {
  /** Sees each frame, in as its header has come, out as it is encoded. Free when absent. Must not throw. */
  readonly tap?: ((frame: TappedFrame) => void) | undefined;
  /** Whether the tap is given payloads too, and so is called for each part of a frame that comes in. Default: false. */
  readonly tapPayloads?: boolean | undefined;
  /**
   * Control frames that may come in a second, wherever it begins; one more fails the connection with 1008. The time of
   * each is kept for a second. Default: Infinity.
   */
  readonly maxControlFramesPerSecond?: number | undefined;
}

/** What has passed in one direction. */
export interface Traffic {
  frames: number;
  /** Messages whose last frame has passed. */
  messages: number;
  /** Octets of payload in the frames of messages, compressed as they were; text that we send so, in UTF-16 units. */
  payloadBytes: number;
  /** The octets that carried it all, headers and control frames too. */
  wireBytes: number;
}

/** Sees every frame of a connection, both ways; a stage for those that come in. */
export class FrameMeter implements Stage<FramePart, FramePart>, SentFrameObserver {
  readonly received: Traffic = { frames: 0, messages: 0, payloadBytes: 0, wireBytes: 0 };
  readonly sent: Traffic = { frames: 0, messages: 0, payloadBytes: 0, wireBytes: 0 };
  readonly #tap: FrameMeterOptions['tap'];
  readonly #tapPayloads: boolean;
  readonly #maxControl: number;
  /** When control frames came, within a second: as many as may, at most. */
  #controlTimes: Fifo<number> | undefined;
  #sentFrames: TappedFrame[] | undefined;
  #part: FramePart | undefined;
  #now = 0;
  #messageAt = 0;
  #insideMessage = false;

  constructor(options: FrameMeterOptions) {
    this.#tap = checkedFunction('tap', options.tap);
    this.#tapPayloads = options.tapPayloads ?? false;
    this.#maxControl = checkedLimit('maxControlFramesPerSecond', options.maxControlFramesPerSecond, Infinity);
  }

  /** It is `now`, in milliseconds. */
  tick(now: number): void {
    this.#now = now;
  }

  write(part: FramePart): void {
    this.#part = part;
  }

  read(): FramePart | undefined {
    const part = this.#part;
    if (part === undefined) return undefined;
    this.#part = undefined;
    if (!isControl(part.opcode)) this.#messageAt = this.#now;
    if (part.first) this.#count(part);
    if (part.last && !isControl(part.opcode)) this.#insideMessage = !part.fin;
    if (this.#tap !== undefined && (part.first || this.#tapPayloads)) this.#show(this.#tap, part);
    return part;
  }

  close(): void {}

  /** When octets of a message came or left last, or one was accepted. */
  get messageAt(): number {
    return this.#messageAt;
  }

  /** Whether a message has begun to come whose last frame has not ended, as far as whole frames tell. */
  get insideMessage(): boolean {
    return this.#insideMessage;
  }

  /** A message is to leave. */
  acceptMessage(): void {
    this.#messageAt = this.#now;
  }

  get wantsPayloads(): boolean {
    return this.#tap !== undefined && this.#tapPayloads;
  }

  /** A frame goes out. The tap sees it at the next `showSent`. */
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

  /** Shows the tap what has gone out since the last call. The tap may send something itself. */
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
      throw violation(CloseCode.PolicyViolation, 'RFC 6455 §10.4', 'too many control frames');
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
