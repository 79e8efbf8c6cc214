// Everything that can be chosen of a connection. Each default stands where its part of the connection is made.

import type { WebSocketDecoderOptions } from '../events/websocket-decoder.ts';
import type { EndingOptions } from './ending.ts';
import type { FrameMeterOptions } from './frame-meter.ts';
import type { OutboxOptions } from './outbox.ts';
import type { TimeoutOptions } from './timeouts.ts';

export interface ConnectionOptions
  extends WebSocketDecoderOptions,
    Omit<OutboxOptions, 'maxFrameBytes'>,
    FrameMeterOptions,
    TimeoutOptions,
    EndingOptions {
  /** Octets of payload in one frame that we send, so that a control frame can pass soon. Default: 16 KiB. */
  readonly maxFrameBytes?: number | undefined;
}
