// A stage whose chunks are scripts of its outputs.

import type { Stage } from '../../lib/base/stage.ts';

/** The outputs of a chunk in order. An error is thrown in its turn, and `'busy'` is a read without an output yet. */
export type Script = readonly (number | 'busy' | Error)[];

export class ScriptedStage implements Stage<Script, number> {
  /** The arguments of `write`, and the number of calls of `read`. */
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
    if (!this.#drained) throw new Error('write() was called before all output was read');
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
    if (!this.#drained) throw new Error('close() was called before all output was read');
    this.closed = true;
    if (this.closing) throw this.closing;
  }
}
