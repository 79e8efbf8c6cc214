// Messages that the server has decoded and its application has not taken.

export class Backlog {
  readonly #sizes: number[] = [];
  #bytes = 0;
  #taken = 0;

  get bytes(): number {
    return this.#bytes;
  }

  /** The number of messages taken. */
  get taken(): number {
    return this.#taken;
  }

  /** Notes an event; only messages count. */
  arrive(type: string, byteLength: number): void {
    if (type !== 'text' && type !== 'binary') return;
    this.#sizes.push(byteLength);
    this.#bytes += byteLength;
  }

  take(): void {
    this.#bytes -= this.#sizes.shift() ?? 0;
    this.#taken += 1;
  }
}
