// Sends a number of messages, at a given rate or as fast as there is room.

import type { Link, Outgoing } from '../links/link.ts';

/** The progress of a run. */
export interface Progress {
  readonly sent: number;
  readonly count: number;
  /** The time at which the sender began to wait for room, by `performance.now()`; `undefined` if it does not wait. */
  readonly waitsSince: number | undefined;
}

export interface RunOptions {
  readonly count: number;
  /** The rate; `undefined` for as fast as there is room. */
  readonly perSecond: number | undefined;
}

/** One run: all messages of a press of the button. */
export class Run {
  readonly #link: Link;
  readonly #options: RunOptions;
  #sent = 0;
  #waitsSince: number | undefined;
  #stopped = false;
  /** Ends a pause between two messages. */
  #wake = (): void => {};

  constructor(link: Link, options: RunOptions) {
    this.#link = link;
    this.#options = options;
  }

  get progress(): Progress {
    return { sent: this.#sent, count: this.#options.count, waitsSince: this.#waitsSince };
  }

  stop(): void {
    this.#stopped = true;
    this.#wake();
  }

  /**
   * Resolves when the last message has been accepted, or the run was stopped, or the connection has ended.
   *
   * @param onSent - called after each message is handed over
   */
  async send(message: Outgoing, onSent: () => void): Promise<void> {
    const { count, perSecond } = this.#options;
    const start = performance.now();
    while (this.#sent < count && !this.#stopped) {
      if (perSecond !== undefined) await this.#pauseUntil(start + (this.#sent * 1000) / perSecond);
      if (this.#stopped) return;
      this.#sent += 1;
      this.#waitsSince = performance.now();
      const accepted = this.#link.send(message).then(
        () => true,
        () => false,
      );
      onSent();
      if (!(await accepted)) return;
      this.#waitsSince = undefined;
      // Let the page draw, even if the connection always has room.
      if (this.#sent % 64 === 0) await new Promise(resolve => setTimeout(resolve));
    }
  }

  async #pauseUntil(time: number): Promise<void> {
    const ms = time - performance.now();
    if (ms <= 0) return;
    await new Promise<void>(resolve => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
