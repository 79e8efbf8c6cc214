// The whole pipe outwards: events in, octets out. RFC 6455 §5 to 8.

import { fuse } from '../base/fuse.ts';
import type { Settled } from '../base/option-rule.ts';
import { OptionTable } from '../base/option-table.ts';
import type { Stage } from '../base/stage.ts';
import { FrameEncoder, type FrameEncoderOptions, frameEncoderOptions } from '../frames/frame-encoder.ts';
import type { Frame } from '../frames/frame-part.ts';
import {
  MessageFragmenter,
  type MessageFragmenterOptions,
  messageFragmenterOptions,
} from '../messages/message-fragmenter.ts';
import type { OutgoingEvent } from './event.ts';
import { EventEncoder, type EventEncoderOptions, eventEncoderOptions } from './event-encoder.ts';

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

/**
 * Frames that are gathered for one chunk: with their headers no more than {@link FrameEncoder} puts into one, unless text is
 * more octets than it has UTF-16 units.
 */
const batchFrames = 256;
const batchBytes = 49_152;

/** {@link EventEncoder}, {@link MessageFragmenter} and {@link FrameEncoder} as one stage: small events that are written together leave as one chunk. */
export class WebSocketEncoder implements Stage<OutgoingEvent | readonly OutgoingEvent[], Uint8Array> {
  readonly #frames: Stage<OutgoingEvent | readonly OutgoingEvent[], Frame>;
  readonly #octets: FrameEncoder;
  /** Whether what was written has been read to its end, or to its failure. */
  #drained = true;
  /** Why no frame comes any more. */
  #failed: { readonly error: unknown } | undefined;

  constructor(options: WebSocketEncoderOptions) {
    const { compression, maxFrameBytes, role, randomBytes } = webSocketEncoderOptions.check(options);
    this.#frames = fuse(new EventEncoder({ compression }), new MessageFragmenter({ maxFrameBytes }));
    this.#octets = new FrameEncoder({ role, randomBytes });
  }

  write(events: OutgoingEvent | readonly OutgoingEvent[]): void {
    this.#frames.write(events);
    this.#drained = false;
  }

  read(): Uint8Array | undefined {
    const chunk = this.#octets.read();
    if (chunk !== undefined) return chunk;
    const batch = this.#nextBatch();
    if (batch !== undefined) {
      this.#octets.write(batch);
      return this.#octets.read();
    }
    if (this.#failed !== undefined) throw this.#failed.error;
    return undefined;
  }

  close(): void {
    if (this.#failed !== undefined) throw this.#failed.error;
    this.#frames.close();
  }

  #nextBatch(): Frame[] | undefined {
    const first = this.#nextFrame();
    if (first === undefined) return undefined;
    const batch = [first];
    let bytes = first.payload.length;
    while (bytes < batchBytes && batch.length < batchFrames) {
      const frame = this.#nextFrame();
      if (frame === undefined) break;
      batch.push(frame);
      bytes += frame.payload.length;
    }
    return batch;
  }

  /** A failure is thrown behind what came before it, and nothing comes behind it. */
  #nextFrame(): Frame | undefined {
    if (this.#drained || this.#failed !== undefined) return undefined;
    let frame: Frame | undefined;
    try {
      frame = this.#frames.read();
    } catch (error) {
      this.#failed = { error };
    }
    this.#drained = frame === undefined;
    return frame;
  }
}
