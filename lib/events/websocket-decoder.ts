// The whole pipe inwards: octets in, events out. RFC 6455 §5 to 8, RFC 7692 §6.2.

import { checkedRole, type Role } from '../base/choice.ts';
import { fuse } from '../base/fuse.ts';
import { checkedLimit } from '../base/limit.ts';
import type { Stage } from '../base/stage.ts';
import { FrameDecoder } from '../frames/frame-decoder.ts';
import type { FramePart } from '../frames/frame-part.ts';
import { MessageAssembler } from '../messages/message-assembler.ts';
import type { WebSocketEvent } from './event.ts';
import { EventDecoder, type EventDecoderOptions } from './event-decoder.ts';

export interface WebSocketDecoderOptions extends EventDecoderOptions {
  /** Our role: a server takes masked frames only, a client unmasked ones only. */
  readonly role: Role;
  /**
   * Octets of one message, after inflation; one more is refused with 1009, on the header where that declares it.
   * Default: 1 MiB for a server, 16 MiB for a client; Infinity where parts are delivered.
   */
  readonly maxMessageBytes?: number | undefined;
  /** Frames of one message; one more is refused with 1008. Default: 262,144; Infinity where parts are delivered. */
  readonly maxFragments?: number | undefined;
}

/** The `maxMessageBytes` that holds where the options name none. */
export function messageLimit({ role, deliver, maxMessageBytes }: WebSocketDecoderOptions): number {
  const whole = checkedRole(role) === 'server' ? 2 ** 20 : 2 ** 24;
  return checkedLimit('maxMessageBytes', maxMessageBytes, deliver === 'parts' ? Infinity : whole);
}

/** The first stage of {@link webSocketDecoder}. */
export function frameDecoder({ role, ownsInput, inflater }: WebSocketDecoderOptions): FrameDecoder {
  return new FrameDecoder({ role, ownsInput, rsv1: inflater !== undefined });
}

/**
 * {@link FrameDecoder}, {@link MessageAssembler} and {@link EventDecoder} as one stage.
 *
 * @param frames - what takes the place of the first, such as one whose frames are watched on their way
 */
export function webSocketDecoder(
  options: WebSocketDecoderOptions,
  frames: Stage<Uint8Array, FramePart> = frameDecoder(options),
): Stage<Uint8Array, WebSocketEvent> {
  const { role, ownsInput, deliver } = options;
  // Of parts nothing is kept: our own frames of 16 KiB would reach the limit of whole messages at 4 GiB.
  const { maxFragments = deliver === 'parts' ? Infinity : undefined } = options;
  return fuse(
    frames,
    fuse(
      new MessageAssembler({ maxMessageBytes: messageLimit(options), maxFragments }),
      // What a server's frame decoder gives has been unmasked into memory of its own, or is ours already.
      new EventDecoder({ ...options, ownsInput: ownsInput || role === 'server' }),
    ),
  );
}
