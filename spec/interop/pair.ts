// What a row of the table stands for.

import type { CheckName } from './checks.ts';

/** Our side and a peer of it. */
export interface Pair {
  readonly name: string;
  /** The command that installs the peer. */
  readonly install: string;
  isInstalled(): boolean;
  /** Gives the peer's version. */
  start(): Promise<string>;
  /** Whether the peer's interface allows this check. */
  can(name: CheckName): boolean;
  /** Rejects when something is not as it should be. */
  check(name: CheckName): Promise<void>;
  /** Also after a start that has failed. */
  stop(): Promise<void>;
}
