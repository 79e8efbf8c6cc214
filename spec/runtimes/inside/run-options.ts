// The first argument, as JSON, of the programs that the runner starts in a runtime.

export interface RunOptions {
  /** The ports of the runner's servers on `localhost`. */
  readonly wsPort: number;
  readonly wssPort: number;
  /** A port without a listener. */
  readonly deadPort: number;
  /** The self-signed certificate of the `wss:` server. */
  readonly cert: string;
  readonly key: string;
}
