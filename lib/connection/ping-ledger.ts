// Pings that wait for their pongs: RFC 6455 §5.5.2, 5.5.3. Time comes in as milliseconds of a monotonic clock.

/** Told once: the round trip in milliseconds, or why there is none. */
export type PingOutcome = (roundTripMs: number | undefined, error?: unknown) => void;

interface Ping {
  readonly payload: string;
  readonly sentAt: number;
  readonly outcome: PingOutcome;
}

/** The pings of one connection, oldest first. A pong answers its ping and all earlier ones. */
export class PingLedger {
  #pings: Ping[] = [];
  #roundTripMs: number | undefined;

  /** Of the last ping that was answered. */
  get roundTripMs(): number | undefined {
    return this.#roundTripMs;
  }

  add(data: Uint8Array, now: number, outcome: PingOutcome): void {
    this.#pings.push({ payload: String.fromCharCode(...data), sentAt: now, outcome });
  }

  /** Settles what the pong answers; an unsolicited one nothing. */
  answer(data: Uint8Array, now: number): void {
    const payload = String.fromCharCode(...data);
    const index = this.#pings.findLastIndex(ping => ping.payload === payload);
    for (const ping of this.#pings.splice(0, index + 1)) {
      this.#roundTripMs = now - ping.sentAt;
      ping.outcome(this.#roundTripMs);
    }
  }

  /** No pong will come any more. */
  fail(error: unknown): void {
    for (const ping of this.#pings.splice(0)) ping.outcome(undefined, error);
  }
}
