// Counts the messages that the server has decoded and its application has not read.

export class Backlog {
  readonly #sizes: number[] = [];
  #bytes = 0;
  #taken = 0;

  get bytes(): number {
    return this.#bytes;
  }

  /** The number of messages that the application has read. */
  get taken(): number {
    return this.#taken;
  }

  /** Records an event. Only messages count. */
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
