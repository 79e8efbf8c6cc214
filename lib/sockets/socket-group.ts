// A set of open sockets that a server can close together: RFC 6455 §7.4.1, code 1001.

import { CloseCode } from '../base/close-code.ts';
import { kind, limit, type Settled, text } from '../base/option-rule.ts';
import { OptionTable } from '../base/option-table.ts';
import type { ByteSource } from '../bytes/as-bytes.ts';
import { encodeCloseBody } from '../events/close-body.ts';
import { type BroadcastOptions, type BroadcastOutcome, broadcast } from './broadcast.ts';
import type { CloseInfo } from './close-info.ts';
import { after, type Clock } from './deadline-timer.ts';
import type { OpenWebSocket } from './open-websocket.ts';
import { clockRule } from './opening-limit.ts';
import type { PreparedMessage } from './prepared-message.ts';

export interface DrainOptions extends CloseInfo {
  /** The close code. Default: 1001, going away. */
  readonly closeCode?: number | undefined;
  /** Milliseconds after which the remaining sockets are terminated. Default: 10,000. */
  readonly timeoutMs?: number | undefined;
  /** The clock and its timers. Default: the platform's. */
  readonly clock?: Clock | undefined;
}

const drainOptions = /* @__PURE__ */ new OptionTable<Settled<DrainOptions>>('drain', () => ({
  closeCode: kind<number>('a number', value => typeof value === 'number', CloseCode.GoingAway),
  reason: text(''),
  timeoutMs: limit(10_000),
  clock: clockRule,
}));

/** A set of sockets. Each is removed when it has closed. */
export class SocketGroup<Context = unknown> {
  readonly #sockets = new Set<OpenWebSocket<Context>>();
  /** The sockets whose end is observed, so that one added twice is not observed twice. */
  readonly #known = new WeakSet<OpenWebSocket<Context>>();
  readonly #drains = new Set<() => void>();
  #farewell: CloseInfo | undefined;

  /** The number of sockets. */
  get size(): number {
    return this.#sockets.size;
  }

  /** Iterates over the open sockets. */
  [Symbol.iterator](): IterableIterator<OpenWebSocket<Context>> {
    return this.#sockets.values();
  }

  /** Adds a socket, and closes it if `drain` has been called. Does nothing if it is already in the group. */
  add(socket: OpenWebSocket<Context>): this {
    if (this.#sockets.has(socket)) return this;
    this.#sockets.add(socket);
    if (!this.#known.has(socket)) {
      this.#known.add(socket);
      const leave = () => this.delete(socket);
      socket.closed.then(leave, leave);
    }
    if (this.#farewell !== undefined) socket.close(this.#farewell);
    return this;
  }

  /** Returns true if the socket is in the group. */
  has(socket: OpenWebSocket<Context>): boolean {
    return this.#sockets.has(socket);
  }

  /** Removes a socket without closing it. Returns true if it was in the group. */
  delete(socket: OpenWebSocket<Context>): boolean {
    const had = this.#sockets.delete(socket);
    if (this.size === 0) {
      for (const settle of this.#drains) settle();
      this.#drains.clear();
    }
    return had;
  }

  /** Sends a message to all sockets: {@link broadcast}. */
  broadcast(
    message: string | ByteSource | PreparedMessage,
    options?: BroadcastOptions,
  ): Promise<BroadcastOutcome> {
    return broadcast(this.#sockets, message, options);
  }

  /**
   * Closes all sockets, and those added from now on. Resolves when all have ended, with the number of sockets that were
   * terminated because they had not closed within `timeoutMs`.
   *
   * @throws RangeError for a code that may not be sent, a reason of more than 123 bytes, or an invalid timeout
   */
  async drain(options: DrainOptions = {}): Promise<number> {
    const { closeCode, reason, timeoutMs, clock } = drainOptions.check(options);
    encodeCloseBody(closeCode, reason);
    this.#farewell = { closeCode, reason };
    for (const socket of this.#sockets) socket.close(this.#farewell);
    await this.#empty(timeoutMs, clock);
    const late = [...this.#sockets];
    for (const socket of late) socket.terminate();
    await Promise.allSettled(late.map(socket => socket.closed));
    return late.length;
  }

  /** Waits until the group is empty or the timeout has passed. */
  async #empty(timeoutMs: number, clock: Clock): Promise<void> {
    if (this.size === 0) return;
    await new Promise<void>(resolve => {
      const stopTimer = after(clock, timeoutMs, resolve);
      this.#drains.add(() => {
        stopTimer();
        resolve();
      });
    });
  }
}
