// First in, first out; taking costs the same however many wait, and nothing is held while nothing waits.

interface Link<Item> {
  readonly item: Item;
  next: Link<Item> | undefined;
}

/** A queue. */
export class Fifo<Item> {
  #oldest: Link<Item> | undefined;
  #newest: Link<Item> | undefined;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(item: Item): void {
    const link = { item, next: undefined };
    if (this.#newest === undefined) this.#oldest = link;
    else this.#newest.next = link;
    this.#newest = link;
    this.#length += 1;
  }

  /** The oldest item, which stays, or `undefined` when there is none. */
  get first(): Item | undefined {
    return this.#oldest?.item;
  }

  /** Takes the oldest item, or gives `undefined` when there is none. */
  shift(): Item | undefined {
    const link = this.#oldest;
    if (link === undefined) return undefined;
    this.#oldest = link.next;
    if (link.next === undefined) this.#newest = undefined;
    this.#length -= 1;
    return link.item;
  }

  clear(): void {
    this.#oldest = undefined;
    this.#newest = undefined;
    this.#length = 0;
  }
}
