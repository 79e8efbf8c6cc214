// The complete decoding pipeline, from bytes to events: RFC 6455 §5 to 8, RFC 7692 §6.2.

import { fuse } from '../base/fuse.ts';
import { limit, type Settled } from '../base/option-rule.ts';
import { OptionTable } from '../base/option-table.ts';
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

/**
 * Returns {@link webSocketDecoder} for options that have been checked.
 *
 * @param frames - replaces the first stage, for example to observe frames
 */
export function decoderPipe(
  options: SettledWebSocketDecoderOptions,
  frames: Stage<Uint8Array, FramePart>,
): Stage<Uint8Array, WebSocketEvent> {
  const { role, deliver, inflater, maxPinnedBytes, ownBuffers, allocate } = options;
  // A server's frame decoder has copied payloads to unmask them, or owned them before.
  const ownsInput = options.ownsInput || role === 'server';
  const delivery = { deliver, inflater, ownsInput, maxPinnedBytes, ownBuffers, allocate };
  // With `deliver: 'parts'` nothing is buffered, and at 16 KiB per frame the default would cap messages at 4 GiB.
  const most = deliver === 'parts' ? Infinity : messageAssemblerOptions.rules.maxFragments.fallback;
  const limits = { maxMessageBytes: messageLimit(options), maxFragments: options.maxFragments ?? most };
  return fuse(
    frames,
    fuse(
      new MessageAssembler(messageAssemblerOptions.settle(limits)),
      new EventDecoder(eventDecoderOptions.settle(delivery)),
    ),
  );
}
