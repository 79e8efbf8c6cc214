// Delivers events by callback while they are decoded, unless the listener has paused.

import type { Consumer, EventInbox, SocketEvent } from './event-inbox.ts';

/** The handle of a listener. */
export interface Subscription {
  /** Holds events back at once. They are queued up to the look-ahead; after that the socket stops reading. */
  pause(): void;
  /** Delivers the queued events within this call, and then those that follow. */
  resume(): void;
}

/** Calls a listener for every event. */
export class EventSubscription implements Consumer, Subscription {
  readonly name = 'subscribe';
  readonly wantsAll = true;
  readonly #inbox: EventInbox;
  readonly #listener: (event: SocketEvent) => void;
  #state: 'starting' | 'flowing' | 'paused' = 'starting';

  constructor(inbox: EventInbox, listener: (event: SocketEvent) => void) {
    this.#inbox = inbox;
    this.#listener = listener;
  }

  /** Starts the delivery, in a microtask: the subscriber has its subscription before the first event. */
  start(): void {
    queueMicrotask(() => {
      if (this.#state === 'starting') this.resume();
    });
  }

  pause(): void {
    this.#state = 'paused';
  }

  resume(): void {
    this.#state = 'flowing';
    this.pushed();
  }

  receive(event: SocketEvent): boolean {
    if (this.#state !== 'flowing') return false;
    this.#call(event);
    return true;
  }

  pushed(): void {
    while (this.#state === 'flowing') {
      const event = this.#inbox.shift();
      if (event === undefined) return;
      this.#call(event);
    }
  }

  decoded(): void {}

  end(): void {}

  /** Reports an error of the listener as uncaught, so that the socket lives on. */
  #call(event: SocketEvent): void {
    try {
      this.#listener(event);
    } catch (error) {
      queueMicrotask(() => {
        throw error;
      });
    }
  }
}
