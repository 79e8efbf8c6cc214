// How long one turn of the host's event loop may work for WebSockets, all of them together: a peer that sends much must not
// keep the others waiting.

import { Fifo } from '../base/fifo.ts';
import { nextTask } from './next-task.ts';

/** The work of one turn: bytes that are decoded, decompressed or encoded, and what each message costs besides. */
const bytesPerTurn = 262_144;

/** Below this much work nothing is scheduled: light traffic costs nothing. */
const freeBytes = 65_536;

/** Counts the work of a turn, and continues in later turns what did not fit, one after the other. */
export class TurnBudget {
  readonly #waiting = new Fifo<() => void>();
  #spentBytes = 0;
  #scheduled = false;

  /** True if this turn has worked as long as it may. */
  get exhausted(): boolean {
    return this.#spentBytes >= bytesPerTurn;
  }

  /** Counts work that was done. */
  spend(bytes: number): void {
    this.#spentBytes += bytes;
    if (this.#spentBytes >= freeBytes) this.#schedule();
  }

  /** Runs the callback in a later turn, when that has a budget for it. */
  defer(callback: () => void): void {
    this.#waiting.push(callback);
    this.#schedule();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    void nextTask().then(() => this.#begin());
  }

  #begin(): void {
    this.#scheduled = false;
    this.#spentBytes = 0;
    // Those that defer again in their turn wait for the next one.
    for (let left = this.#waiting.length; left > 0 && !this.exhausted; left--) this.#waiting.shift()?.();
    if (this.#waiting.length > 0) this.#schedule();
  }
}

/** The budget of all sockets in this realm. */
export const turnBudget: TurnBudget = new TurnBudget();
