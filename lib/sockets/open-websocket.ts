// An open WebSocket over a duplex, shaped like what the platform's `WebSocketStream.opened` gives. Both roles.

import { asBytes, type ByteSource } from '../bytes/as-bytes.ts';
import { randomBytes } from '../bytes/random-bytes.ts';
import { type CloseRecord, reportedCode } from '../connection/close-record.ts';
import type { Connection } from '../connection/connection.ts';
import type { DeflateAgreement } from '../deflate/deflate-agreement.ts';
import type { OutgoingBinary, OutgoingText, WebSocketEvent } from '../events/event.ts';
import type { RequestHead, ResponseHead } from '../handshake/head.ts';
import type { ReadableStream, WritableStream } from '../streams/platform.ts';
import { PulledReadable } from '../streams/pulled-readable.ts';
import { Alarm, type Clock } from './alarm.ts';
import { type ClosedInfo, type CloseInfo, closeInfoOf, invalidState } from './close-info.ts';
import { LookAhead, type Message } from './look-ahead.ts';
import { type LockedDuplex, Pumps, type PumpsOwner } from './pumps.ts';
import { type OutgoingMessage, type Sender, SendQueue } from './send-queue.ts';

/** What the opening handshake has agreed upon. */
export interface Opening {
  readonly protocol: string;
  readonly extensions: string;
  readonly compression: DeflateAgreement | undefined;
  readonly request: RequestHead;
  readonly response: ResponseHead;
}

/**
 * A WebSocket that is open. `readable` gives a chunk a message, text as a string; what is not read holds the peer back.
 * `writable` takes a chunk a message: buffers and views of them as binary, anything else as a string. A message is
 * copied when it is written, and its write settles when its last frame has gone to the duplex.
 *
 * After a clean end `readable` closes and `writable` fails with InvalidStateError; after any other end both fail with a
 * WebSocketError. What was received before is read before.
 */
export class OpenWebSocket {
  readonly readable: ReadableStream<Message>;
  readonly writable: WritableStream<OutgoingMessage>;
  /** The subprotocol; '': none. */
  readonly protocol: string;
  /** The extensions in use, as in their header; '': none. */
  readonly extensions: string;
  /** What permessage-deflate does here; `undefined`: it was not agreed upon. */
  readonly compression: DeflateAgreement | undefined;
  /** The head of the request that opened the WebSocket. */
  readonly request: RequestHead;
  /** The head of the response. */
  readonly response: ResponseHead;
  /**
   * Settles when the transport has ended, or the closing has taken too long. After a clean end, the peer's code and
   * reason (1005: it gave none); else it rejects with a WebSocketError. Nobody has to handle that.
   */
  readonly closed: Promise<ClosedInfo>;
  readonly #connection: Connection;
  readonly #pumps: Pumps;
  readonly #incoming: PulledReadable<Message>;
  readonly #lookAhead: LookAhead;
  readonly #outgoing: SendQueue;
  readonly #alarm: Alarm;
  #state: 'open' | 'clean' | 'failed' = 'open';
  #closedWritable: (() => void) | undefined;
  #settleClosed!: { resolve(info: ClosedInfo): void; reject(error: unknown): void };

