// Reads all outputs that a stage makes of one input.

import type { Stage } from '../wsluice.ts';

/** Writes the input and gives all outputs. A stage may pause its work (`busy`): the page goes on at once. */
export function* outputs<In, Out>(stage: Stage<In, Out>, input: In): Generator<Out> {
  stage.write(input);
  for (;;) {
    const out = stage.read();
    if (out !== undefined) yield out;
    else if (stage.busy !== true) return;
  }
}
