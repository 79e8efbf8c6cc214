// Moves octets between a connection and the duplex it runs over: two pumps that never wait for each other. Knows nothing
// of messages: whoever owns the pumps takes the events and says when there is room for more.

import type { Connection } from '../connection/connection.ts';
import type { WebSocketEvent } from '../events/event.ts';
import { nextTask } from '../streams/next-task.ts';
import type { Alarm } from './alarm.ts';
import { Signal } from './signal.ts';

/** The duplex, locked: what is left of it after the opening handshake. */
export interface LockedDuplex {
  readonly reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly writer: WritableStreamDefaultWriter<Uint8Array>;
  /** Octets that were read behind the handshake. */
  readonly rest: Uint8Array;
}

/** Who the pumps work for. */
export interface PumpsOwner {
  /** Whether no further event is wanted now. */
  readonly full: boolean;
  onEvent(event: WebSocketEvent): void;
  /** So many of the messages that were queued have reached the duplex. */
  onSent(count: number): void;
  /** The connection has changed: it may have failed, or have been closed cleanly. */
  onChange(): void;
  /** Both sides of the duplex have ended. Nothing follows. */
  onEnd(): void;
}

/** More than this is never under way to the duplex: what is chosen late can be overtaken until then. */
const maxUnderWayBytes = 32_768;

/** A reader that is always ready must not keep timers from running. */
const eventsPerTask = 1024;

/** Runs until both sides of the duplex have ended. */
export class Pumps {
  readonly #connection: Connection;
  readonly #duplex: LockedDuplex;
  readonly #alarm: Alarm;
  readonly #owner: PumpsOwner;
  readonly #room = new Signal();
  #underWayBytes = 0;
  #output: 'open' | 'closing' | 'ended' = 'open';
  #inputEnded = false;
  #ended = false;
  #events = 0;

  constructor(connection: Connection, duplex: LockedDuplex, alarm: Alarm, owner: PumpsOwner) {
    this.#connection = connection;
    this.#duplex = duplex;
    this.#alarm = alarm;
    this.#owner = owner;
  }

  start(): void {
    this.#duplex.reader.closed.catch(error => this.#break(error));
    this.#duplex.writer.closed.catch(error => this.#break(error));
    this.#pumpIn().then(
      () => this.#endInput(),
      error => this.#break(error),
    );
    this.push();
  }

  /** The owner has room again. */
  resume(): void {
    this.#room.announce();
  }

  /** Sends what may leave now. To be called whenever something may. */
  push(): void {
    if (this.#ended) return;
    while (this.#hasRoom()) {
      const transmission = this.#connection.transmit();
      if (transmission === undefined) break;
      this.#transmit(transmission.bytes, transmission.completed);
    }
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

  #transmit(bytes: Uint8Array, completed: number): void {
    if (bytes.length === 0) return this.#owner.onSent(completed);
    this.#underWayBytes += bytes.length;
    const sent = () => {
      this.#underWayBytes -= bytes.length;
      if (completed > 0) this.#owner.onSent(completed);
      this.push();
    };
    this.#duplex.writer.write(bytes).then(sent, error => this.#break(error));
  }

  async #pumpIn(): Promise<void> {
    let chunk: Uint8Array | undefined = this.#duplex.rest;
    for (; chunk !== undefined; chunk = await this.#read()) {
      this.#connection.write(chunk);
      await this.#drain();
      this.push();
    }
  }

  async #read(): Promise<Uint8Array | undefined> {
    if (this.#owner.full) await this.#waitForRoom();
    const { value } = await this.#duplex.reader.read();
    this.#connection.tick(this.#alarm.now());
    return value;
  }

  /** Hands over the events of a chunk, no faster than the owner takes them. */
  async #drain(): Promise<void> {
    for (let event = this.#decode(); event !== undefined; event = this.#decode()) {
      this.#owner.onEvent(event);
      if (event.type === 'ping') this.push();
      if (++this.#events % eventsPerTask === 0) await nextTask();
      if (this.#owner.full) await this.#waitForRoom();
    }
  }

  #decode(): WebSocketEvent | undefined {
    return this.#unlessFailed(() => this.#connection.read());
  }

  /** A failure ends the decoding, and what follows is dropped; the connection knows of it. */
  #unlessFailed<T>(step: () => T): T | undefined {
    if (this.#connection.failure !== undefined) return undefined;
    try {
      return step();
    } catch (error) {
      if (error !== this.#connection.failure) throw error;
      return undefined;
    }
  }

  async #waitForRoom(): Promise<void> {
    this.push();
    this.#connection.reading = false;
    while (this.#owner.full && !this.#ended) await this.#room.wait();
    this.#connection.tick(this.#alarm.now());
    this.#connection.reading = true;
  }

  #endInput(): void {
    this.#inputEnded = true;
    this.#unlessFailed(() => this.#connection.close());
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
    if (!this.#inputEnded || this.#output !== 'ended') return;
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
