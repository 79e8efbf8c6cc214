// A first-in, first-out queue. Taking an item costs the same at any length, and an empty queue holds no memory.

interface Link<Item> {
  item: Item | undefined;
  next: Link<Item> | undefined;
}

/** A first-in, first-out queue. */
export class Fifo<Item> {
  #oldest: Link<Item> | undefined;
  #newest: Link<Item> | undefined;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(item: Item): void {
    const link: Link<Item> = { item, next: undefined };
    if (this.#newest === undefined) this.#oldest = link;
    else this.#newest.next = link;
    this.#newest = link;
    this.#length += 1;
  }

  /** The oldest item, without removing it; `undefined` if the queue is empty. */
  get first(): Item | undefined {
    return this.#oldest?.item;
  }

  /** Removes and returns the oldest item; `undefined` if the queue is empty. */
  shift(): Item | undefined {
    const link = this.#oldest;
    if (link === undefined) return undefined;
    const { item, next } = link;
    this.#oldest = next;
    if (next === undefined) this.#newest = undefined;
    this.#length -= 1;
    // A link that the collector has moved to its old generation would keep everything after it alive until a full collection.
    link.item = undefined;
    link.next = undefined;
    return item;
  }

  clear(): void {
    this.#oldest = undefined;
    this.#newest = undefined;
    this.#length = 0;
  }
}
