// Reads all outputs of a stage for one input.

import type { Stage } from '../wsluice.ts';

/** Writes the input, and yields all outputs. If the stage is `busy`, reads on at once. */
export function* outputs<In, Out>(stage: Stage<In, Out>, input: In): Generator<Out> {
  stage.write(input);
  for (;;) {
    const out = stage.read();
    if (out !== undefined) yield out;
    else if (stage.busy !== true) return;
  }
}
