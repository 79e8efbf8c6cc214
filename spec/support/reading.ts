// Functions to run a stage in specs.

import type { Stage } from '../../lib/base/stage.ts';

/** Returns the outputs of the stage until it needs more input. */
export function readAll<Out>(stage: Pick<Stage<never, Out>, 'read' | 'busy'>): Out[] {
  const outputs: Out[] = [];
  for (let out = stage.read(); out !== undefined || stage.busy; out = stage.read()) {
    if (out !== undefined) outputs.push(out);
  }
  return outputs;
}

/** Returns the outputs of the stage for these chunks, read to the end after each. */
export function through<In, Out>(stage: Stage<In, Out>, ...chunks: In[]): Out[] {
  return chunks.flatMap(chunk => {
    stage.write(chunk);
    return readAll(stage);
  });
}

/** Returns the error that the function throws. */
export function thrownBy(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}
