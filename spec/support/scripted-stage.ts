// A stage that does what its chunks say, for specs of whatever drives a stage.

import type { Stage } from '../../lib/base/stage.ts';

/** The outputs of a chunk in turn; an error is thrown when its turn comes, and `'busy'` is a read that gives nothing yet. */
export type Script = readonly (number | 'busy' | Error)[];

export class ScriptedStage implements Stage<Script, number> {
  /** What `write` was called with, and how often `read`. */
  readonly written: Script[] = [];
  reads = 0;
  closed = false;
  readonly closing: Error | undefined;
  busy = false;
  #rest: (number | 'busy' | Error)[] = [];
  #drained = true;

  constructor(closing?: Error) {
    this.closing = closing;
  }

  write(chunk: Script): void {
    if (!this.#drained) throw new Error('written to before it was drained');
    if (chunk[0] instanceof RangeError) throw chunk[0];
    this.written.push(chunk);
    this.#rest = [...chunk];
    this.#drained = false;
  }

  read(): number | undefined {
    this.reads += 1;
    const out = this.#rest[0];
    if (out instanceof Error) throw out;
    this.#rest.shift();
    this.busy = out === 'busy';
    this.#drained ||= out === undefined;
    return out === 'busy' ? undefined : out;
  }

  close(): void {
    if (!this.#drained) throw new Error('closed before it was drained');
    this.closed = true;
    if (this.closing) throw this.closing;
  }
}
