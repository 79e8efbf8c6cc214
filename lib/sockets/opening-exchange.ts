// The I/O of an opening handshake over a duplex, with a timeout: sends heads, reads heads and the bytes after them. It does
// not interpret them.

import type { Stage } from '../base/stage.ts';
import { broken, tooLate } from '../handshake/handshake-error.ts';
import { type ByteDuplex, type LockedDuplex, lockDuplex } from '../streams/byte-duplex.ts';
import { after } from './deadline-timer.ts';
import type { OpeningLimit } from './opening-limit.ts';
import type { Transport } from './socket-driver.ts';

/** A sink for the bytes of a response body. */
export interface Body {
  /** True if it needs no more bytes. */
  readonly done: boolean;
  write(bytes: Uint8Array): void;
}

/** Milliseconds to wait for the body of a refusal, which is only informative. */
const bodyWaitMs = 1000;

/** Milliseconds to wait until the transport has taken a refusal. */
const refusalWaitMs = 2000;

/** A duplex during the opening handshake. Both sides are locked. */
export class OpeningExchange {
  readonly #reader: LockedDuplex['reader'];
  readonly #writer: LockedDuplex['writer'];
  readonly #push: LockedDuplex['push'];
  readonly #limit: OpeningLimit;

  constructor(duplex: ByteDuplex, limit: OpeningLimit) {
    this.#limit = limit;
    try {
      const { reader, writer, push } = lockDuplex(duplex);
      this.#push = push;
      this.#reader = reader;
      this.#writer = writer;
    } catch (error) {
      limit.release();
      throw error;
    }
  }

  /** Sends without waiting. If the transport fails, the next read reports it. */
  send(bytes: Uint8Array): void {
    this.#writer.write(bytes).catch(() => {});
  }

  /** Reads a head from the peer. */
  readHead<Head>(decoder: Stage<Uint8Array, Head>): Promise<Head> {
    return this.inTime(this.#readHead(decoder));
  }

  /**
   * Passes the bytes after the head to `body` until it is done or the input ends. Waits at most a second, because the body
   * may have no end.
   */
  async readBody(rest: Uint8Array, body: Body): Promise<void> {
    body.write(rest);
    if (body.done) return;
    const fill = async () => {
      while (!body.done) {
        const chunk = await this.#read();
        if (chunk === undefined) return;
        body.write(chunk);
      }
    };
    // A body that is late or cut off is good enough.
    await this.inTime(this.#within(bodyWaitMs, fill())).catch(() => {});
  }

  /** Returns the value of the promise, or rejects first if the handshake times out or the signal aborts. */
  inTime<T>(promise: Promise<T>): Promise<T> {
    return this.#limit.inTime(promise);
  }

  /** As `inTime`, for a result of the application; also rejects if the peer goes away. */
  answer<T>(promise: Promise<T>): Promise<T> {
    const gone = this.#writer.closed.then(
      () => promise,
      cause => {
        throw broken(cause);
      },
    );
    return this.inTime(Promise.race([promise, gone]));
  }

  /** @throws the reason of the signal, the timeout, or an error if the transport cannot be written to */
  check(): void {
    this.#limit.check();
    if (this.#writer.desiredSize === null) throw broken(undefined, 'the peer has gone away');
  }

  /** Hands over the duplex after a successful handshake. */
  handOver(rest: Uint8Array): Transport {
    this.#limit.release();
    return { reader: this.#reader, writer: this.#writer, push: this.#push, rest };
  }

  /** Sends a refusal and releases both sides. */
  async refuse(head: Uint8Array, body: Uint8Array): Promise<void> {
    this.#limit.release();
    this.send(head);
    if (body.length > 0) this.send(body);
    const sent = await this.#within(refusalWaitMs, this.#writer.close()).catch(() => false);
    if (!sent) return this.abandon(tooLate('the refusal'));
    this.#reader.cancel().catch(() => {});
  }

  /** Releases both sides at once. */
  abandon(reason: unknown): void {
    this.#limit.release();
    this.#reader.cancel(reason).catch(() => {});
    this.#writer.abort(reason).catch(() => {});
  }

  /** Returns true if the promise is fulfilled within `ms` milliseconds. Rejects if it is rejected in this time. */
  async #within(ms: number, promise: Promise<unknown>): Promise<boolean> {
    let stopTimer!: () => void;
    const late = new Promise<boolean>(resolve => {
      stopTimer = after(this.#limit.clock, ms, () => resolve(false));
    });
    try {
      return await Promise.race([promise.then(() => true), late]);
    } finally {
      stopTimer();
    }
  }

  async #readHead<Head>(decoder: Stage<Uint8Array, Head>): Promise<Head> {
    for (;;) {
      const head = decoder.read();
      if (head !== undefined) return head;
      const chunk = await this.#read();
      if (chunk !== undefined) decoder.write(chunk);
      else decoder.close();
    }
  }

  async #read(): Promise<Uint8Array | undefined> {
    try {
      return (await this.#reader.read()).value;
    } catch (cause) {
      throw broken(cause);
    }
  }
}
