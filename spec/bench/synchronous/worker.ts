// A process that repeats one task, by ws or by wsluice.

import type { LoadResult } from '../cpu-table.ts';
import { answer } from '../process/answer.ts';
import { pairs } from './pairs.ts';
import type { TaskName } from './tasks.ts';

export interface TaskRun {
  readonly library: 'ws' | 'ours';
  readonly ms: number;
}

const pair = pairs[process.argv[2] as TaskName]();

answer({
  async run({ library, ms }: TaskRun): Promise<LoadResult> {
    const startedAt = performance.now();
    let count = 0;
    while (performance.now() - startedAt < ms) {
      await pair[library]();
      count += pair.messages;
    }
    return { count, ms: performance.now() - startedAt };
  },
});
