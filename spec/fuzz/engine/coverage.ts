// Which blocks of the library have run, and how often: V8's precise coverage.

import { type Profiler, Session } from 'node:inspector';

/** What has run, by script. */
export type Blocks = readonly Profiler.ScriptCoverage[];

const library = new URL('../../../lib/', import.meta.url).href;

/** Counts from its construction on, in the whole process. */
export class Coverage {
  readonly #session = new Session();

  constructor() {
    this.#session.connect();
    this.#session.post('Profiler.enable');
    this.#session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  }

  /** The blocks that have run since the last call. */
  take(): Blocks {
    let scripts: Profiler.ScriptCoverage[] = [];
    // In the same thread it answers at once.
    this.#session.post('Profiler.takePreciseCoverage', (error, taken) => {
      if (error !== null) throw error;
      scripts = taken.result;
    });
    return scripts.filter(({ url }) => url.startsWith(library));
  }

  stop(): void {
    this.#session.disconnect();
  }
}

/** How many blocks have run, each as often as it has: the work, without a clock. */
export function steps(scripts: Blocks): number {
  let sum = 0;
  for (const [, count] of blocks(scripts)) sum += count;
  return sum;
}

/** Names for the blocks that have run. */
export function blockNames(scripts: Blocks): string[] {
  return Array.from(blocks(scripts), ([block]) => block);
}

function* blocks(scripts: Blocks): Iterable<[block: string, count: number]> {
  for (const { url, functions } of scripts) {
    for (const { ranges } of functions) {
      for (const { startOffset, endOffset, count } of ranges) {
        if (count > 0) yield [`${url}:${startOffset}-${endOffset}`, count];
      }
    }
  }
}
