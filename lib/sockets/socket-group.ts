// The open sockets of a server, so that it can part from all of them: RFC 6455 §7.4.1, code 1001.

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
  /** What every peer is told. Default: 1001, going away. */
  readonly closeCode?: number | undefined;
  /** Milliseconds until the sockets that are still open are cut. Default: 10,000. */
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

/** A set of sockets that each leave it when they have closed. */
export class SocketGroup<Context = unknown> {
  readonly #sockets = new Set<OpenWebSocket<Context>>();
  /** The sockets that leave by themselves; a socket that is added again does not listen again. */
  readonly #known = new WeakSet<OpenWebSocket<Context>>();
  readonly #drains = new Set<() => void>();
  #farewell: CloseInfo | undefined;

  /** How many are in the group. */
  get size(): number {
    return this.#sockets.size;
  }

  /** Iterates over the open sockets. */
  [Symbol.iterator](): IterableIterator<OpenWebSocket<Context>> {
    return this.#sockets.values();
  }

  /** Takes a socket in; while the group drains, it is closed with the others. Does nothing if it is in the group. */
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

  /** Whether the socket is in the group. */
  has(socket: OpenWebSocket<Context>): boolean {
    return this.#sockets.has(socket);
  }

  /** Takes a socket out, and leaves it open. Returns whether it was in the group. */
  delete(socket: OpenWebSocket<Context>): boolean {
    const had = this.#sockets.delete(socket);
    if (this.size === 0) {
      for (const settle of this.#drains) settle();
      this.#drains.clear();
    }
    return had;
  }

  /** Sends a message to all of them: {@link broadcast}. */
  broadcast(
    message: string | ByteSource | PreparedMessage,
    options?: BroadcastOptions,
  ): Promise<BroadcastOutcome> {
    return broadcast(this.#sockets, message, options);
  }

  /**
   * Closes all of them, and those that are added from now on. Settles when all have closed, or been cut because time was
   * up; gives the number of those.
   *
   * @throws RangeError for a code that may not be sent, a reason of more than 123 bytes, or a bad timeout
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

  /** Settles when the group is empty, or time is up. */
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
