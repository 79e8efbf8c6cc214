// The whole pipe outwards: events in, bytes out. RFC 6455 §5 to 8.

import type { Settled } from '../base/option-rule.ts';
import { OptionTable } from '../base/option-table.ts';
import type { Stage } from '../base/stage.ts';
import { joinShort } from '../bytes/chunk-gatherer.ts';
import { type FrameEncoderOptions, frameEncoderOptions } from '../frames/frame-writer.ts';
import { type MessageFragmenterOptions, messageFragmenterOptions } from '../messages/message-fragmenter.ts';
import type { OutgoingPart } from '../messages/message-part.ts';
import { acceptEvent, between, type CompressionChoice } from './accept-event.ts';
import type { OutgoingEvent } from './event.ts';
import { type EventEncoderOptions, eventEncoderOptions } from './event-encoder.ts';
import { compressionChoice } from './part-deflater.ts';
import { SendScheduler } from './send-scheduler.ts';

/** The options of a {@link WebSocketEncoder}: those of its three stages. */
export interface WebSocketEncoderOptions
  extends EventEncoderOptions,
    FrameEncoderOptions,
    MessageFragmenterOptions {}

export type SettledWebSocketEncoderOptions = Settled<WebSocketEncoderOptions, 'compression' | 'randomBytes'>;

export const webSocketEncoderOptions: OptionTable<SettledWebSocketEncoderOptions> =
  /* @__PURE__ */ new OptionTable('WebSocketEncoder', () => ({
    ...eventEncoderOptions.rules,
    ...messageFragmenterOptions.rules,
    ...frameEncoderOptions.rules,
  }));

/** Shorter chunks leave as one: a chunk costs a stream more than the copy. */
const joinedBytes = 16_384;

/** What is handed over for one chunk: the rest of a batch waits until it is read. */
const batchBytes = 32_768;
const batchMessages = 1024;

const none: readonly never[] = [];

/**
 * Encodes events as bytes: what `EventEncoder`, `MessageFragmenter` and `FrameEncoder` make of them one after the other.
 * Small events that are written together leave as one chunk. Payloads are borrowed until the output has been consumed.
 *
 * `write` throws as `EventEncoder` does. `read` throws what a compressor or the source of masking keys throws, after what
 * was encoded before it; nothing follows then.
 */
export class WebSocketEncoder implements Stage<OutgoingEvent | readonly OutgoingEvent[], Uint8Array> {
  readonly #scheduler: SendScheduler;
  readonly #chooses: CompressionChoice;
  #progress = between;
  #parts: readonly OutgoingPart[] = none;
  #partIndex = 0;
  #chunks: readonly Uint8Array[] = none;
  #chunkIndex = 0;
  #failure: { readonly error: unknown } | undefined;

  constructor(options: WebSocketEncoderOptions) {
    const { compression, maxFrameBytes, role, randomBytes } = webSocketEncoderOptions.check(options);
    this.#scheduler = new SendScheduler({ compression, maxFrameBytes, role, randomBytes });
    this.#chooses = compressionChoice(compression);
  }

  /** True if `read` has worked as long as one call may: it goes on in a later task. */
  get busy(): boolean {
    return this.#scheduler.busy;
  }

  write(events: OutgoingEvent | readonly OutgoingEvent[]): void {
    const all: readonly OutgoingEvent[] = Array.isArray(events) ? events : [events];
    let progress = this.#progress;
    this.#parts = all.map(event => {
      const [part, next] = acceptEvent(event, progress, this.#chooses);
      progress = next;
      return part;
    });
    this.#partIndex = 0;
    this.#progress = progress;
  }

  read(): Uint8Array | undefined {
    if (this.#chunkIndex === this.#chunks.length) this.#encode();
    return this.#chunks[this.#chunkIndex++] ?? this.#reset();
  }

  close(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
    if (this.#progress.type === 'inside')
      throw new TypeError('the message that was begun has not been ended');
  }

  /** Encodes what has been written, up to a batch. */
  #encode(): void {
    this.#reset();
    do {
      this.#handOver();
      this.#chunks = joinShort(this.#next(), joinedBytes);
    } while (this.#chunks.length === 0 && this.#partIndex < this.#parts.length && !this.busy);
  }

  /** Hands parts to the scheduler, which encodes small messages at once. */
  #handOver(): void {
    const scheduler = this.#scheduler;
    while (this.#partIndex < this.#parts.length) {
      if (scheduler.queuedBytes >= batchBytes || scheduler.queuedMessages >= batchMessages) return;
      scheduler.sendPart(this.#parts[this.#partIndex++]!);
    }
    this.#parts = none;
    this.#partIndex = 0;
  }

  #next(): readonly Uint8Array[] {
    try {
      return this.#scheduler.next()?.chunks ?? [];
    } catch (error) {
      this.#failure = { error };
      throw error;
    }
  }

  #reset(): undefined {
    this.#chunks = none;
    this.#chunkIndex = 0;
  }
}
