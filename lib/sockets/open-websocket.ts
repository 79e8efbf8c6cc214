// An open WebSocket over a duplex, shaped like what the platform's `WebSocketStream.opened` gives. Both roles.

// `Symbol.asyncDispose` is not in ES2022, and not every runtime's types declare it.
/// <reference lib="esnext.disposable" preserve="true" />
import { asBytes, type ByteSource } from '../bytes/as-bytes.ts';
import { randomBytes } from '../bytes/random-bytes.ts';
import type { CloseRecord } from '../connection/close-record.ts';
import type { Connection } from '../connection/connection.ts';
import type { ConnectionStats } from '../connection/connection-stats.ts';
import type { DeflateAgreement } from '../deflate/deflate-agreement.ts';
import type { OutgoingBinary, OutgoingText } from '../events/event.ts';
import type { RequestHead, ResponseHead } from '../handshake/head.ts';
import type { ReadableStream, WritableStream } from '../streams/platform.ts';
import { Alarm, type Clock, systemClock } from './alarm.ts';
import {
  type ClosedInfo,
  type CloseInfo,
  closedInfo,
  closeInfoOf,
  closeInfoOptions,
  invalidState,
} from './close-info.ts';
import { Incoming, type SocketEvent, type View } from './incoming.ts';
import { type IncomingMessage, IncomingMessagesView } from './incoming-messages.ts';
import { type MessageOptions, messageWritable } from './message-writable.ts';
import type { Deflating, PreparedMessage } from './prepared-message.ts';
import { Pumps, type Transport } from './pumps.ts';
import { type OutgoingMessage, SendQueue } from './send-queue.ts';
import { Unsent } from './unsent.ts';
import { BatchView, EventView, type Message, MessageView } from './views.ts';

/** What the opening handshake has agreed upon. */
export interface Opening {
  readonly protocol: string;
  readonly extensions: string;
  readonly compression: DeflateAgreement | undefined;
  /** What compresses the messages that we send. */
  readonly deflating: Deflating | undefined;
  readonly request: RequestHead;
  readonly response: ResponseHead;
  /** What `authorize` has handed on. */
  readonly context?: unknown;
}

export interface OpenOptions {
  /** The clock and its timers. Default: the platform's. */
  readonly clock?: Clock | undefined;
  /** Closes the WebSocket when it aborts, with the code and reason of a WebSocketError as its reason. */
  readonly closeSignal?: AbortSignal | undefined;
  /**
   * What comes in one piece: `'messages'`, each at most `maxMessageBytes` long, or `'parts'` of messages as they arrive,
   * for messages that are larger than memory; their length has no limit then unless one is set. Default: `'messages'`.
   */
  readonly deliver?: 'messages' | 'parts' | undefined;
}

/**
 * A WebSocket that is open. `readable` gives a chunk a message, text as a string; what is not read holds the peer back.
 * `writable` takes a chunk a message: buffers and views of them as binary, anything else as a string. A message is
 * copied when it is written, and its write settles when its last frame has gone to the duplex.
 *
 * After a clean end `readable` closes and `writable` fails with InvalidStateError, whose `cause` is what `closed` gives;
 * after any other end both fail with a WebSocketError. What was received before is read before.
 *
 * `readable`, `messages`, `events` and `batches` are views of one source: the first that is touched is the only one, the
 * others throw TypeError.
 */
export class OpenWebSocket {
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
  readonly #incoming: Incoming;
  #outgoing: SendQueue | undefined;
  readonly #unsent = new Unsent();
  readonly #alarm: Alarm;
  readonly #delivered: 'messages' | 'parts';
  readonly #deflating: Deflating | undefined;
  #state: 'open' | 'ending' | 'ended' = 'open';
  #view: View<unknown> | undefined;
  #closedWritable: (() => void) | undefined;
  #settleClosed!: { resolve(info: ClosedInfo): void; reject(error: unknown): void };

