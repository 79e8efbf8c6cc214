// What adapters of Node streams have in common: how kinds of streams differ, and what a stream reports.

import type { Duplex } from 'node:stream';

/** The traits in which kinds of Node streams differ. */
export interface NodeStreamTraits<Kind extends Duplex = Duplex> {
  /** Lets go of both directions at once; called when both have ended, too. */
  cut(stream: Kind): void;
  /** Whether a stream that closed before its 'finish' has nevertheless sent everything and its end. */
  hasSentAll(stream: Kind): boolean;
}

/** The events of a stream. */
export interface NodeStreamListener {
  data(chunk: Uint8Array): void;
  inputEnd(): void;
  /** The stream has closed. */
  closed(): void;
  /** The stream has failed, or was destroyed; after a good end of a side nothing happens to that side. */
  fail(error: Error | null | undefined): void;
}
