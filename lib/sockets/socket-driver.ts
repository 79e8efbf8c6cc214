// Drives a connection over a transport: bytes in, events to the inbox, bytes out, and one timer. What comes is decoded when
// it comes; what is sent leaves once a turn.

import { budgetBytes } from '../base/budget.ts';
import { Fifo } from '../base/fifo.ts';
import type { Connection } from '../connection/connection.ts';
import type { WebSocketEvent } from '../events/event.ts';
import type { Transmission } from '../events/transmission.ts';
import type { LockedDuplex, PushTransport, TransportOwner } from '../streams/byte-duplex.ts';
import { nextTask } from '../streams/next-task.ts';
import { pushTransport } from '../streams/stream-transport.ts';
import { turnBudget } from '../streams/turn-budget.ts';
import { type Clock, DeadlineTimer } from './deadline-timer.ts';

/** What is left of the duplex after the opening handshake. */
export interface Transport extends LockedDuplex {
  /** Bytes that were read after the handshake. */
  readonly rest: Uint8Array;
}

/** Where the events go. */
export interface Inbox {
  /** Whether no further event is wanted now. */
  readonly full: boolean;
  /** Whether the next event would be dropped, unless the reader gets a moment. */
  readonly crowded: boolean;
  /** Takes note that the reader gets its moment. */
  giveMoment(): void;
  push(event: WebSocketEvent): void;
  /** All events that were in a chunk, or fit, have been pushed. */
  decoded(): void;
}

/** Who looks on. */
export interface DriverObserver {
  /** The closing of the connection may have come further. */
  onChange(): void;
  /** Bytes have gone to the transport. */
  onRoom(): void;
  /** Both sides of the duplex have ended. Nothing follows. */
  onEnd(): void;
}

/** The work of decoding one event and handing it over, counted in bytes besides its own. */
const bytesPerEvent = 128;

/** The work of a chunk, counted in bytes besides its own: a transport may give empty ones without end. */
const bytesPerChunk = 512;

/** The work of a transmission, counted in bytes besides its own. */
const bytesPerTransmission = 512;

/** What has become of the transport's readable side. */
type Input =
  /** Nothing waits to be decoded. */
  | { readonly type: 'flowing' }
  /** Decoding goes on when the inbox has room. */
  | { readonly type: 'full' }
  /** Decoding goes on in a later task. */
  | { readonly type: 'deferred' }
  | { readonly type: 'ended' };

const flowing: Input = { type: 'flowing' };
const full: Input = { type: 'full' };
const deferred: Input = { type: 'deferred' };
const ended: Input = { type: 'ended' };

/** Runs until both sides of the transport have ended. */
export class SocketDriver implements TransportOwner {
  readonly #connection: Connection;
  readonly #transport: PushTransport;
  readonly #timer: DeadlineTimer;
  readonly #inbox: Inbox;
  readonly #observer: DriverObserver;
  #underWay: Fifo<Transmission> | undefined;
  #underWayBytes = 0;
  /** The bytes of the last chunk. Events that are larger have been decompressed. */
  #receivedBytes = 0;
  #input: Input = deferred;
  /** How the input ended, while something waits to be decoded before it. */
  #pendingEnd: { readonly failure: boolean; readonly cause: unknown } | undefined;
  #output: 'open' | 'ending' | 'ended' = 'open';
  #over = false;
  /** Whether a flush is certain to come in this turn. */
  #flushing = false;
  #resting = false;

  constructor(
    connection: Connection,
    duplex: LockedDuplex,
    clock: Clock,
    inbox: Inbox,
    observer: DriverObserver,
  ) {
    this.#connection = connection;
    this.#inbox = inbox;
    this.#observer = observer;
    this.#timer = new DeadlineTimer(clock, () => this.#timeIsUp());
    this.#transport = pushTransport(duplex, this);
  }

