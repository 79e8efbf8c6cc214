// Data that waits to go out: events in, frames out when they are asked for. RFC 6455 §5.4.

import { Fifo } from '../base/fifo.ts';
import { acceptEvent, between } from '../events/accept-event.ts';
import type { OutgoingBinary, OutgoingText } from '../events/event.ts';
import type { Frame } from '../frames/frame-part.ts';
import { MessageFragmenter, type MessageFragmenterOptions } from '../messages/message-fragmenter.ts';
import type { OutgoingPart } from '../messages/message-part.ts';

/** The queue of messages; frames are made on demand, so that something else can pass between any two of them. */
export class DataLane {
  readonly #parts = new Fifo<OutgoingPart>();
  readonly #options: MessageFragmenterOptions;
  #frames: MessageFragmenter;
  #progress = between;
  #ahead: Frame | undefined;
  #completed = 0;
  #busy = false;

  constructor(options: MessageFragmenterOptions) {
    this.#options = options;
    this.#frames = new MessageFragmenter(options);
  }

  /** Queues a message or a part of one. Its octets are lent until its frames have left. Throws as `acceptEvent`. */
  push(event: OutgoingText | OutgoingBinary): void {
    const [part, progress] = acceptEvent(event, this.#progress);
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
    this.#frames = new MessageFragmenter(this.#options);
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
