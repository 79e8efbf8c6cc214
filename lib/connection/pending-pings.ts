// Pings that wait for their pongs: RFC 6455 §5.5.2, 5.5.3. Times are milliseconds of a monotonic clock.

/** Told once: the round trip in milliseconds, or why there is none. */
export type PingOutcome = (roundTripMs: number | undefined, error?: unknown) => void;

/** A ping that waits. */
export interface PendingPing {
  readonly payload: string;
  /** When it was queued; once it has left, when it left. */
  sentAt: number;
  readonly outcome: PingOutcome;
}

/** The most pings that wait for a pong. */
export const maxPendingPings = 64;

/** The pings of one connection, oldest first. A pong answers its ping and all earlier ones. */
export class PendingPings {
  #pings: PendingPing[] = [];
  #roundTripMs: number | undefined;

  /** The round trip of the last ping that was answered. */
  get roundTripMs(): number | undefined {
    return this.#roundTripMs;
  }

  /** Adds a ping. Returns `undefined`, and does nothing, if `maxPendingPings` wait already. */
  add(data: Uint8Array, now: number, outcome: PingOutcome): PendingPing | undefined {
    if (this.#pings.length >= maxPendingPings) return undefined;
    const ping = { payload: String.fromCharCode(...data), sentAt: now, outcome };
    this.#pings.push(ping);
    return ping;
  }

  /** Settles what the pong answers. An unsolicited pong answers nothing, and costs no more than the 64 that may wait. */
  answer(data: Uint8Array, now: number): void {
    if (this.#pings.length === 0) return;
    const payload = String.fromCharCode(...data);
    const index = this.#pings.findLastIndex(ping => ping.payload === payload);
    for (const ping of this.#pings.splice(0, index + 1)) {
      this.#roundTripMs = now - ping.sentAt;
      ping.outcome(this.#roundTripMs);
    }
  }

  /** Tells all that no pong will come any more. */
  fail(error: unknown): void {
    for (const ping of this.#pings.splice(0)) ping.outcome(undefined, error);
  }
}
