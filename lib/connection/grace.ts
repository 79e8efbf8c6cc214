// Deadlines that are judged by a process that may have slept. Times are milliseconds of a monotonic clock.

/** A process that looks this much too late has slept, and has not heard the peer either: it listens first. */
const graceMs = 100;

/** Judges deadlines, and postpones one, once, if it is looked at too late. */
export class Grace {
  #postponed = Number.NaN;
  #until = 0;

  /** When the deadline is judged. */
  judgedAt(deadline: number): number {
    return deadline === this.#postponed ? this.#until : deadline;
  }

  /** True if the deadline has passed and is not postponed. */
  passed(deadline: number, now: number): boolean {
    if (now > deadline + graceMs && deadline !== this.#postponed) {
      this.#postponed = deadline;
      this.#until = now + graceMs;
    }
    return now >= this.judgedAt(deadline);
  }
}
