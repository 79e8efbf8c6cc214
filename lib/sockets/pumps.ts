// Moves octets between a connection and the duplex it runs over: two pumps that never wait for each other. Knows nothing
// of messages: an inbox takes the events, and whoever owns the pumps says when it has room for more.

import type { Connection } from '../connection/connection.ts';
import type { Transmission } from '../connection/outbox.ts';
import type { WebSocketEvent } from '../events/event.ts';
import type { ByteReader, ByteWriter, LockedDuplex } from '../streams/byte-duplex.ts';
import { nextTask } from '../streams/next-task.ts';
import type { Alarm } from './alarm.ts';
import { Signal } from './signal.ts';

/** What is left of the duplex after the opening handshake. */
export interface Transport extends LockedDuplex {
  /** Octets that were read behind the handshake. */
  readonly rest: Uint8Array;
}

/** Where the events go. */
export interface Inbox {
  /** Whether no further event is wanted now. */
  readonly full: boolean;
  /** Whether the next event would be lost, unless a reader gets a moment. */
  readonly crowded: boolean;
  giveMoment(): Promise<void>;
  push(event: WebSocketEvent): void;
}

/** Who looks on. */
export interface PumpsObserver {
  /** The connection has changed: it may have failed, or have been closed cleanly. */
  onChange(): void;
  /** Both sides of the duplex have ended. Nothing follows. */
  onEnd(): void;
}

/** More than this is never under way to the duplex: what is chosen late can be overtaken until then. */
const maxUnderWayBytes = 32_768;

/** A transport that is always ready must not keep timers from running: so many events and chunks, then a task. */
const stepsPerTask = 1024;

/** The same for chunks that leave. */
const chunksPerTask = 256;

/** What has become of the duplex's readable side. */
type Input =
  | { readonly type: 'open' }
  | { readonly type: 'broken'; readonly cause: unknown }
  | { readonly type: 'ended' };

/** Runs until both sides of the duplex have ended. */
export class Pumps {
  readonly #connection: Connection;
  readonly #reader: ByteReader;
  readonly #writer: ByteWriter;
  readonly #alarm: Alarm;
  readonly #inbox: Inbox;
  readonly #observer: PumpsObserver;
  readonly #room = new Signal();
  #underWayBytes = 0;
  #output: 'open' | 'closing' | 'ended' = 'open';
  #input: Input = { type: 'open' };
  #ended = false;
  #steps = 0;
  #chunks = 0;
  #resting = false;

  constructor(
    connection: Connection,
    { reader, writer }: LockedDuplex,
    alarm: Alarm,
    inbox: Inbox,
    observer: PumpsObserver,
  ) {
    this.#connection = connection;
    this.#reader = reader;
    this.#writer = writer;
    this.#alarm = alarm;
    this.#inbox = inbox;
    this.#observer = observer;
  }

  /** @param rest - octets that were read behind the handshake */
  start(rest: Uint8Array): void {
    this.#reader.closed.catch(cause => this.#breakInput(cause));
    this.#writer.closed.catch(error => this.#break(error));
    this.#begin(rest)
      .then(() => this.#pumpIn())
      .then(
        () => this.#endInput(),
        error => this.#break(error),
      );
  }

  /** Octets that have been encoded and have not yet reached the duplex; none behind the end. */
  get underWayBytes(): number {
    return this.#ended ? 0 : this.#underWayBytes;
  }

  /** The inbox has room again. */
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
    this.#observer.onChange();
  }

  /** Only what finds room is chosen: the rest can still be overtaken, and nothing counts as sent that cannot leave. */
  #hasRoom(): boolean {
    const { desiredSize } = this.#writer;
    if (desiredSize === null || this.#resting) return false;
    return this.#underWayBytes === 0 || (this.#underWayBytes < maxUnderWayBytes && desiredSize > 0);
  }

  #transmitAll(): void {
    while (this.#hasRoom()) {
      const transmission = this.#connection.transmit();
      if (transmission === undefined) return;
      this.#transmit(transmission);
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
    this.#writer.write(bytes).then(sent, error => this.#break(error));
    this.#chunks += 1;
    if (this.#chunks % chunksPerTask === 0) void this.#rest();
  }

  /** Nothing leaves before the host has had its turn. */
  async #rest(): Promise<void> {
    this.#resting = true;
    await nextTask();
    this.#resting = false;
    this.push();
  }

  /** In a task of its own: whoever waits for the socket sees it before anything comes. */
  async #begin(rest: Uint8Array): Promise<void> {
    await nextTask();
    this.#connection.write(rest);
  }

  async #pumpIn(): Promise<void> {
    do {
      for (let event = this.#decode(); event !== undefined || this.#connection.busy; event = this.#decode()) {
        if (event === undefined) {
          await nextTask();
          continue;
        }
        this.#inbox.push(event);
        if (event.type === 'ping') this.push();
        if (this.#mustPause()) await this.#pause();
      }
      this.push();
      if (this.#mustPause()) await this.#pause();
    } while (this.#accept(await this.#reader.read()));
  }

  /** Takes a chunk; false: it was the end. What is due is judged behind it: it may be the sign of life. */
  #accept({ value }: { readonly value?: Uint8Array | undefined }): boolean {
    if (value !== undefined) this.#connection.write(value, this.#alarm.now());
    return value !== undefined;
  }

  /** Events are handed over no faster than the inbox takes them; between them the host gets its turn now and then. */
  #mustPause(): boolean {
    this.#steps += 1;
    return this.#steps >= stepsPerTask || this.#inbox.crowded || this.#inbox.full;
  }

  async #pause(): Promise<void> {
    if (this.#steps >= stepsPerTask) {
      this.#steps = 0;
      await nextTask();
    }
    if (this.#inbox.crowded) await this.#inbox.giveMoment();
    if (this.#inbox.full) await this.#waitForRoom();
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
    while (this.#inbox.full && this.#input.type === 'open' && !this.#ended) await this.#room.wait();
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
    this.#writer.close().then(
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
    this.#reader.cancel(failure).catch(() => {});
    if (this.#output !== 'ended') this.#writer.abort(failure).catch(() => {});
    this.#end();
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#alarm.stop();
    this.#room.announce();
    this.#observer.onEnd();
  }
}
