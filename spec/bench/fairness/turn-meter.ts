// The longest turn of this process's event loop, in CPU time: what happens between two calls of a chain of immediates.

import { cpuMicros } from '../process/answering.ts';

interface ThreadCpu {
  threadCpuUsage?(): { readonly user: number; readonly system: number };
}

/** CPU of the main thread alone where Node tells it (from 23.9 on), else of all threads. */
function turnMicros(): number {
  const thread = (process as ThreadCpu).threadCpuUsage?.();
  return thread === undefined ? cpuMicros() : thread.user + thread.system;
}

export class TurnMeter {
  #longestMicros = 0;
  #last = turnMicros();

  constructor() {
    const turn = () => {
      const now = turnMicros();
      this.#longestMicros = Math.max(this.#longestMicros, now - this.#last);
      this.#last = now;
      setImmediate(turn);
    };
    setImmediate(turn);
  }

  /** Returns the milliseconds of the longest turn since the last call. */
  takeLongestMs(): number {
    const longest = this.#longestMicros;
    this.#longestMicros = 0;
    return longest / 1000;
  }
}
