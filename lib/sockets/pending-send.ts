// The promise of a message that is being sent.

import { Deferred } from '../base/deferred.ts';
import type { Completion } from '../events/transmission.ts';

/** Collects lost messages until the reason is known. */
export interface LossKeeper {
  /** Takes a message that will not be sent, and fails it as soon as the reason is known. */
  lose(pending: PendingSend): void;
}

/** Settles when the transport has taken the message, or when it is certain that it never will. */
export class PendingSend extends Deferred<void> implements Completion {
  readonly #keeper: LossKeeper;

  constructor(keeper: LossKeeper) {
    super();
    this.#keeper = keeper;
  }

  sent(): void {
    this.resolve();
  }

  lost(): void {
    this.#keeper.lose(this);
  }
}

/** Returns a rejected promise that does not end the process if it is not handled. */
export function rejected(error: unknown): Promise<never> {
  const deferred = new Deferred<never>();
  deferred.reject(error);
  return deferred.promise;
}
