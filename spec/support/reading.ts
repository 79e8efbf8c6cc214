// How specs drive a stage.

import type { Stage } from '../../lib/base/stage.ts';

/** The outputs of the stage until it needs more input. */
export function readAll<Out>(stage: Pick<Stage<never, Out>, 'read' | 'busy'>): Out[] {
  const outputs: Out[] = [];
  for (let out = stage.read(); out !== undefined || stage.busy; out = stage.read()) {
    if (out !== undefined) outputs.push(out);
  }
  return outputs;
}

/** What the stage gives for these chunks, read to the end after each. */
export function through<In, Out>(stage: Stage<In, Out>, ...chunks: In[]): Out[] {
  return chunks.flatMap(chunk => {
    stage.write(chunk);
    return readAll(stage);
  });
}

/** What the function throws. */
export function thrownBy(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}
