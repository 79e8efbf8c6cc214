// An input as a course of choices: each takes octets, and when they are used up every choice is the first.

/** Reads choices off octets. */
export class Choices {
  readonly #octets: Uint8Array;
  #at = 0;

  constructor(octets: Uint8Array) {
    this.#octets = octets;
  }

  get ended(): boolean {
    return this.#at >= this.#octets.length;
  }

  octet(): number {
    return this.#octets[this.#at++] ?? 0;
  }

  /** From 0, below `end`, which is at most 256. */
  below(end: number): number {
    return this.octet() % end;
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!;
  }

  yes(): boolean {
    return (this.octet() & 1) === 1;
  }

  /** A number of octets, up to 255. */
  octets(): Uint8Array<ArrayBuffer> {
    const length = this.octet();
    const taken = this.#octets.slice(this.#at, this.#at + length);
    this.#at += length;
    return taken as Uint8Array<ArrayBuffer>;
  }
}
