// A gate: callers wait until it is open.

export class Gate {
  #open = true;
  #wake: (() => void)[] = [];

  set(open: boolean): void {
    this.#open = open;
    if (!open) return;
    for (const wake of this.#wake) wake();
    this.#wake = [];
  }

  /** Resolves as soon as the gate is open. */
  async passed(): Promise<void> {
    while (!this.#open) await new Promise<void>(resolve => this.#wake.push(resolve));
  }
}
