// The octets of an opening handshake over a duplex, bounded in time: one head out, one head in, and what lies behind it.
// Knows nothing of what the heads say.

import type { Stage } from '../base/stage.ts';
import { broken } from '../handshake/handshake-error.ts';
import { type ByteDuplex, type LockedDuplex, lockDuplex } from '../streams/byte-duplex.ts';
import type { OpeningLimit } from './opening-limit.ts';
import type { Transport } from './socket-driver.ts';

/** What takes the octets of a body. */
export interface Body {
  /** Whether nothing more is wanted. */
  readonly done: boolean;
  write(bytes: Uint8Array): void;
}

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

  /** The head that the peer sends. */
  readHead<Head>(decoder: Stage<Uint8Array, Head>): Promise<Head> {
    return this.inTime(this.#readHead(decoder));
  }

  /** Gives a body the octets behind the head, until it has enough: those at hand, and those that come before the end. */
  async readBody(rest: Uint8Array, body: Body): Promise<void> {
    body.write(rest);
    const fill = async () => {
      while (!body.done) {
        const chunk = await this.#read();
        if (chunk === undefined) return;
        body.write(chunk);
      }
    };
    // What does not come in time, or because the transport breaks, is not needed.
    await this.inTime(fill()).catch(() => {});
  }

  /** What the promise gives, unless the time is up or the signal aborts before. */
  inTime<T>(promise: Promise<T>): Promise<T> {
    return this.#limit.inTime(promise);
  }

  /** The handshake is done: the duplex goes on to its next owner. */
  handOver(rest: Uint8Array): Transport {
    this.#limit.release();
    return { reader: this.#reader, writer: this.#writer, push: this.#push, rest };
  }

  /** The handshake has failed: sends what is still to say, and lets go of both sides. */
  async refuse(head: Uint8Array, body: Uint8Array): Promise<void> {
    this.send(head);
    if (body.length > 0) this.send(body);
    await this.inTime(this.#writer.close()).catch(error => this.abandon(error));
    this.#limit.release();
    this.#reader.cancel().catch(() => {});
  }

  /** Lets go of both sides at once. */
  abandon(reason: unknown): void {
    this.#limit.release();
    this.#reader.cancel(reason).catch(() => {});
    this.#writer.abort(reason).catch(() => {});
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
