// Data that waits to go out: messages in, whole or in parts, frames out when they are asked for. RFC 6455 §5.4: one message
// at a time is on the wire, the others wait.

import { Fifo } from '../base/fifo.ts';
import { fuse } from '../base/fuse.ts';
import type { Stage } from '../base/stage.ts';
import { acceptEvent, between, type CompressionChoice, type Progress } from '../events/accept-event.ts';
import type { OutgoingBinary, OutgoingText } from '../events/event.ts';
import type { EventEncoderOptions } from '../events/event-encoder.ts';
import { compressionChoice, PartDeflater } from '../events/part-deflater.ts';
import type { Frame } from '../frames/frame-part.ts';
import { MessageFragmenter, type MessageFragmenterOptions } from '../messages/message-fragmenter.ts';
import type { OutgoingPart } from '../messages/message-part.ts';

export interface DataLaneOptions extends EventEncoderOptions, MessageFragmenterOptions {}

/** Told once, when the octets of something have been given to the transport. */
export type OnSent = () => void;

/** A part that waits, and who wants to know when it has left. */
interface Waiting {
  readonly part: OutgoingPart;
  readonly bytes: number;
  readonly onSent: OnSent;
}

/** A message that is written part by part; it keeps its place among the others. */
export class QueuedMessage {
  readonly parts: Fifo<Waiting> = new Fifo();
  progress: Progress = between;
  /** Whether a part of it has left. */
  begun = false;
  /** Whether the last part that there will be has been queued. */
  ended = false;
}

const nobody: readonly OnSent[] = [];

/** The queue of messages; frames are made on demand, so that something else can pass between any two of them. */
export class DataLane {
  readonly #messages = new Fifo<QueuedMessage>();
  readonly #options: DataLaneOptions;
  readonly #chooses: CompressionChoice;
  #frames: Stage<OutgoingPart, Frame>;
  #unended: QueuedMessage | undefined;
  #ahead: Frame | undefined;
  #queuedBytes = 0;
  #leaving: Waiting | undefined;
  #left: OnSent[] = [];

  constructor(options: DataLaneOptions) {
    const { compression, maxFrameBytes } = options;
    this.#options = { compression, maxFrameBytes };
    this.#chooses = compressionChoice(compression);
    this.#frames = framePipe(this.#options);
  }

  /** Queues a message that will be given in parts. Those behind it wait until it has ended. */
  open(): QueuedMessage {
    const message = new QueuedMessage();
    this.#messages.push(message);
    return message;
  }

  /**
   * Queues a message or a part of one; its octets are lent until its frames have left. Throws as `acceptEvent`.
   *
   * @param message - whose part it is; default: the one before it that has not ended, or a new one
   */
  push(event: OutgoingText | OutgoingBinary, onSent: OnSent, message?: QueuedMessage): void {
    const target = message ?? this.#unended ?? new QueuedMessage();
    const [part, progress] = acceptEvent(event, target.progress, this.#chooses);
    target.progress = progress;
    this.#queue(target, part, onSent);
    if (message !== undefined) return;
    if (target !== this.#unended) this.#messages.push(target);
    this.#unended = target.ended ? undefined : target;
  }

  /** Queues a whole message that is ready as it is. Its octets are lent until its frames have left. */
  pushReady(part: OutgoingPart, onSent: OnSent): void {
    const message = new QueuedMessage();
    this.#queue(message, part, onSent);
    this.#messages.push(message);
  }

  /** Takes an open message out, with what waits of it; false: part of it has left. */
  drop(message: QueuedMessage): boolean {
    if (message.begun) return false;
    this.#keep(queued => queued !== message);
    return true;
  }

  /**
   * Nothing more will be queued. Messages that have not ended never will: one that has begun to leave ends where it is
   * and nothing can follow it, the others are dropped.
   */
  finish(): void {
    const first = this.#messages.first;
    const cut = first?.begun === true && !first.ended;
    this.#keep(message => (cut ? message === first : message.ended));
    if (cut) first.ended = true;
  }

  /** Octets of the messages that have not wholly left; text counts three for each UTF-16 unit. */
  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  /** Messages that have not wholly left. */
  get queuedMessages(): number {
    return this.#messages.length + (this.#leaving?.part.last ? 1 : 0);
  }

  /** Whether a frame can be had. */
  get ready(): boolean {
    this.#ahead ??= this.#next();
    return this.#ahead !== undefined;
  }

  /** The next frame, if there is one. One is made ahead, which shows whether a part has wholly left. */
  shift(): Frame | undefined {
    const frame = this.#ahead ?? this.#next();
    this.#ahead = this.#next();
    return frame;
  }

  /** Whether a part has wholly left since the last `takeLeft`. */
  get hasLeft(): boolean {
    return this.#left.length > 0;
  }

  /** Who is to be told that a part has wholly left since the last call. */
  takeLeft(): readonly OnSent[] {
    if (!this.hasLeft) return nobody;
    const left = this.#left;
    this.#left = [];
    return left;
  }

  /** Drops whatever waits, the rest of a message that is half out too. */
  clear(): void {
    this.#messages.clear();
    this.#unended = undefined;
    this.#frames = framePipe(this.#options);
    this.#ahead = undefined;
    this.#leaving = undefined;
    this.#queuedBytes = 0;
  }

  #queue(message: QueuedMessage, part: OutgoingPart, onSent: OnSent): void {
    const bytes = typeof part.payload === 'string' ? 3 * part.payload.length : part.payload.length;
    message.ended = part.last;
    message.parts.push({ part, bytes, onSent });
    this.#queuedBytes += bytes;
  }

  #keep(wanted: (message: QueuedMessage) => boolean): void {
    for (let left = this.#messages.length; left > 0; left--) {
      const message = this.#messages.shift()!;
      if (wanted(message)) this.#messages.push(message);
      else this.#forget(message);
    }
  }

  #forget({ parts }: QueuedMessage): void {
    for (let part = parts.shift(); part !== undefined; part = parts.shift()) this.#queuedBytes -= part.bytes;
  }

  #next(): Frame | undefined {
    for (;;) {
      const frame = this.#frames.read();
      if (frame !== undefined) return frame;
      if (this.#leaving !== undefined) this.#leave(this.#leaving);
      const waiting = this.#nextPart();
      this.#leaving = waiting;
      if (waiting === undefined) return undefined;
      this.#frames.write(waiting.part);
    }
  }

  #leave({ bytes, onSent }: Waiting): void {
    this.#queuedBytes -= bytes;
    this.#left.push(onSent);
  }

  #nextPart(): Waiting | undefined {
    const message = this.#messages.first;
    const waiting = message?.parts.shift();
    if (message !== undefined && waiting !== undefined) message.begun = true;
    if (message?.ended && message.parts.length === 0) this.#messages.shift();
    return waiting;
  }
}

function framePipe(options: DataLaneOptions): Stage<OutgoingPart, Frame> {
  const fragmenter = new MessageFragmenter({ maxFrameBytes: options.maxFrameBytes });
  return options.compression ? fuse(new PartDeflater(options.compression.deflater), fragmenter) : fragmenter;
}
