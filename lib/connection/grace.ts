// A grace period for deadlines, because the process may have been suspended. Times are milliseconds of a monotonic clock.

/** If a deadline is checked this late, the process was suspended. It must read pending input before it fails the connection. */
const graceMs = 100;

/** Checks deadlines. Postpones a deadline once if it is checked too late. */
export class Grace {
  #postponed = Number.NaN;
  #until = 0;

  /** Returns the time at which the deadline takes effect: later than the deadline if that was postponed. */
  dueAt(deadline: number): number {
    return deadline === this.#postponed ? this.#until : deadline;
  }

  /** Returns true if the deadline has passed and is not postponed. */
  passed(deadline: number, now: number): boolean {
    if (now > deadline + graceMs && deadline !== this.#postponed) {
      this.#postponed = deadline;
      this.#until = now + graceMs;
    }
    return now >= this.dueAt(deadline);
  }
}
