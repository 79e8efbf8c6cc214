// A process: does one work over and over, by ws or by us.

import type { Ran } from '../cpu-table.ts';
import { answer } from '../process/answering.ts';
import { pairs } from './pairs.ts';
import type { WorkName } from './works.ts';

export interface Turn {
  readonly party: 'ws' | 'ours';
  readonly ms: number;
}

const pair = pairs[process.argv[2] as WorkName]();

answer({
  async run({ party, ms }: Turn): Promise<Ran> {
    const begun = performance.now();
    let count = 0;
    while (performance.now() - begun < ms) {
      await pair[party]();
      count += pair.messages;
    }
    return { count, ms: performance.now() - begun };
  },
});
