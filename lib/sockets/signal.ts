// A condition that one side waits for and the other announces.

/** Something that may have happened: an announcement that nobody waits for is kept for the next wait. */
export class Signal {
  #announced = false;
  #wake: (() => void) | undefined;

  announce(): void {
    this.#announced = true;
    this.#wake?.();
    this.#wake = undefined;
  }

  /** Settles at the next announcement, or at once when there was one since the last wait. */
  async wait(): Promise<void> {
    if (!this.#announced) await new Promise<void>(resolve => (this.#wake = resolve));
    this.#announced = false;
  }
}
