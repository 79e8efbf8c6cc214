// Everything that can be chosen of a connection. Each default stands where its part of the connection is made.

import { callable, flag, limit, type Settled } from '../base/option-rule.ts';
import { OptionTable } from '../base/option-table.ts';
import { eventEncoderOptions } from '../events/event-encoder.ts';
import { type WebSocketDecoderOptions, webSocketDecoderOptions } from '../events/websocket-decoder.ts';
import { frameEncoderOptions } from '../frames/frame-encoder.ts';
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

export type SettledConnectionOptions = Settled<
  ConnectionOptions,
  | 'inflater'
  | 'maxPinnedBytes'
  | 'allocate'
  | 'maxMessageBytes'
  | 'maxFragments'
  | 'randomBytes'
  | 'compression'
  | 'tap'
>;

export const connectionOptions: OptionTable<SettledConnectionOptions> = /* @__PURE__ */ new OptionTable(
  'Connection',
  () => ({
    ...webSocketDecoderOptions.rules,
    ...eventEncoderOptions.rules,
    ...frameEncoderOptions.rules,
    maxFrameBytes: limit(16_384),
    tap: callable(),
    tapPayloads: flag(false),
    maxControlFramesPerSecond: limit(Infinity),
    pingIntervalMs: limit(20_000),
    pingTimeoutMs: limit(20_000),
    idleTimeoutMs: limit(Infinity),
    frameTimeoutMs: limit(20_000),
    closeTimeoutMs: limit(10_000),
  }),
);
