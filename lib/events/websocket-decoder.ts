// The whole pipe inwards: bytes in, events out. RFC 6455 §5 to 8, RFC 7692 §6.2.

import { fuse } from '../base/fuse.ts';
import { limit, type Settled } from '../base/option-rule.ts';
import { OptionTable } from '../base/option-table.ts';
import { type Role, roleRule } from '../base/role.ts';
import type { Stage } from '../base/stage.ts';
import { FrameDecoder } from '../frames/frame-decoder.ts';
import type { FramePart } from '../frames/frame-part.ts';
import { MessageAssembler } from '../messages/message-assembler.ts';
import type { WebSocketEvent } from './event.ts';
import {
  EventDecoder,
  type EventDecoderOptions,
  eventDecoderOptions,
  type SettledEventDecoderOptions,
} from './event-decoder.ts';

/** The options of {@link webSocketDecoder}: those of its three stages. */
export interface WebSocketDecoderOptions extends EventDecoderOptions {
  /** Our role: a server takes masked frames only, a client unmasked ones only. */
  readonly role: Role;
  /**
   * Bytes of one message, after inflation; one more is refused with 1009, on the header where that declares it.
   * Default: 1 MiB for a server, 16 MiB for a client; Infinity where parts are delivered.
   */
  readonly maxMessageBytes?: number | undefined;
  /** Frames of one message; one more is refused with 1008. Default: 262,144; Infinity where parts are delivered. */
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

/** The `maxMessageBytes` that applies if the options name none. */
export function messageLimit({ role, deliver, maxMessageBytes }: WebSocketDecoderOptions): number {
  return maxMessageBytes ?? (deliver === 'parts' ? Infinity : role === 'server' ? 2 ** 20 : 2 ** 24);
}

/** Returns the first stage of {@link webSocketDecoder}. */
export function frameDecoder({ role, ownsInput, inflater }: WebSocketDecoderOptions): FrameDecoder {
  return new FrameDecoder({ role, ownsInput, rsv1: inflater !== undefined });
}

/** {@link FrameDecoder}, {@link MessageAssembler} and {@link EventDecoder} as one stage. */
export function webSocketDecoder(options: WebSocketDecoderOptions): Stage<Uint8Array, WebSocketEvent> {
  const settled = webSocketDecoderOptions.check(options);
  return decoderPipe(settled, frameDecoder(settled));
}

/**
 * {@link webSocketDecoder} for options that have been checked.
 *
 * @param frames - takes the place of the first stage, such as one whose frames are watched on their way
 */
export function decoderPipe(
  options: SettledWebSocketDecoderOptions,
  frames: Stage<Uint8Array, FramePart>,
): Stage<Uint8Array, WebSocketEvent> {
  const { role, ownsInput, deliver } = options;
  // Of parts nothing is kept: our own frames of 16 KiB would reach the limit of whole messages at 4 GiB.
  const { maxFragments = deliver === 'parts' ? Infinity : undefined } = options;
  return fuse(
    frames,
    fuse(
      new MessageAssembler({ maxMessageBytes: messageLimit(options), maxFragments }),
      // What a server's frame decoder gives has been unmasked into memory of its own, or is ours already.
      new EventDecoder(eventDecoderOptions.pick(options, { ownsInput: ownsInput || role === 'server' })),
    ),
  );
}
