// First in, first out; taking costs the same however many wait.

/** A queue. */
export class Fifo<Item> {
  #incoming: Item[] = [];
  #outgoing: Item[] = [];

  get length(): number {
    return this.#incoming.length + this.#outgoing.length;
  }

  push(item: Item): void {
    this.#incoming.push(item);
  }

  /** The oldest item, or `undefined` when there is none. */
  shift(): Item | undefined {
    if (this.#outgoing.length === 0) {
      this.#outgoing = this.#incoming.reverse();
      this.#incoming = [];
    }
    return this.#outgoing.pop();
  }

  clear(): void {
    this.#incoming = [];
    this.#outgoing = [];
  }
}
