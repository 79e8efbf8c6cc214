// Events by callback: each is handed over while it is decoded, unless the listener has paused.

import type { Consumer, EventInbox, SocketEvent } from './event-inbox.ts';

/** What a listener can do. */
export interface Subscription {
  /** Holds events back, those of the same chunk too. What comes meanwhile waits, up to the look-ahead; then the peer is held back. */
  pause(): void;
  /** Lets events come again, those that wait within this call. */
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

  /** The events are its own now. It is not called before the subscriber has what it was given. */
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

  pushed(): void {
    while (this.#state === 'flowing') {
      const event = this.#inbox.shift();
      if (event === undefined) return;
      this.#call(event);
    }
  }

  decoded(): void {}

  end(): void {}

  /** What a listener throws is its own matter: it is reported as uncaught, and the socket lives on. */
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
