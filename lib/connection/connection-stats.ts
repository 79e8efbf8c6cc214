// What a connection tells of itself.

import type { Traffic } from './frame-meter.ts';

/** What has passed in one direction. */
export interface TrafficStats extends Readonly<Traffic> {
  /**
   * How many octets of compressed messages each octet of their payloads has carried; `undefined`: none was compressed.
   * Messages that were prepared for many do not count.
   */
  readonly ratio: number | undefined;
}

/** What a connection has done so far. */
export interface ConnectionStats {
  readonly received: TrafficStats;
  readonly sent: TrafficStats;
  /** Of the last ping that was answered, in milliseconds. */
  readonly roundTripMs: number | undefined;
}