  /** Takes over the duplex; what was read behind the handshake comes first. */
  constructor(connection: Connection, duplex: Transport, opening: Opening, options: OpenOptions = {}) {
    this.protocol = opening.protocol;
    this.extensions = opening.extensions;
    this.compression = opening.compression;
    this.request = opening.request;
    this.response = opening.response;
    this.#delivered = options.deliver ?? 'messages';
    this.#deflating = opening.deflating;
    this.#connection = connection;
    this.#alarm = new Alarm(options.clock ?? systemClock, () => this.#pumps.push());
    this.#incoming = new Incoming(
      () => this.#pumps.resume(),
      reason => this.close(closeInfoOf(reason)),
    );
    this.closed = new Promise((resolve, reject) => (this.#settleClosed = { resolve, reject }));
    this.closed.catch(() => {});
    this.#pumps = new Pumps(connection, duplex, this.#alarm, this.#incoming, {
      onChange: () => this.#observe(),
      onEnd: () => this.#end(),
    });
    this.#pumps.start(duplex.rest);
    this.#obey(options.closeSignal);
  }

  /** Messages to send. `desiredSize` and `ready` count octets; text counts three for each UTF-16 unit. */
  get writable(): WritableStream<OutgoingMessage> {
    return this.#queue.writable;
  }

  /** Messages that come, one a chunk. Cancelling it closes the WebSocket, with the code of a WebSocketError. */
  get readable(): ReadableStream<Message> {
    if (this.#delivered === 'parts') throw new TypeError("readable needs deliver: 'messages'");
    return this.#take('readable', () => new MessageView(this.#incoming));
  }

  /**
   * Messages that come, each as a stream of its own. With `deliver: 'parts'` a message of any length passes in bounded
   * memory; by default each is one chunk.
   */
  get messages(): ReadableStream<IncomingMessage> {
    return this.#take('messages', () => new IncomingMessagesView(this.#incoming));
  }

  /** Everything that comes from now on: messages or parts, pings, pongs, the Close, and last `closed` with the record. */
  get events(): ReadableStream<SocketEvent> {
    return this.#take('events', () => new EventView(this.#incoming));
  }

  /** As `events`, but a chunk is an array of all that have come since the last one: for hot loops. */
  get batches(): ReadableStream<readonly SocketEvent[]> {
    return this.#take('batches', () => new BatchView(this.#incoming));
  }

  /** For a WebSocket that only sends: drops whatever comes, and goes on answering pings and the Close. */
  discardIncoming(): void {
    this.#incoming.discard();
  }

  /**
   * Opens a message that is sent in parts: strings of a text, buffers of a binary message. Parts leave as they are
   * written, in frames of at most `maxFrameBytes`; closing the writable ends the message. Messages that are written
   * meanwhile wait for its end. Aborting it drops it if nothing has left, and else closes the WebSocket with 1011, since
   * half a message cannot be taken back.
   */
  openMessage(type: 'text' | 'binary', options: MessageOptions = {}): WritableStream<OutgoingMessage> {
    const push = () => this.#pumps.push();
    return messageWritable(type, options, { connection: this.#connection, unsent: this.#unsent, push });
  }

  /**
   * Sends a message that was prepared for many; settles when its last frame has gone to the duplex, or never will. It is
   * dropped when the closing has begun.
   */
  sendPrepared(message: PreparedMessage): Promise<void> {
    if (!this.#connection.open) return Promise.resolve();
    return new Promise(resolve => {
      const onLost = () => resolve();
      const onSent = () => {
        this.#unsent.delete(onLost);
        resolve();
      };
      this.#connection.sendReady(message.part(this.#deflating), onSent);
      this.#unsent.add(onLost);
      this.#pumps.push();
    });
  }

  /** Octets that were written and have not reached the duplex: text that waits counts three for each UTF-16 unit. */
  get bufferedAmount(): number {
    return this.#connection.queuedBytes + this.#pumps.underWayBytes;
  }

  /** Messages that were written and have not wholly gone to the duplex; an open one counts. */
  get queuedMessages(): number {
    return this.#connection.queuedMessages;
  }

  /**
   * Begins the closing handshake: a Close follows what was written before it. Reading goes on, and what no longer fits
   * the look-ahead is dropped, so that `closed` settles. Nothing when the closing has begun.
   *
   * @throws RangeError for a code that may not be sent, or a reason of more than 123 octets of UTF-8
   */
  close(info: CloseInfo = {}): void {
    const { closeCode, reason } = closeInfoOptions.check(info);
    this.#connection.startClose(closeCode, reason);
    this.#pumps.push();
  }

  /**
   * Lets go of the transport at once, without a Close: for a peer that does not answer one in time. Unless both Close
   * frames have passed, `closed` rejects with code 1006.
   */
  terminate(): void {
    this.#connection.giveUp('the WebSocket was terminated');
    this.#pumps.push();
  }

  /** Closes, and waits for the end, whatever it is. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
    await this.closed.catch(() => {});
  }

  /**
   * The milliseconds until the peer's pong. A pong answers its ping and all earlier ones.
   *
   * Rejects with RangeError for more than 125 octets, with WebSocketError when the connection closes before.
   *
   * @param data - at most 125 octets; default: eight random ones
   */
  ping(data: ByteSource = randomBytes(8)): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#connection.tick(this.#alarm.now());
      this.#connection.ping(asBytes(data), (ms, error) => (ms === undefined ? reject(error) : resolve(ms)));
      this.#pumps.push();
    });
  }

  /** Whether the closing has begun, by whomever: what is written from now on is dropped. */
  get closing(): boolean {
    return !this.#connection.open;
  }

  /** The end as far as it has come: both Close frames, who began, whether it was clean, what broke it. */
  get closeRecord(): CloseRecord {
    return this.#connection.record;
  }

  /** Frames, messages and octets that have passed, and the last round trip. */
  stats(): ConnectionStats {
    return this.#connection.stats();
  }

  #take<Out>(name: string, make: () => View<Out>): ReadableStream<Out> {
    if (this.#view?.name !== name) {
      const view = make();
      this.#incoming.take(view);
      this.#view = view;
    }
    return this.#view.readable as ReadableStream<Out>;
  }

  /** A stream costs as much as all the rest of a socket: it is made when it is asked for, or when it has to fail. */
  get #queue(): SendQueue {
    this.#outgoing ??= new SendQueue({
      send: (message, onSent) => this.#send(message, onSent),
      close: () => this.#closeWritable(),
      abort: reason => this.#abort(reason),
    });
    return this.#outgoing;
  }

  #send(message: OutgoingText | OutgoingBinary, onSent: () => void): boolean {
    if (!this.#connection.open) return false;
    this.#connection.send(message, onSent);
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

  #abort(reason: unknown): void {
    const { closeCode, reason: text } = closeInfoOf(reason);
    this.#connection.abort(closeCode, text);
    this.#pumps.push();
  }

  #obey(signal: AbortSignal | undefined): void {
    if (signal === undefined) return;
    const abort = () => this.close(closeInfoOf(signal.reason));
    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort);
    const forget = () => signal.removeEventListener('abort', abort);
    this.closed.then(forget, forget);
  }

  /**
   * Looks at what has become of the connection: a failure ends both streams, both Close frames end them cleanly. What
   * comes ends when the record is complete: when our Close has left, or cannot.
   */
  #observe(): void {
    if (this.#connection.open) return;
    const { failure, record } = this.#connection;
    // Whoever began to close: the peer's Close is seen though nobody reads what comes before it.
    this.#incoming.dropOverflow();
    const complete = record.sent !== undefined || this.#connection.over;
    if (complete) this.#closedWritable?.();
    if (this.#state === 'open' && (failure !== undefined || record.wasClean)) {
      this.#state = 'ending';
      this.#fail(failure ?? invalidState('the WebSocket is closed', record.received));
    }
    if (this.#state === 'ending' && complete) {
      this.#state = 'ended';
      this.#incoming.push({ type: 'closed', record });
      this.#incoming.end(failure === undefined ? 'closed' : { failure });
    }
  }

  /** Nothing leaves any more. */
  #fail(error: unknown): void {
    this.#queue.fail(error);
    this.#unsent.fail(error);
  }

  #end(): void {
    this.#observe();
    const { failure, record } = this.#connection;
    if (failure !== undefined) this.#settleClosed.reject(failure);
    // Both Close frames have passed.
    else this.#settleClosed.resolve(closedInfo(record.received!));
  }
}
