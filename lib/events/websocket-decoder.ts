// The complete decoding pipeline, from bytes to events: RFC 6455 §5 to 8, RFC 7692 §6.2.

import { limit, type Settled } from '../base/option-rule.ts';
import { OptionTable } from '../base/option-table.ts';
import { refuseWhileBusy } from '../base/refuse-while-busy.ts';
import { type Role, roleRule } from '../base/role.ts';
import type { Stage } from '../base/stage.ts';
import { FrameDecoder, frameDecoderOptions } from '../frames/frame-decoder.ts';
import type { FramePart } from '../frames/frame-part.ts';
import { MessageAssembler, messageAssemblerOptions } from '../messages/message-assembler.ts';
import type { WebSocketEvent } from './event.ts';
import {
  EventDecoder,
  type EventDecoderOptions,
  eventDecoderOptions,
  type SettledEventDecoderOptions,
} from './event-decoder.ts';

/** The options of {@link webSocketDecoder}: those of its three stages. */
export interface WebSocketDecoderOptions extends EventDecoderOptions {
  /** Our role: a server accepts only masked frames, a client only unmasked ones. */
  readonly role: Role;
  /**
   * The most bytes of one message, after decompression. A longer message is rejected with 1009, as early as its header if
   * that declares too much. Default: 1 MiB for a server, 16 MiB for a client; Infinity with `deliver: 'parts'`.
   */
  readonly maxMessageBytes?: number | undefined;
  /** The most frames of one message. One more is rejected with 1008. Default: 262,144; Infinity with `deliver: 'parts'`. */
  readonly maxFragments?: number | undefined;
}

export type SettledWebSocketDecoderOptions = SettledEventDecoderOptions &
  Settled<Omit<WebSocketDecoderOptions, keyof EventDecoderOptions>, 'maxMessageBytes' | 'maxFragments'>;

export const webSocketDecoderOptions: OptionTable<SettledWebSocketDecoderOptions> =
  /* @__PURE__ */ new OptionTable('webSocketDecoder', () => ({
    ...eventDecoderOptions.rules,
    role: roleRule,
    maxMessageBytes: limit(),
    maxFragments: limit(),
  }));

/** Returns the `maxMessageBytes` that applies, by default or by option. */
export function messageLimit({ role, deliver, maxMessageBytes }: WebSocketDecoderOptions): number {
  return maxMessageBytes ?? (deliver === 'parts' ? Infinity : role === 'server' ? 2 ** 20 : 2 ** 24);
}

/** Returns the first stage of {@link webSocketDecoder}. */
export function frameDecoder({ role, ownsInput, inflater }: SettledWebSocketDecoderOptions): FrameDecoder {
  const own = { role, ownsInput, rsv1: inflater !== undefined, maxFrameBytes: Infinity };
  return new FrameDecoder(frameDecoderOptions.settle(own));
}

/** Returns {@link FrameDecoder}, {@link MessageAssembler} and {@link EventDecoder} as one stage. */
export function webSocketDecoder(options: WebSocketDecoderOptions): Stage<Uint8Array, WebSocketEvent> {
  const settled = webSocketDecoderOptions.check(options);
  return decoderPipe(settled, frameDecoder(settled));
}

/** An observer of the frames that are received. */
export interface ReceivedFrameObserver {
  /** Called with each part of a frame. If it throws, the decoder does. */
  frameReceived(part: FramePart): void;
}

/**
 * Returns {@link webSocketDecoder} for options that have been checked.
 *
 * @param frames - the first stage, from {@link frameDecoder}
 */
export function decoderPipe(
  options: SettledWebSocketDecoderOptions,
  frames: FrameDecoder,
  observer?: ReceivedFrameObserver,
): Stage<Uint8Array, WebSocketEvent> {
  const { role, deliver, inflater, maxPinnedBytes, ownBuffers, allocate } = options;
  // A server's frame decoder has copied payloads to unmask them, or owned them before.
  const ownsInput = options.ownsInput || role === 'server';
  const delivery = { deliver, inflater, ownsInput, maxPinnedBytes, ownBuffers, allocate };
  // With `deliver: 'parts'` nothing is buffered, and at 16 KiB per frame the default would cap messages at 4 GiB.
  const most = deliver === 'parts' ? Infinity : messageAssemblerOptions.rules.maxFragments.fallback;
  const limits = { maxMessageBytes: messageLimit(options), maxFragments: options.maxFragments ?? most };
  const messages = new MessageAssembler(messageAssemblerOptions.settle(limits));
  return new DecoderPipe(frames, observer, messages, new EventDecoder(eventDecoderOptions.settle(delivery)));
}

/** The most parts of frames that one read passes on without an event, as in `fuse`. */
const maxParts = 2048;

/** The three stages in order. It does the same as `fuse`, but each of its calls has one target, which saves 4 % of an echo. */
class DecoderPipe implements Stage<Uint8Array, WebSocketEvent> {
  readonly #frames: FrameDecoder;
  readonly #observer: ReceivedFrameObserver | undefined;
  readonly #messages: MessageAssembler;
  readonly #events: EventDecoder;
  #busy = false;
  #failure: { readonly error: unknown } | undefined;

  constructor(
    frames: FrameDecoder,
    observer: ReceivedFrameObserver | undefined,
    messages: MessageAssembler,
    events: EventDecoder,
  ) {
    this.#frames = frames;
    this.#observer = observer;
    this.#messages = messages;
    this.#events = events;
  }

  get busy(): boolean {
    return this.#busy;
  }

  write(chunk: Uint8Array): void {
    refuseWhileBusy(this.#busy, 'write()');
    this.#frames.write(chunk);
  }

  read(): WebSocketEvent | undefined {
    this.#busy = false;
    if (this.#failure !== undefined) throw this.#failure.error;
    try {
      return this.#next();
    } catch (error) {
      this.#fail(error);
    }
  }

  close(): void {
    refuseWhileBusy(this.#busy, 'close()');
    if (this.#failure !== undefined) throw this.#failure.error;
    try {
      this.#close();
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): never {
    this.#failure = { error };
    throw error;
  }

  #next(): WebSocketEvent | undefined {
    for (let parts = 0; parts < maxParts; parts++) {
      const event = this.#events.read();
      if (event !== undefined) return event;
      if (this.#events.busy) break;
      const part = this.#frames.read();
      if (part === undefined) return undefined;
      this.#observer?.frameReceived(part);
      this.#messages.write(part);
      const message = this.#messages.read();
      if (message !== undefined) this.#events.write(message);
    }
    this.#busy = true;
    return undefined;
  }

  #close(): void {
    // An error about what has arrived comes before those about truncated input.
    this.#events.read();
    this.#frames.close();
    this.#messages.close();
    this.#events.close();
  }
}
