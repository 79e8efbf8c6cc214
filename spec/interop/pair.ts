// The interface of a row of the table.

import type { CheckName } from './checks.ts';

/** wsluice and a peer in one role. */
export interface Pair {
  readonly name: string;
  /** The command that installs the peer. */
  readonly install: string;
  isInstalled(): boolean;
  /** Returns the version of the peer. */
  start(): Promise<string>;
  /** Returns true if the interface of the peer allows this check. */
  can(name: CheckName): boolean;
  /** Runs a check. Rejects if it fails. */
  check(name: CheckName): Promise<void>;
  /** Stops the pair, also after a failed start. */
  stop(): Promise<void>;
}
