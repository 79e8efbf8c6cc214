// Two stages in, one stage out.

import type { Stage } from './stage.ts';

/** The two stages as one, equal output for output to piping `first` through `second`. */
export function fuse<In, Between, Out>(
  first: Stage<In, Between>,
  second: Stage<Between, Out>,
): Stage<In, Out> {
  return new Fused(first, second);
}

class Fused<In, Between, Out> implements Stage<In, Out> {
  readonly #first: Stage<In, Between>;
  readonly #second: Stage<Between, Out>;

  constructor(first: Stage<In, Between>, second: Stage<Between, Out>) {
    this.#first = first;
    this.#second = second;
  }

  write(chunk: In): void {
    this.#first.write(chunk);
  }

  read(): Out | undefined {
    for (;;) {
      const out = this.#second.read();
      if (out !== undefined) return out;
      const between = this.#first.read();
      if (between === undefined) return undefined;
      this.#second.write(between);
    }
  }

  close(): void {
    // What the second has thrown comes before what the first may make of its cut-off input.
    this.#second.read();
    this.#first.close();
    this.#second.close();
  }
}
