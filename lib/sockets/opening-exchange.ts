// The bytes of an opening handshake over a duplex, bounded in time: heads out, heads in, and what comes after them.
// Knows nothing of what the heads say.

import type { Stage } from '../base/stage.ts';
import { broken, tooLate } from '../handshake/handshake-error.ts';
import { type ByteDuplex, type LockedDuplex, lockDuplex } from '../streams/byte-duplex.ts';
import { after } from './deadline-timer.ts';
import type { OpeningLimit } from './opening-limit.ts';
import type { Transport } from './socket-driver.ts';

/** What takes the bytes of a body. */
export interface Body {
  /** Whether nothing more is wanted. */
  readonly done: boolean;
  write(bytes: Uint8Array): void;
}

/** Milliseconds to wait for the body of a response that refuses: it is only shown. */
const bodyWaitMs = 1000;

/** Milliseconds to wait until the transport has taken a refusal. */
const refusalWaitMs = 2000;

/** A duplex during its opening handshake; both its sides are locked. */
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
    this.#writer.closed.catch(() => {});
  }

  /** Sends without waiting: an error of the transport shows in what comes back. */
  send(bytes: Uint8Array): void {
    this.#writer.write(bytes).catch(() => {});
  }

  /** Reads a head of the peer. */
  readHead<Head>(decoder: Stage<Uint8Array, Head>): Promise<Head> {
    return this.inTime(this.#readHead(decoder));
  }

  /**
   * Gives a body the bytes after the head until it has enough: those at hand, and those that come before the end. Does
   * not wait long: the body may have no end.
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
    // What does not come in time, or because the transport breaks, is not needed.
    await this.inTime(this.#within(bodyWaitMs, fill())).catch(() => {});
  }

  /** Returns what the promise gives, unless the time is up or the signal aborts before. */
  inTime<T>(promise: Promise<T>): Promise<T> {
    return this.#limit.inTime(promise);
  }

  /** Returns what the application answers, unless the peer goes away, the time is up or the signal aborts before. */
  answer<T>(promise: Promise<T>): Promise<T> {
    const gone = this.#writer.closed.then(
      () => promise,
      cause => {
        throw broken(cause);
      },
    );
    return this.inTime(Promise.race([promise, gone]));
  }

  /** @throws what has stopped the opening: the signal, the time, or a transport to which nothing can be written */
  check(): void {
    this.#limit.check();
    if (this.#writer.desiredSize === null) throw broken(undefined, 'the peer has gone away');
  }

  /** Hands the duplex to its next owner: the handshake is done. */
  handOver(rest: Uint8Array): Transport {
    this.#limit.release();
    return { reader: this.#reader, writer: this.#writer, push: this.#push, rest };
  }

  /** Sends a refusal, and releases both sides: the handshake has failed. */
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

  /** Whether the promise is fulfilled within so many milliseconds. Rejects if it is rejected in this time. */
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
