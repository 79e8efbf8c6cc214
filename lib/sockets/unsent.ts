// What has been written and has not left: whoever waits for it is told when it never will.

/** Told why nothing will leave any more. */
export type OnLost = (error: unknown) => void;

/** Those who wait for something to leave. */
export class Unsent {
  #waiting: Set<OnLost> | undefined;
  #failure: { readonly error: unknown } | undefined;

  /** Where nothing leaves any more it is told at once. */
  add(onLost: OnLost): void {
    if (this.#failure !== undefined) return onLost(this.#failure.error);
    this.#waiting ??= new Set();
    this.#waiting.add(onLost);
  }

  /** It has left, or is not wanted any more. */
  delete(onLost: OnLost): void {
    this.#waiting?.delete(onLost);
  }

  /** Nothing will leave any more. */
  fail(error: unknown): void {
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    this.#failure = { error };
    for (const onLost of waiting) onLost(error);
  }
}
