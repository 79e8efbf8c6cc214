// Two stages in, one stage out.

import type { Stage } from './stage.ts';

/** The two stages as one, equal output for output to piping `first` through `second`. */
export function fuse<In, Between, Out>(
  first: Stage<In, Between>,
  second: Stage<Between, Out>,
): Stage<In, Out> {
  return {
    write(chunk: In): void {
      first.write(chunk);
    },
    read(): Out | undefined {
      for (;;) {
        const out = second.read();
        if (out !== undefined) return out;
        const between = first.read();
        if (between === undefined) return undefined;
        second.write(between);
      }
    },
    close(): void {
      // What the second has thrown comes before what the first may make of its cut-off input.
      second.read();
      first.close();
      second.close();
    },
  };
}
