// Moves octets between a connection and the duplex it runs over: two pumps that never wait for each other. Knows nothing
// of messages: whoever owns the pumps takes the events and says when there is room for more.

import type { Connection } from '../connection/connection.ts';
import type { Transmission } from '../connection/outbox.ts';
import type { WebSocketEvent } from '../events/event.ts';
import type { LockedDuplex } from '../streams/byte-duplex.ts';
import { nextTask } from '../streams/next-task.ts';
import type { Alarm } from './alarm.ts';
import { Signal } from './signal.ts';

/** What is left of the duplex after the opening handshake. */
export interface Transport extends LockedDuplex {
  /** Octets that were read behind the handshake. */
  readonly rest: Uint8Array;
}

/** Who the pumps work for. */
export interface PumpsOwner {
  /** Whether no further event is wanted now. */
  readonly full: boolean;
  /** Whether the next event would be lost, unless a reader gets a moment. */
  readonly crowded: boolean;
  giveMoment(): Promise<void>;
  onEvent(event: WebSocketEvent): void;
  /** The connection has changed: it may have failed, or have been closed cleanly. */
  onChange(): void;
  /** Both sides of the duplex have ended. Nothing follows. */
  onEnd(): void;
}

/** More than this is never under way to the duplex: what is chosen late can be overtaken until then. */
const maxUnderWayBytes = 32_768;

/** A transport that is always ready must not keep timers from running: so many events and chunks, then a task. */
const stepsPerTask = 1024;

/** What has become of the duplex's readable side. */
type Input =
  | { readonly type: 'open' }
  | { readonly type: 'broken'; readonly cause: unknown }
  | { readonly type: 'ended' };

/** Runs until both sides of the duplex have ended. */
export class Pumps {
  readonly #connection: Connection;
  readonly #duplex: Transport;
  readonly #alarm: Alarm;
  readonly #owner: PumpsOwner;
  readonly #room = new Signal();
  #underWayBytes = 0;
  #output: 'open' | 'closing' | 'ended' = 'open';
  #input: Input = { type: 'open' };
  #ended = false;
  #steps = 0;

  constructor(connection: Connection, duplex: Transport, alarm: Alarm, owner: PumpsOwner) {
    this.#connection = connection;
    this.#duplex = duplex;
    this.#alarm = alarm;
    this.#owner = owner;
  }

  start(): void {
    this.#duplex.reader.closed.catch(cause => this.#breakInput(cause));
    this.#duplex.writer.closed.catch(error => this.#break(error));
    this.#pumpIn().then(
      () => this.#endInput(),
      error => this.#break(error),
    );
  }

  /** Octets that have been encoded and have not yet reached the duplex. */
  get underWayBytes(): number {
    return this.#underWayBytes;
  }

  /** The owner has room again. */
  resume(): void {
    this.#room.announce();
  }

  /** Sends what may leave now. To be called whenever something may. */
  push(): void {
    if (this.#ended) return;
    this.#connection.tick(this.#alarm.now());
    this.#transmitAll();
    if (this.#connection.over) this.#cut();
    else if (this.#connection.outputEnded) this.#closeOutput();
    if (!this.#ended) this.#alarm.set(this.#connection.nextDeadline());
    this.#owner.onChange();
  }

  /** Only what finds room is chosen: the rest can still be overtaken. */
  #hasRoom(): boolean {
    if (this.#underWayBytes === 0) return true;
    return this.#underWayBytes < maxUnderWayBytes && (this.#duplex.writer.desiredSize ?? 0) > 0;
  }

  #transmitAll(): void {
    try {
      while (this.#hasRoom()) {
        const transmission = this.#connection.transmit();
        if (transmission === undefined) return;
        this.#transmit(transmission);
      }
    } catch (error) {
      // The source of masking keys: nothing can be sent any more.
      this.#connection.breakOff(error);
    }
  }

  #transmit({ bytes, onSent }: Transmission): void {
    const sent = () => {
      this.#underWayBytes -= bytes.length;
      for (const tell of onSent) tell();
      this.push();
    };
    if (bytes.length === 0) return void Promise.resolve().then(sent);
    this.#underWayBytes += bytes.length;
    this.#duplex.writer.write(bytes).then(sent, error => this.#break(error));
  }

  /** It begins with a task of its own: whoever waits for the socket sees it before anything comes. */
  async #pumpIn(): Promise<void> {
    await nextTask();
    let chunk: Uint8Array | undefined = this.#duplex.rest;
    while (chunk !== undefined) {
      this.#connection.write(chunk);
      for (let event = this.#decode(); event !== undefined; event = this.#decode()) {
        this.#owner.onEvent(event);
        if (event.type === 'ping') this.push();
        if (this.#mustPause()) await this.#pause();
      }
      this.push();
      if (this.#mustPause()) await this.#pause();
      chunk = (await this.#duplex.reader.read()).value;
      this.#connection.tick(this.#alarm.now());
    }
  }

  /** Events are handed over no faster than the owner takes them; between them the host gets its turn now and then. */
  #mustPause(): boolean {
    this.#steps += 1;
    return this.#steps >= stepsPerTask || this.#owner.crowded || this.#owner.full;
  }

  async #pause(): Promise<void> {
    if (this.#steps >= stepsPerTask) {
      this.#steps = 0;
      await nextTask();
    }
    if (this.#owner.crowded) await this.#owner.giveMoment();
    if (this.#owner.full) await this.#waitForRoom();
  }

  /** A failure ends the decoding, and what follows is dropped; the connection knows of it. */
  #decode(): WebSocketEvent | undefined {
    try {
      return this.#connection.read();
    } catch {
      return undefined;
    }
  }

  async #waitForRoom(): Promise<void> {
    this.push();
    this.#connection.reading = false;
    while (this.#owner.full && this.#input.type === 'open' && !this.#ended) await this.#room.wait();
    if (this.#input.type === 'broken') throw this.#input.cause;
    this.#connection.tick(this.#alarm.now());
    this.#connection.reading = true;
  }

  /** What has come before is decoded first, unless nobody takes it: the pump notices when it reads on, or waits. */
  #breakInput(cause: unknown): void {
    this.#input = { type: 'broken', cause };
    this.#room.announce();
  }

  #endInput(): void {
    this.#input = { type: 'ended' };
    try {
      this.#connection.close();
    } catch {
      // The connection knows of it.
    }
    this.push();
    this.#endWhenBothEnded();
  }

  #closeOutput(): void {
    if (this.#output !== 'open') return;
    this.#output = 'closing';
    this.#duplex.writer.close().then(
      () => this.#endOutput(),
      error => this.#break(error),
    );
  }

  #endOutput(): void {
    this.#output = 'ended';
    this.#endWhenBothEnded();
  }

  #endWhenBothEnded(): void {
    if (this.#input.type !== 'ended' || this.#output !== 'ended') return;
    this.#connection.breakOff(undefined);
    this.#end();
  }

  /** The transport has failed, on whichever side: nothing comes or goes any more. */
  #break(cause: unknown): void {
    this.#connection.breakOff(cause);
    this.push();
  }

  /** The connection is over before the duplex is: both its sides are let go of. */
  #cut(): void {
    const failure = this.#connection.failure;
    this.#duplex.reader.cancel(failure).catch(() => {});
    if (this.#output !== 'ended') this.#duplex.writer.abort(failure).catch(() => {});
    this.#end();
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#alarm.stop();
    this.#room.announce();
    this.#owner.onEnd();
  }
}
