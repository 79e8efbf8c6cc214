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

  /** The oldest item, which stays, or `undefined` when there is none. */
  get first(): Item | undefined {
    this.#turn();
    return this.#outgoing.at(-1);
  }

  /** Takes the oldest item, or gives `undefined` when there is none. */
  shift(): Item | undefined {
    this.#turn();
    return this.#outgoing.pop();
  }

  clear(): void {
    this.#incoming = [];
    this.#outgoing = [];
  }

  #turn(): void {
    if (this.#outgoing.length > 0) return;
    this.#outgoing = this.#incoming.reverse();
    this.#incoming = [];
  }
}
