// Two stages in, one stage out.

import { maxItems } from './budget.ts';
import { refuseWhileBusy } from './refuse-while-busy.ts';
import type { Stage } from './stage.ts';

/**
 * The two stages as one: its output equals that of piping `first` through `second`. It is busy while either of them is,
 * and after many items that yielded no output.
 */
export function fuse<In, Between, Out>(
  first: Stage<In, Between>,
  second: Stage<Between, Out>,
): Stage<In, Out> {
  return new Fused(first, second);
}

class Fused<In, Between, Out> implements Stage<In, Out> {
  readonly #first: Stage<In, Between>;
  readonly #second: Stage<Between, Out>;
  #busy = false;

  constructor(first: Stage<In, Between>, second: Stage<Between, Out>) {
    this.#first = first;
    this.#second = second;
  }

  get busy(): boolean {
    return this.#busy;
  }

  write(chunk: In): void {
    refuseWhileBusy(this.#busy, 'write()');
    this.#first.write(chunk);
  }

  read(): Out | undefined {
    this.#busy = false;
    for (let items = 0; items < maxItems; items++) {
      const out = this.#second.read();
      if (out !== undefined) return out;
      if (this.#second.busy) break;
      const between = this.#first.read();
      if (between !== undefined) this.#second.write(between);
      else if (this.#first.busy) break;
      else return undefined;
    }
    this.#busy = true;
    return undefined;
  }

  close(): void {
    refuseWhileBusy(this.#busy, 'close()');
    // An error that the second stage has thrown comes before one that the first makes of its cut-off input.
    this.#second.read();
    this.#first.close();
    this.#second.close();
  }
}
