// What the runner tells a program that it starts inside a runtime: the first argument, as JSON.

export interface Order {
  /** Where the runner's own servers listen: on `localhost`. */
  readonly wsPort: number;
  readonly wssPort: number;
  /** A port without a listener. */
  readonly deadPort: number;
  /** The certificate of the `wss:` server, which signs itself. */
  readonly cert: string;
  readonly key: string;
}
