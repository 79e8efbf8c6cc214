// The budget of work for one turn of the event loop, shared by all WebSockets, so that a peer that sends much does not delay
// the others.

import { Fifo } from '../base/fifo.ts';
import { nextTask } from './next-task.ts';

/** The work of one turn: bytes decoded, decompressed or encoded, plus a fixed cost for each message. */
const bytesPerTurn = 262_144;

/** Work up to this schedules no task, so that light traffic costs nothing. */
const freeBytes = 65_536;

/** Counts the work of a turn and runs deferred work in later turns. */
export class TurnBudget {
  readonly #waiting = new Fifo<() => void>();
  #spentBytes = 0;
  #scheduled = false;

  /** True if the budget of this turn is used up. */
  get exhausted(): boolean {
    return this.#spentBytes >= bytesPerTurn;
  }

  /** Counts work that was done. */
  spend(bytes: number): void {
    this.#spentBytes += bytes;
    if (this.#spentBytes >= freeBytes) this.#schedule();
  }

  /** Runs the callback in a later turn that has budget left. */
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
    // Callbacks deferred during this loop wait for the next turn.
    for (let left = this.#waiting.length; left > 0 && !this.exhausted; left--) this.#waiting.shift()?.();
    if (this.#waiting.length > 0) this.#schedule();
  }
}

/** The budget of all sockets in this realm. */
export const turnBudget: TurnBudget = new TurnBudget();
