// The options of a connection, with their rules and defaults. The class that uses an option documents it.

import { callable, flag, limit, type Settled } from '../base/option-rule.ts';
import { OptionTable } from '../base/option-table.ts';
import { eventEncoderOptions } from '../events/event-encoder.ts';
import type { SendSchedulerOptions } from '../events/send-scheduler.ts';
import { type WebSocketDecoderOptions, webSocketDecoderOptions } from '../events/websocket-decoder.ts';
import { frameEncoderOptions } from '../frames/frame-writer.ts';
import type { CloseStateOptions } from './close-state.ts';
import type { FrameObserverOptions } from './frame-observer.ts';
import { minimumRate, type TimeoutOptions } from './timeouts.ts';

/** The options of a {@link Connection}: those of the decoder and the encoder, the limits, and the timeouts. */
export interface ConnectionOptions
  extends WebSocketDecoderOptions,
    SendSchedulerOptions,
    FrameObserverOptions,
    TimeoutOptions,
    CloseStateOptions {
  /**
   * Whether the connection answers pings. If false, answer each ping with `pong(data)`: a peer that gets no pong may close
   * the connection. Default: true.
   */
  readonly autoPong?: boolean | undefined;
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
    maxFrameBytes: limit(65_536),
    autoPong: flag(true),
    tap: callable(),
    tapPayloads: flag(false),
    maxControlFramesPerSecond: limit(Infinity),
    pingIntervalMs: limit(20_000),
    pingTimeoutMs: limit(20_000),
    idleTimeoutMs: limit(Infinity),
    frameTimeoutMs: limit(20_000),
    minBytesPerSecond: minimumRate,
    writeTimeoutMs: limit(60_000),
    closeTimeoutMs: limit(10_000),
  }),
);
