// Measures the turns of this process's event loop in CPU time, between the callbacks of successive immediates.

import { cpuMicros } from '../process/answer.ts';

interface ThreadCpu {
  threadCpuUsage?(): { readonly user: number; readonly system: number };
}

/** Returns the CPU time of the main thread, or of all threads before Node 23.9. */
function turnMicros(): number {
  const thread = (process as ThreadCpu).threadCpuUsage?.();
  return thread === undefined ? cpuMicros() : thread.user + thread.system;
}

/** Figures of the turns since the last call of `take`. */
export interface TurnFigures {
  readonly longestMs: number;
  /** The number of turns longer than ten milliseconds. */
  readonly long: number;
}

const longMicros = 10_000;

export class TurnMeter {
  #longestMicros = 0;
  #long = 0;
  #last = turnMicros();

  constructor() {
    const turn = () => {
      this.#note();
      setImmediate(turn);
    };
    setImmediate(turn);
  }

  take(): TurnFigures {
    const figures = { longestMs: this.#longestMicros / 1000, long: this.#long };
    this.#longestMicros = 0;
    this.#long = 0;
    return figures;
  }

  #note(): void {
    const now = turnMicros();
    const micros = now - this.#last;
    this.#last = now;
    this.#longestMicros = Math.max(this.#longestMicros, micros);
    if (micros > longMicros) this.#long += 1;
  }
}