  /**
   * Begins, in a task of its own: whoever waits for the socket sees it before anything comes.
   *
   * @param rest - bytes that were read after the handshake
   */
  start(rest: Uint8Array): void {
    this.#setTimer();
    void nextTask().then(() => {
      if (this.#over) return;
      this.#connection.receive(rest);
      this.#continue();
    });
  }

  /** The bytes that have been encoded and that the transport has not taken; 0 after the end. */
  get underWayBytes(): number {
    return this.#over ? 0 : this.#underWayBytes;
  }

  /** The inbox has room again. Decoding goes on after whoever takes events has done with this one. */
  resume(): void {
    if (this.#input.type !== 'full') return;
    queueMicrotask(() => {
      if (this.#input.type !== 'full' || this.#inbox.full || this.#over) return;
      this.#connection.passTime(this.#timer.now());
      this.#connection.resumeReading();
      this.#continue();
    });
  }

  /** Gives up waiting for what the transport has not taken: those who wait are told that it is lost. */
  loseUnderWay(error: unknown): void {
    const count = this.#underWay?.length ?? 0;
    for (let i = 0; i < count; i++) {
      const transmission = this.#underWay?.shift();
      transmission?.lost(error);
      if (transmission !== undefined) this.#underWay?.push(transmission);
    }
  }

  /** Tells the connection how late it is. */
  passTime(): void {
    this.#connection.passTime(this.#timer.now());
  }

  /** Sends what may leave, at the end of the turn. To be called whenever something may. */
  flushSoon(): void {
    if (this.#flushing || this.#over) return;
    this.#flushing = true;
    this.#transport.afterTurn(() => {
      this.#flushing = false;
      this.flush();
    });
  }

  /** Sends what may leave now, and looks after everything else that may be due. */
  flush(): void {
    if (this.#over) return;
    const connection = this.#connection;
    const transmits = connection.wantsToTransmit;
    if (transmits) {
      const now = this.#timer.now();
      connection.passTime(now);
      this.#transmit(now);
    }
    // A tap that terminates the socket has ended it by now.
    if (!this.#over && !connection.open) this.#advanceClosing();
    // After a failure: those who wait for room are told of that.
    if (transmits) this.#observer.onRoom();
  }

  #timeIsUp(): void {
    this.#connection.tick(this.#timer.now());
    this.flush();
    if (!this.#over) this.#setTimer();
  }

  /**
   * Looks again at the next deadline, and never later than after the shortest timeout: whatever happens meanwhile sets no
   * earlier one, so that the timer need not be touched for every message.
   */
  #setTimer(): void {
    const connection = this.#connection;
    const deadline = connection.nextDeadline();
    const soon = connection.open ? this.#timer.now() + connection.shortestTimeoutMs : Infinity;
    this.#timer.set(Math.min(deadline, soon));
  }

  receive(bytes: Uint8Array): void {
    if (this.#over) return;
    this.#connection.receive(bytes, this.#timer.now());
    this.#receivedBytes = bytes.length;
    turnBudget.spend(bytes.length + bytesPerChunk);
    this.#decode();
  }

  receiveEnd(): void {
    this.#endInput({ failure: false, cause: undefined });
  }

  failed(cause: unknown): void {
    // What has come before is decoded first, unless nobody takes it.
    if (this.#input.type === 'deferred' && this.#pendingEnd === undefined) {
      this.#pendingEnd = { failure: true, cause };
    } else this.#break(cause);
  }

  taken(): void {
    const transmission = this.#underWay?.shift();
    if (transmission === undefined) return;
    this.#underWayBytes -= transmission.byteLength;
    const now = this.#timer.now();
    this.#connection.transportUnblocked(now);
    if (this.#underWayBytes > 0) this.#connection.transportBlocked(now);
    transmission.sent();
    this.flush();
    this.#observer.onRoom();
  }

  ended(): void {
    this.#output = 'ended';
    this.#endIfBothEnded();
  }

  /** Decodes what has come, hands it over, and sends what that brings about. */
  #decode(): void {
    this.#input = flowing;
    const wasFlushing = this.#flushing;
    // Replies that are sent while events are handed over leave together, at the end.
    this.#flushing = true;
    for (let event = this.#read(); event !== undefined; event = this.#read()) {
      turnBudget.spend(bytesPerEvent + Math.max(0, eventBytes(event) - this.#receivedBytes));
      this.#inbox.push(event);
      if (this.#over || this.#mustPause()) break;
    }
    this.#inbox.decoded();
    this.#flushing = wasFlushing;
    if (this.#over) return;
    const { busy, endPending } = this.#connection;
    // It has done the work of a turn, though no event tells of it.
    if (busy && !endPending) turnBudget.spend(budgetBytes);
    if (busy || (this.#input.type === 'flowing' && turnBudget.exhausted)) this.#defer();
    if (this.#input.type !== 'flowing') this.#transport.pause();
    else if (this.#pendingEnd !== undefined) this.#applyEnd(this.#pendingEnd);
    this.flush();
  }

  /** Returns `undefined` after a failure, too: what follows is dropped, and the connection knows of it. */
  #read(): WebSocketEvent | undefined {
    try {
      return this.#connection.read();
    } catch {
      return undefined;
    }
  }

  /** Stops the decoding if the inbox is full, or if other work is due. */
  #mustPause(): boolean {
    if (this.#inbox.crowded) this.#giveMoment();
    else if (this.#inbox.full) this.#waitForRoom();
    else if (turnBudget.exhausted) this.#defer();
    else return false;
    return true;
  }

  #waitForRoom(): void {
    this.#input = full;
    this.#connection.pauseReading();
  }

  #defer(): void {
    turnBudget.spend(bytesPerEvent);
    this.#input = deferred;
    turnBudget.defer(() => this.#continue());
  }

  /** Gives the reader two tasks: it may be waiting for the next one itself. */
  #giveMoment(): void {
    this.#inbox.giveMoment();
    this.#input = deferred;
    void nextTask()
      .then(() => nextTask())
      .then(() => this.#continue());
  }

  /** Goes on with what waits to be decoded, then with the transport. */
  #continue(): void {
    if (this.#over) return;
    this.#decode();
    if (!this.#over && this.#input.type === 'flowing') this.#transport.resume();
  }

  #transmit(now: number): void {
    const connection = this.#connection;
    while (!this.#resting && this.#output === 'open' && this.#transport.hasRoom) {
      const transmission = connection.transmit();
      if (transmission === undefined) break;
      this.#write(transmission);
      turnBudget.spend(transmission.byteLength + bytesPerTransmission);
      if (turnBudget.exhausted) this.#rest();
    }
    if (connection.transmitBusy) this.#rest();
    if (this.#underWayBytes > 0) connection.transportBlocked(now);
  }

  #write(transmission: Transmission): void {
    const { byteLength, chunks } = transmission;
    if (byteLength === 0 || this.#transport.write(chunks)) return transmission.sent();
    this.#underWayBytes += byteLength;
    this.#underWay ??= new Fifo();
    this.#underWay.push(transmission);
  }

  /** Sends nothing more in this turn. */
  #rest(): void {
    if (this.#resting) return;
    this.#resting = true;
    turnBudget.defer(() => {
      this.#resting = false;
      this.flush();
    });
  }

  #advanceClosing(): void {
    if (this.#connection.over) this.#cut();
    else if (this.#connection.outputEnded && this.#output === 'open') {
      this.#output = 'ending';
      this.#transport.end();
    }
    this.#observer.onChange();
    if (!this.#over) this.#setTimer();
  }

  /** What waits to be decoded comes before the end. */
  #endInput(end: { readonly failure: boolean; readonly cause: unknown }): void {
    if (this.#input.type === 'flowing') this.#applyEnd(end);
    else this.#pendingEnd ??= end;
  }

  #applyEnd({ failure, cause }: { readonly failure: boolean; readonly cause: unknown }): void {
    this.#pendingEnd = undefined;
    if (failure) return this.#break(cause);
    this.#input = ended;
    try {
      this.#connection.receiveEnd();
    } catch {
      // The connection knows of it.
    }
    this.flush();
    this.#endIfBothEnded();
  }

  #endIfBothEnded(): void {
    if (this.#input.type !== 'ended' || this.#output !== 'ended' || this.#over) return;
    this.#connection.transportFailed(undefined);
    this.#end();
  }

  /** The transport has failed, in whichever direction: nothing comes or goes any more. */
  #break(cause: unknown): void {
    if (this.#over) return;
    this.#connection.transportFailed(cause);
    this.flush();
  }

  /** The connection is over before the transport is: both its sides are released. */
  #cut(): void {
    this.#transport.destroy(this.#connection.failure);
    this.#end();
  }

  #end(): void {
    this.#over = true;
    this.#timer.stop();
    this.loseUnderWay(this.#connection.failure);
    this.#underWay = undefined;
    this.#observer.onEnd();
  }
}

function eventBytes(event: WebSocketEvent): number {
  return event.type === 'close' ? 0 : event.data.length;
}
