// A message that waits to be sent, and the promise of whoever sent it.

import type { Completion } from '../events/transmission.ts';

/** Knows why messages are lost. */
export interface LossKeeper {
  /** Takes note of a message that will not leave. It is to be failed as soon as the reason is known. */
  lose(pending: PendingSend): void;
}

const ignore = () => {};

/** Settles when the message has gone to the transport, or when it is certain that it never will. */
export class PendingSend implements Completion {
  /** Never ends a process, even if nobody handles its rejection. */
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

  /** The message is lost for that reason. */
  fail(error: unknown): void {
    this.promise.catch(ignore);
    this.#reject(error);
  }
}

/** A promise that is rejected, and never ends a process. */
export function rejected(error: unknown): Promise<never> {
  const promise = Promise.reject(error);
  promise.catch(ignore);
  return promise;
}
