// What a connection tells of itself.

import type { Traffic } from './frame-meter.ts';

/** What a connection has done so far. */
export interface ConnectionStats {
  readonly received: Readonly<Traffic>;
  readonly sent: Readonly<Traffic>;
  /** Of the last ping that was answered, in milliseconds. */
  readonly roundTripMs: number | undefined;
}
