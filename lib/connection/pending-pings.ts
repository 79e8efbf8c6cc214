// Pings without a pong so far: RFC 6455 §5.5.2, 5.5.3. Times are milliseconds of a monotonic clock.

/** Called once, with the round trip in milliseconds or with the reason why no pong will come. */
export type PingOutcome = (roundTripMs: number | undefined, error?: unknown) => void;

/** A ping without a pong so far. */
export interface PendingPing {
  readonly payload: string;
  /** The time at which it was queued; once it is sent, the time at which it was sent. */
  sentAt: number;
  readonly outcome: PingOutcome;
}

/** The most pings that may be pending. */
export const maxPendingPings = 64;

/** The pings of one connection, oldest first. A pong answers its ping and all earlier ones. */
export class PendingPings {
  #pings: PendingPing[] = [];
  #roundTripMs: number | undefined;

  /** The round trip of the last ping that was answered. */
  get roundTripMs(): number | undefined {
    return this.#roundTripMs;
  }

  /** Adds a ping. Returns `undefined`, and does nothing, if `maxPendingPings` are pending already. */
  add(data: Uint8Array, now: number, outcome: PingOutcome): PendingPing | undefined {
    if (this.#pings.length >= maxPendingPings) return undefined;
    const ping = { payload: String.fromCharCode(...data), sentAt: now, outcome };
    this.#pings.push(ping);
    return ping;
  }

  /** Settles the pings that the pong answers. An unsolicited pong costs one search of at most 64 pending pings. */
  answer(data: Uint8Array, now: number): void {
    if (this.#pings.length === 0) return;
    const payload = String.fromCharCode(...data);
    const index = this.#pings.findLastIndex(ping => ping.payload === payload);
    for (const ping of this.#pings.splice(0, index + 1)) {
      this.#roundTripMs = now - ping.sentAt;
      ping.outcome(this.#roundTripMs);
    }
  }

  /** Fails all pending pings. */
  fail(error: unknown): void {
    for (const ping of this.#pings.splice(0)) ping.outcome(undefined, error);
  }
}
