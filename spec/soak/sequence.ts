// The order of messages that arrive: each number once, none missing, none early.

import type { Fault } from './fault.ts';

/** Checks the numbers of the messages of one direction of one connection. */
export class Sequence {
  readonly faults: Fault[] = [];
  /** Numbers that have been passed over. */
  readonly #missing = new Set<number>();
  #next = 0;
  #received = 0;
  readonly #name: string;

  /** @param name - whom the faults are reported of */
  constructor(name: string) {
    this.#name = name;
  }

  /** Messages that have arrived, repeated ones too. */
  get received(): number {
    return this.#received;
  }

  /** Takes the number of the message that has arrived now; `undefined`: it is damaged. */
  take(number: number | undefined): void {
    this.#received += 1;
    if (number === undefined) this.#report('corrupt', `arrival ${this.#received} belongs to no number`);
    else if (number >= this.#next) this.#pass(number);
    else if (this.#missing.delete(number)) this.#report('reordered', `message ${number} came late`);
    else this.#report('twice', `message ${number} came again`);
  }

  /** Reports a message whose content is not what its number says. */
  damaged(number: number): void {
    this.#report('corrupt', `message ${number} has other content`);
  }

  /** Reports what never came. */
  finish(): void {
    for (const number of this.#missing) this.#report('lost', `message ${number} never came`);
  }

  #pass(number: number): void {
    // A damaged number must not make millions of gaps.
    const most = Math.min(number, this.#next + 1000);
    for (let skipped = this.#next; skipped < most; skipped++) this.#missing.add(skipped);
    this.#next = number + 1;
  }

  #report(kind: Fault['kind'], text: string): void {
    if (this.faults.length < 20) this.faults.push({ kind, text: `${this.#name}: ${text}` });
  }
}
