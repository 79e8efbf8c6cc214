// The complete encoding pipeline, from events to bytes: RFC 6455 §5 to 8.

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

/** The length below which chunks are joined: an additional chunk costs a stream more than the copy. */
const joinedBytes = 16_384;

/** The sizes up to which a batch is handed to the scheduler for one chunk. The rest waits until that has been read. */
const batchBytes = 32_768;
const batchMessages = 1024;

const none: readonly never[] = [];

/**
 * Encodes events as bytes, like `EventEncoder`, `MessageFragmenter` and `FrameEncoder` one after the other. Small events that
 * are written together are output as one chunk. Payloads are borrowed until the output has been consumed.
 *
 * `write` throws the errors of `EventEncoder`. `read` throws the error of a compressor or of the source of masking keys,
 * after the output that was encoded before it; then the encoder cannot be used further.
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

  /** Whether `read` has used up its budget. If so, call it again in a later task. */
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
      throw new TypeError('cannot close inside a message: send its last part first');
  }

  /** Encodes written events, up to a batch. */
  #encode(): void {
    this.#reset();
    do {
      this.#handOver();
      this.#chunks = joinShort(this.#next(), joinedBytes);
    } while (this.#chunks.length === 0 && this.#partIndex < this.#parts.length && !this.busy);
  }

  /** Hands parts to the scheduler, which encodes small messages when they are queued. */
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
