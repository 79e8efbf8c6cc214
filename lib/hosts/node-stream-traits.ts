// The interfaces that the adapters of Node streams share.

import type { Duplex } from 'node:stream';

/** The behaviour in which kinds of Node streams differ. */
export interface NodeStreamTraits<Kind extends Duplex = Duplex> {
  /** Releases both directions at once. Also called when both have ended. */
  cut(stream: Kind): void;
  /** Returns true if a stream that closed before 'finish' has sent everything and its end. */
  hasSentAll(stream: Kind): boolean;
}

/** A listener to the events of a stream. */
export interface NodeStreamListener {
  data(chunk: Uint8Array): void;
  inputEnd(): void;
  /** Called when the stream has closed. */
  closed(): void;
  /** Called when the stream has failed or was destroyed. Has no effect on a side that has ended. */
  fail(error: Error | null | undefined): void;
}
