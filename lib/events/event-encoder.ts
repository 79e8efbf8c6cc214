// Encodes events as message parts: RFC 6455 §5.5.1, 5.6, RFC 7692 §6.1. It knows nothing of frames.

import { object, type Settled } from '../base/option-rule.ts';
import { OptionTable } from '../base/option-table.ts';
import type { Stage } from '../base/stage.ts';
import type { OutgoingPart } from '../messages/message-part.ts';
import { acceptEvent, between, type CompressionChoice } from './accept-event.ts';
import type { OutgoingEvent } from './event.ts';
import { compressionChoice, type OutgoingCompression, PartDeflater } from './part-deflater.ts';

const none: readonly never[] = [];

/** The options of an {@link EventEncoder}. */
export interface EventEncoderOptions {
  /** Compresses messages, if permessage-deflate was negotiated. Default: no message is compressed. */
  readonly compression?: OutgoingCompression | undefined;
}

export const eventEncoderOptions: OptionTable<Settled<EventEncoderOptions, 'compression'>> =
  /* @__PURE__ */ new OptionTable('EventEncoder', () => ({
    compression: object(),
  }));

/**
 * Encodes events as message parts. Bytes are borrowed until the output has been consumed.
 *
 * `write` throws before it accepts anything of a batch, and the encoder remains usable: TypeError for an invalid shape, an
 * event after a Close, or a part that does not continue the open message; RangeError for control data longer than 125 bytes
 * or an invalid close code. `close` throws TypeError inside a message.
 */
export class EventEncoder implements Stage<OutgoingEvent | readonly OutgoingEvent[], OutgoingPart> {
  readonly #chooses: CompressionChoice;
  readonly #deflater: PartDeflater | undefined;
  #progress = between;
  #parts: readonly OutgoingPart[] = none;
  #index = 0;

  constructor(options: EventEncoderOptions = {}) {
    const { compression } = eventEncoderOptions.check(options);
    this.#chooses = compressionChoice(compression);
    this.#deflater = compression && new PartDeflater(compression.deflater);
  }

  write(events: OutgoingEvent | readonly OutgoingEvent[]): void {
    const all: readonly OutgoingEvent[] = Array.isArray(events) ? events : [events];
    const parts: OutgoingPart[] = new Array(all.length);
    let progress = this.#progress;
    for (let i = 0; i < all.length; i++) {
      [parts[i], progress] = acceptEvent(all[i]!, progress, this.#chooses);
    }
    this.#progress = progress;
    this.#parts = parts;
    this.#index = 0;
  }

  read(): OutgoingPart | undefined {
    if (this.#deflater === undefined) return this.#shift();
    for (;;) {
      const compressed = this.#deflater.read();
      if (compressed !== undefined) return compressed;
      const part = this.#shift();
      if (part === undefined) return undefined;
      this.#deflater.write(part);
    }
  }

  close(): void {
    if (this.#progress.type === 'inside')
      throw new TypeError('cannot close inside a message: send its last part first');
  }

  #shift(): OutgoingPart | undefined {
    if (this.#index < this.#parts.length) return this.#parts[this.#index++];
    this.#parts = none;
    return undefined;
  }
}
