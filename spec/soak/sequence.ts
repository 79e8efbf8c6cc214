// Checks that each number of a sequence arrives once and in order.

import type { Fault } from './fault.ts';

/** Checks the numbers of the messages of one direction of one connection. */
export class Sequence {
  readonly faults: Fault[] = [];
  /** Numbers that were skipped and have not arrived since. */
  readonly #missing = new Set<number>();
  #next = 0;
  #received = 0;
  readonly #name: string;

  /** @param name - the name of the receiver, with which each fault text begins */
  constructor(name: string) {
    this.#name = name;
  }

  /** The number of messages that have arrived, including duplicates. */
  get received(): number {
    return this.#received;
  }

  /** Adds the number of an arriving message; `undefined` if its number cannot be read. */
  add(number: number | undefined): void {
    this.#received += 1;
    if (number === undefined)
      this.#report('corrupt', `arrival ${this.#received} has no number of this connection`);
    else if (number >= this.#next) this.#advance(number);
    else if (this.#missing.delete(number)) this.#report('reordered', `message ${number} arrived late`);
    else this.#report('duplicated', `message ${number} arrived again`);
  }

  /** Reports a message whose content does not belong to its number. */
  reportCorrupt(number: number): void {
    this.#report('corrupt', `message ${number} has the wrong content`);
  }

  /** Reports the numbers that did not arrive. */
  finish(): void {
    for (const number of this.#missing) this.#report('lost', `message ${number} did not arrive`);
  }

  #advance(number: number): void {
    // The cap keeps a corrupt number from adding millions of gaps.
    const end = Math.min(number, this.#next + 1000);
    for (let skipped = this.#next; skipped < end; skipped++) this.#missing.add(skipped);
    this.#next = number + 1;
  }

  #report(kind: Fault['kind'], text: string): void {
    if (this.faults.length < 20) this.faults.push({ kind, text: `${this.#name}: ${text}` });
  }
}
