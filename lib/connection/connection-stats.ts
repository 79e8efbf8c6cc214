// The statistics of a connection.

import type { Traffic } from './frame-observer.ts';

/** The traffic in one direction. */
export interface TrafficStats extends Readonly<Traffic> {
  /**
   * The compression ratio: bytes of compressed messages before compression divided by bytes after it. `undefined` if no
   * message was compressed. Messages sent as a `PreparedMessage` do not count.
   */
  readonly ratio: number | undefined;
}

/** The traffic of a connection so far. */
export interface ConnectionStats {
  readonly received: TrafficStats;
  readonly sent: TrafficStats;
  /** The round trip of the last ping that was answered, in milliseconds. */
  readonly roundTripMs: number | undefined;
}
