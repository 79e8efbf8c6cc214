// Data that waits to go out: events in, frames out when they are asked for. RFC 6455 §5.4.

import { Fifo } from '../base/fifo.ts';
import { fuse } from '../base/fuse.ts';
import type { Stage } from '../base/stage.ts';
import { acceptEvent, between, type CompressionChoice } from '../events/accept-event.ts';
import type { OutgoingBinary, OutgoingText } from '../events/event.ts';
import type { EventEncoderOptions } from '../events/event-encoder.ts';
import { compressionChoice, PartDeflater } from '../events/part-deflater.ts';
import type { Frame } from '../frames/frame-part.ts';
import { MessageFragmenter, type MessageFragmenterOptions } from '../messages/message-fragmenter.ts';
import type { OutgoingPart } from '../messages/message-part.ts';

export interface DataLaneOptions extends EventEncoderOptions, MessageFragmenterOptions {}

/** The queue of messages; frames are made on demand, so that something else can pass between any two of them. */
export class DataLane {
  readonly #parts = new Fifo<OutgoingPart>();
  readonly #options: DataLaneOptions;
  readonly #chooses: CompressionChoice;
  #frames: Stage<OutgoingPart, Frame>;
  #progress = between;
  #ahead: Frame | undefined;
  #completed = 0;
  #busy = false;

  constructor(options: DataLaneOptions) {
    this.#options = options;
    this.#chooses = compressionChoice(options.compression);
    this.#frames = framePipe(options);
  }

  /** Queues a message or a part of one. Its octets are lent until its frames have left. Throws as `acceptEvent`. */
  push(event: OutgoingText | OutgoingBinary): void {
    const [part, progress] = acceptEvent(event, this.#progress, this.#chooses);
    this.#progress = progress;
    this.#parts.push(part);
  }

  /** Whether a frame can be had. */
  get ready(): boolean {
    this.#ahead ??= this.#next();
    return this.#ahead !== undefined;
  }

  /** The next frame, if there is one. One is made ahead, which shows whether an event has wholly left. */
  shift(): Frame | undefined {
    const frame = this.#ahead ?? this.#next();
    this.#ahead = this.#next();
    return frame;
  }

  /** How many events have wholly left since the last call. */
  takeCompleted(): number {
    const completed = this.#completed;
    this.#completed = 0;
    return completed;
  }

  /** Drops whatever waits, the rest of a message that is half out too. */
  clear(): void {
    this.#parts.clear();
    this.#frames = framePipe(this.#options);
    this.#ahead = undefined;
    this.#busy = false;
  }

  #next(): Frame | undefined {
    for (;;) {
      const frame = this.#frames.read();
      if (frame !== undefined) return frame;
      if (this.#busy) this.#completed += 1;
      const part = this.#parts.shift();
      this.#busy = part !== undefined;
      if (part === undefined) return undefined;
      this.#frames.write(part);
    }
  }
}

function framePipe(options: DataLaneOptions): Stage<OutgoingPart, Frame> {
  const fragmenter = new MessageFragmenter(options);
  return options.compression ? fuse(new PartDeflater(options.compression.deflater), fragmenter) : fragmenter;
}
