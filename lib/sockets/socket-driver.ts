// Drives a connection over a transport: bytes in, events to the inbox, bytes out, and one timer. Input is decoded when it
// arrives; output is written once per turn.

import { budgetBytes } from '../base/budget.ts';
import { Fifo } from '../base/fifo.ts';
import type { Connection } from '../connection/connection.ts';
import type { WebSocketEvent } from '../events/event.ts';
import type { Transmission } from '../events/transmission.ts';
import type { LockedDuplex, PushTransport, TransportOwner } from '../streams/byte-duplex.ts';
import { nextTask } from '../streams/next-task.ts';
import { pushTransport } from '../streams/stream-transport.ts';
import { turnBudget } from '../streams/turn-budget.ts';
import { type Clock, type DeadlineOwner, DeadlineTimer } from './deadline-timer.ts';

/** The duplex after the opening handshake. */
export interface Transport extends LockedDuplex {
  /** The bytes read after the handshake. */
  readonly rest: Uint8Array;
}

/** The destination of the events. */
export interface Inbox {
  /** True if it takes no more events for now. */
  readonly full: boolean;
  /** True if the next event would be dropped unless the reader gets time to read. */
  readonly crowded: boolean;
  /** Records that the reader gets time to read. */
  giveMoment(): void;
  push(event: WebSocketEvent): void;
  /** Called after the events of a chunk, or those that fit, were pushed. */
  decoded(): void;
}

/** An observer of the driver. */
export interface DriverObserver {
  /** Called when the closing may have progressed. */
  onChange(): void;
  /** Called when the transport has taken bytes. */
  onRoom(): void;
  /** Called when both sides of the duplex have ended. No other call follows. */
  onEnd(): void;
}

/** The work of decoding and delivering one event, in bytes on top of its own. */
const bytesPerEvent = 128;

/** The work of a chunk, in bytes on top of its own, because a transport may give empty chunks without end. */
const bytesPerChunk = 512;

/** The bytes of chunks that count as one: to unmask and copy bytes is little work compared to decompressing as many. */
const chunkBytesPerByte = 8;

/** The work of a transmission, in bytes on top of its own. */
const bytesPerTransmission = 512;

/** The state of the transport's readable side. */
type Input =
  /** All input is decoded. */
  | { readonly type: 'flowing' }
  /** Decoding continues when the inbox has room. */
  | { readonly type: 'full' }
  /** Decoding continues in a later task. */
  | { readonly type: 'deferred' }
  | { readonly type: 'ended' };

const flowing: Input = { type: 'flowing' };
const full: Input = { type: 'full' };
const deferred: Input = { type: 'deferred' };
const ended: Input = { type: 'ended' };

/** Drives a connection until both sides of the transport have ended. */
export class SocketDriver implements TransportOwner, DeadlineOwner {
  readonly #connection: Connection;
  readonly #transport: PushTransport;
  readonly #timer: DeadlineTimer;
  readonly #inbox: Inbox;
  readonly #observer: DriverObserver;
  #underWay: Fifo<Transmission> | undefined;
  #underWayBytes = 0;
  /** The length of the last chunk. A larger event was decompressed. */
  #receivedBytes = 0;
  #input: Input = deferred;
  /** The end of the input, if input before it is not decoded yet. */
  #pendingEnd: { readonly failure: boolean; readonly cause: unknown } | undefined;
  #output: 'open' | 'ending' | 'ended' = 'open';
  #over = false;
  /** True if a flush will follow in this turn. */
  #flushing = false;
  #resting = false;
  /** Made for the first flush. */
  #endTurn: (() => void) | undefined;

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
    this.#timer = new DeadlineTimer(clock, this);
    this.#transport = pushTransport(duplex, this);
    if (this.#transport.copies) connection.reuseFrames();
  }

