// The promise of a message that is being sent.

import type { Completion } from '../events/transmission.ts';

/** Collects lost messages until the reason is known. */
export interface LossKeeper {
  /** Takes a message that will not be sent, and fails it as soon as the reason is known. */
  lose(pending: PendingSend): void;
}

const ignore = () => {};

/** Settles when the transport has taken the message, or when it is certain that it never will. */
export class PendingSend implements Completion {
  /** The promise. An unhandled rejection of it does not end the process. */
  readonly promise: Promise<void>;
  readonly #keeper: LossKeeper;
  #resolve!: () => void;
  #reject!: (error: unknown) => void;

  constructor(keeper: LossKeeper) {
    this.#keeper = keeper;
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  sent(): void {
    this.#resolve();
  }

  lost(): void {
    this.#keeper.lose(this);
  }

  /** Rejects the promise. */
  fail(error: unknown): void {
    this.promise.catch(ignore);
    this.#reject(error);
  }
}

/** Returns a rejected promise that does not end the process if it is not handled. */
export function rejected(error: unknown): Promise<never> {
  const promise = Promise.reject(error);
  promise.catch(ignore);
  return promise;
}