  /** Takes over the duplex; what was read behind the handshake comes first. */
  constructor(connection: Connection, duplex: LockedDuplex, clock: Clock, opening: Opening) {
    this.protocol = opening.protocol;
    this.extensions = opening.extensions;
    this.compression = opening.compression;
    this.request = opening.request;
    this.response = opening.response;
    this.#connection = connection;
    this.#alarm = new Alarm(clock, () => this.#pumps.push());
    this.#lookAhead = new LookAhead(
      () => this.#pumps.resume(),
      reason => this.#cancel(reason),
    );
    this.#incoming = new PulledReadable(this.#lookAhead);
    this.readable = this.#incoming.readable;
    this.#outgoing = new SendQueue(this.#sender());
    this.writable = this.#outgoing.writable;
    this.closed = new Promise((resolve, reject) => (this.#settleClosed = { resolve, reject }));
    this.closed.catch(() => {});
    this.#pumps = new Pumps(connection, duplex, this.#alarm, this.#owner());
    this.#pumps.start();
  }

  /**
   * Begins the closing handshake: a Close follows what was written before it. Reading goes on, and what no longer fits
   * the look-ahead is dropped, so that `closed` settles. Nothing when the closing has begun.
   *
   * @throws RangeError for a code that may not be sent, or a reason of more than 123 octets of UTF-8
   */
  close(info: CloseInfo = {}): void {
    this.#connection.startClose(info.closeCode, info.reason);
    this.#lookAhead.dropOverflow();
    this.#pumps.push();
  }

  /**
   * Lets go of the transport at once, without a Close: for a peer that does not answer one in time. Unless both Close
   * frames have passed, `closed` rejects with code 1006.
   */
  terminate(): void {
    this.#connection.breakOff(undefined, 'the WebSocket was terminated');
    this.#pumps.push();
  }

  /**
   * The milliseconds until the peer's pong. A pong answers its ping and all earlier ones.
   *
   * @param data - at most 125 octets; default: eight random ones
   * Rejects with RangeError for more, with WebSocketError when the connection closes before.
   */
  ping(data: ByteSource = randomBytes(8)): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#connection.tick(this.#alarm.now());
      this.#connection.ping(asBytes(data), (ms, error) => (ms === undefined ? reject(error) : resolve(ms)));
      this.#pumps.push();
    });
  }

  /** The end as far as it has come: both Close frames, who began, whether it was clean, what broke it. */
  get closeRecord(): CloseRecord {
    return this.#connection.record;
  }

  #owner(): PumpsOwner {
    const lookAhead = this.#lookAhead;
    return {
      get full() {
        return lookAhead.full;
      },
      get crowded() {
        return lookAhead.crowded;
      },
      giveMoment: () => lookAhead.giveMoment(),
      onEvent: event => this.#receive(event),
      onSent: count => this.#outgoing.sent(count),
      onChange: () => this.#observe(),
      onEnd: () => this.#end(),
    };
  }

  #sender(): Sender {
    return {
      send: message => this.#send(message),
      close: () => this.#closeWritable(),
      abort: reason => this.#abort(reason),
    };
  }

  #receive(event: WebSocketEvent): void {
    if (event.type !== 'text' && event.type !== 'binary') return;
    this.#lookAhead.push(event.data);
    this.#incoming.notify();
  }

  #send(message: OutgoingText | OutgoingBinary): boolean {
    if (!this.#connection.open) return false;
    this.#connection.send(message);
    this.#pumps.push();
    return true;
  }

  #closeWritable(): Promise<void> {
    this.close();
    return new Promise(resolve => {
      this.#closedWritable = resolve;
      this.#observe();
    });
  }

  #cancel(reason: unknown): void {
    const { closeCode, reason: text } = closeInfoOf(reason);
    this.close({ closeCode, reason: text });
  }

  #abort(reason: unknown): void {
    const { closeCode, reason: text } = closeInfoOf(reason);
    this.#connection.abort(closeCode, text);
    this.#lookAhead.dropOverflow();
    this.#pumps.push();
  }

  /** Looks at what has become of the connection: a failure ends both streams, both Close frames end them cleanly. */
  #observe(): void {
    const { failure, record } = this.#connection;
    if (record.sent !== undefined || this.#connection.over) this.#closedWritable?.();
    if (this.#state !== 'open') return;
    if (failure !== undefined) {
      this.#state = 'failed';
      this.#lookAhead.dropOverflow();
      this.#incoming.error(failure);
      this.#outgoing.fail(failure);
    } else if (record.wasClean) {
      this.#state = 'clean';
      this.#incoming.close();
      this.#outgoing.fail(invalidState('the WebSocket is closed'));
    }
  }

  #end(): void {
    this.#observe();
    const { failure, record } = this.#connection;
    if (failure !== undefined) this.#settleClosed.reject(failure);
    // Without a failure the end was clean.
    else this.#settleClosed.resolve({ closeCode: reportedCode(record), reason: record.received!.reason });
  }
}