  /**
   * Starts reading in a later task, so that a caller that awaits the socket has it before the first event.
   *
   * @param rest - the bytes read after the handshake
   */
  start(rest: Uint8Array): void {
    this.#setTimer();
    void nextTask().then(() => {
      if (this.#over) return;
      this.#connection.receive(rest);
      this.#continue();
    });
  }

  /** The encoded bytes that the transport has not taken yet; 0 after the end. */
  get underWayBytes(): number {
    return this.#over ? 0 : this.#underWayBytes;
  }

  /** Continues decoding because the inbox has room again, in a microtask: the consumer may still be handling an event. */
  resume(): void {
    if (this.#input.type !== 'full') return;
    queueMicrotask(() => {
      if (this.#input.type !== 'full' || this.#inbox.full || this.#over) return;
      this.#connection.passTime(this.#timer.now());
      this.#connection.resumeReading();
      this.#continue();
    });
  }

  /** Reports everything that the transport has not taken as lost. */
  loseUnderWay(error: unknown): void {
    const count = this.#underWay?.length ?? 0;
    for (let i = 0; i < count; i++) {
      const transmission = this.#underWay?.shift();
      transmission?.lost(error);
      if (transmission !== undefined) this.#underWay?.push(transmission);
    }
  }

  /** Passes the current time to the connection. */
  passTime(): void {
    this.#connection.passTime(this.#timer.now());
  }

  /** Sends what can be sent, at the end of the turn. Call it after anything was queued. */
  flushSoon(): void {
    if (this.#flushing || this.#over) return;
    this.#flushing = true;
    this.#endTurn ??= () => {
      this.#flushing = false;
      this.flush();
    };
    this.#transport.afterTurn(this.#endTurn);
  }

  /** Sends what can be sent now, and advances the closing. */
  flush(): void {
    if (this.#over) return;
    const connection = this.#connection;
    const transmits = connection.wantsToTransmit;
    if (transmits) {
      const now = this.#timer.now();
      connection.passTime(now);
      this.#transmit(now);
    }
    // The tap may have terminated the socket.
    if (!this.#over && !connection.open) this.#advanceClosing();
    // After `onChange`, so that writers waiting for room hear of a failure first.
    if (transmits) this.#observer.onRoom();
  }

  onDeadline(): void {
    this.#connection.tick(this.#timer.now());
    this.flush();
    if (!this.#over) this.#setTimer();
  }

  /**
   * Sets the timer to the next deadline, or to the shortest timeout if that is earlier. No event sets an earlier deadline than
   * that, so the timer is not touched for every message.
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
    turnBudget.spend(bytes.length / chunkBytesPerByte + bytesPerChunk);
    this.#decode();
  }

  receiveEnd(): void {
    this.#endInput({ failure: false, cause: undefined });
  }

  failed(cause: unknown): void {
    // Input that arrived before is decoded first, unless the inbox is full.
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
    transmission.sent(this.#transport.copies);
    this.flush();
    this.#observer.onRoom();
  }

  ended(): void {
    this.#output = 'ended';
    this.#endIfBothEnded();
  }

  /** Decodes the input, delivers the events, and sends the replies. */
  #decode(): void {
    this.#input = flowing;
    const wasFlushing = this.#flushing;
    // Replies sent while events are delivered are written together, at the end.
    this.#flushing = true;
    for (let event = this.#read(); event !== undefined; event = this.#read()) {
      turnBudget.spend(bytesPerEvent + decodedBytes(event, this.#receivedBytes));
      this.#inbox.push(event);
      if (this.#over || this.#mustPause() || this.#connection.exhausted) break;
    }
    this.#inbox.decoded();
    this.#flushing = wasFlushing;
    if (this.#over) return;
    const { busy, endPending } = this.#connection;
    // The decoder has used the budget of a turn, perhaps without an event.
    if (busy && !endPending) turnBudget.spend(budgetBytes);
    if (busy || (this.#input.type === 'flowing' && turnBudget.exhausted)) this.#defer();
    if (this.#input.type !== 'flowing') this.#transport.pause();
    else if (this.#pendingEnd !== undefined) this.#applyEnd(this.#pendingEnd);
    this.flush();
  }

  /** Returns the next event; `undefined` if there is none or the connection has failed. */
  #read(): WebSocketEvent | undefined {
    try {
      return this.#connection.read();
    } catch {
      return undefined;
    }
  }

  /** Returns true if decoding must stop, because the inbox is full or the budget of the turn is used up. */
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

  /** Continues after two tasks, because the reader itself may be waiting for the next task. */
  #giveMoment(): void {
    this.#inbox.giveMoment();
    this.#input = deferred;
    void nextTask()
      .then(() => nextTask())
      .then(() => this.#continue());
  }

  /** Decodes pending input, then reads from the transport again. */
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
      turnBudget.spend(transmission.byteLength / chunkBytesPerByte + bytesPerTransmission);
      // With nothing left to send, as after a broadcast, a later turn would only cost time.
      if (!connection.wantsToTransmit) break;
      if (turnBudget.exhausted) this.#rest();
    }
    if (connection.transmitBusy) this.#rest();
    if (this.#underWayBytes > 0) connection.transportBlocked(now);
  }

  #write(transmission: Transmission): void {
    const { byteLength, chunks } = transmission;
    const { copies } = this.#transport;
    if (byteLength === 0 || this.#transport.write(chunks)) return transmission.sent(copies);
    this.#underWayBytes += byteLength;
    this.#underWay ??= new Fifo();
    this.#underWay.push(transmission);
  }

  /** Stops sending until a later turn. */
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

  /** Ends the input, after pending input is decoded. */
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
      // The connection keeps the failure.
    }
    this.flush();
    this.#endIfBothEnded();
  }

  #endIfBothEnded(): void {
    if (this.#input.type !== 'ended' || this.#output !== 'ended' || this.#over) return;
    this.#connection.transportFailed(undefined);
    this.#end();
  }

  /** Fails the connection, because the transport has failed in either direction. */
  #break(cause: unknown): void {
    if (this.#over) return;
    this.#connection.transportFailed(cause);
    this.flush();
  }

  /** Destroys the transport, because the connection is over. */
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

/** Returns how many bytes had to be decoded as text, or were added by decompression. */
function decodedBytes(event: WebSocketEvent, receivedBytes: number): number {
  if (event.type === 'close') return 0;
  return event.type === 'text' ? event.data.length : Math.max(0, event.data.length - receivedBytes);
}
