// An open WebSocket over a duplex, shaped like what the platform's `WebSocketStream.opened` gives. Both roles.

// `Symbol.asyncDispose` is not in ES2022, and not every runtime's types declare it.
/// <reference lib="esnext.disposable" preserve="true" />
import { showAs } from '../base/shown-as.ts';
import type { WebSocketError } from '../base/websocket-error.ts';
import { asBytes, type ByteSource } from '../bytes/as-bytes.ts';
import { randomBytes } from '../bytes/random-bytes.ts';
import type { CloseRecord } from '../connection/close-record.ts';
import type { Connection } from '../connection/connection.ts';
import type { ConnectionStats } from '../connection/connection-stats.ts';
import type { DeflateAgreement } from '../deflate/deflate-agreement.ts';
import type { Completion } from '../events/transmission.ts';
import type { RequestHead, ResponseHead } from '../handshake/head.ts';
import { DirectSink, DirectWritable } from '../streams/direct-writable.ts';
import { nextTask } from '../streams/next-task.ts';
import type { ReadableStream, WritableStream } from '../streams/platform.ts';
import { onAbort } from './abort.ts';
import {
  type ClosedInfo,
  type CloseInfo,
  closedInfo,
  closeInfoOf,
  closeInfoOptions,
  invalidState,
} from './close-info.ts';
import { type Clock, systemClock } from './deadline-timer.ts';
import { type Consumer, EventInbox, type SocketEvent } from './event-inbox.ts';
import {
  BatchReadable,
  type EventReadable,
  type Message,
  MessageReadable,
  SingleEventReadable,
} from './event-readables.ts';
import { EventSubscription, type Subscription } from './event-subscription.ts';
import { IncomingMessagesReadable, type StreamedMessage } from './incoming-messages.ts';
import {
  type FailureWatcher,
  type MessageCarrier,
  type MessageOptions,
  MessageTarget,
  messageOptions,
  type OutgoingMessage,
  openMessageWritable,
  sendMessage,
  toMessage,
} from './message-writable.ts';
import { PendingSend, rejected } from './pending-send.ts';
import type { Deflating, PreparedMessage } from './prepared-message.ts';
import { type DriverObserver, SocketDriver, type Transport } from './socket-driver.ts';

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

/** Options of an open WebSocket. */
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

/** How a socket's streams translate reasons and failures. */
export interface StreamRules {
  /** What an abort or a cancel says to the peer. */
  closeInfoOf(reason: unknown): CloseInfo;
  /** What the streams and the writes that wait fail with. */
  failureOf(failure: WebSocketError): unknown;
}

/** `send` is called for every message: without options there is nothing to check. */
const noOptions: MessageOptions = {};

const ownRules: StreamRules = { closeInfoOf, failureOf: failure => failure };

/** Has a socket follow other rules. To be called before its streams are used. */
export let followRules: (socket: OpenWebSocket, rules: StreamRules) => void;

/** Gives the events of a socket to a consumer from outside of the class. Throws TypeError if they are taken already. */
export let takeEvents: <Taker extends Consumer>(
  socket: OpenWebSocket,
  make: (inbox: EventInbox) => Taker,
) => Taker;

/**
 * A WebSocket that is open. `readable` has a chunk for each message, text as a string; what is not read holds the peer back.
 * `send` and `writable` send messages, in one order: buffers and views of them as binary, anything else as a string. A
 * message is copied when it is sent.
 *
 * After a clean end `readable` closes and `writable` fails with InvalidStateError, whose `cause` is what `closed` gives;
 * after any other end both fail with a WebSocketError. What was received before is read before. No promise of a socket
 * ends a process because its rejection is not handled.
 *
 * `Context` is the type of what `authorize` hands on.
 *
 * `readable`, `messages`, `events`, `batches` and `subscribe` take from one source: the first that is used is the only
 * one, the others throw TypeError.
 */
export class OpenWebSocket<Context = unknown> implements DriverObserver {
  static {
    showAs(OpenWebSocket, socket => socket.#shown());
    followRules = (socket, rules) => {
      socket.#rules = rules;
    };
    takeEvents = (socket, make) => {
      const consumer = make(socket.#inbox);
      socket.#inbox.take(consumer);
      return consumer;
    };
  }

  readonly #opening: Opening;
  readonly #connection: Connection;
  readonly #driver: SocketDriver;
  readonly #inbox: EventInbox;
  readonly #delivered: 'messages' | 'parts';
  #carrier: SocketCarrier | undefined;
  #rules: StreamRules = ownRules;
  #readable: EventReadable<unknown> | undefined;
  #sink: DirectSink<OutgoingMessage> | undefined;
  #writable: WritableStream<OutgoingMessage> | undefined;
  #state: 'open' | 'ending' | 'ended' | 'over' = 'open';
  #failure: { readonly error: unknown } | undefined;
  #closed: Settled | undefined;

  /**
   * Takes over the duplex; what was read after the handshake comes first.
   *
   * @internal
   */
  constructor(connection: Connection, duplex: Transport, opening: Opening, options: OpenOptions = {}) {
    this.#opening = opening;
    this.#delivered = options.deliver ?? 'messages';
    this.#connection = connection;
    this.#inbox = new EventInbox(
      () => this.#driver.resume(),
      reason => this.#closeAfterCancel(reason),
    );
    this.#driver = new SocketDriver(connection, duplex, options.clock ?? systemClock, this.#inbox, this);
    this.#driver.start(duplex.rest);
    this.#obey(options.closeSignal);
  }

  /** The subprotocol; '': none. */
  get protocol(): string {
    return this.#opening.protocol;
  }

  /** The extensions in use, as in their header; '': none. */
  get extensions(): string {
    return this.#opening.extensions;
  }

  /** What permessage-deflate does here; `undefined`: it was not agreed upon. */
  get compression(): DeflateAgreement | undefined {
    return this.#opening.compression;
  }

  /** Whether messages come whole or in parts, as the option `deliver` says. */
  get delivers(): 'messages' | 'parts' {
    return this.#delivered;
  }

  /** The head of the request that opened the WebSocket. */
  get request(): RequestHead {
    return this.#opening.request;
  }

  /** The head of the response. */
  get response(): ResponseHead {
    return this.#opening.response;
  }

  /** What `authorize` has handed on as `{ context }`; `undefined`: nothing. */
  get context(): Context {
    return this.#opening.context as Context;
  }

  /**
   * Settles when the transport has ended, or the closing has taken too long. After a clean end, the peer's code and
   * reason (1005: it gave none); otherwise it rejects with a WebSocketError.
   */
  get closed(): Promise<ClosedInfo> {
    this.#closed ??= new Settled();
    if (this.#state === 'over') this.#settleClosed(this.#closed);
    return this.#closed.promise;
  }

  /** Messages to send. `desiredSize` and `ready` count the bytes that wait to be sent, and 64 for each message. */
  get writable(): WritableStream<OutgoingMessage> {
    if (this.#writable === undefined) {
      this.#sink = new DirectSink(new MessageTarget(this.#sender));
      this.#writable = new DirectWritable(this.#sink);
      if (this.#failure !== undefined) this.#sink.fail(this.#failure.error);
    }
    return this.#writable;
  }

  /** Messages that come, one a chunk. Cancelling it closes the WebSocket, with the code of a WebSocketError. */
  get readable(): ReadableStream<Message> {
    if (this.#delivered === 'parts') throw new TypeError("readable needs deliver: 'messages'");
    return this.#take('readable', () => new MessageReadable(this.#inbox));
  }

  /**
   * Messages that come, each as a stream of its own. With `deliver: 'parts'` a message of any length passes in bounded
   * memory; by default each is one chunk.
   */
  get messages(): ReadableStream<StreamedMessage> {
    return this.#take('messages', () => new IncomingMessagesReadable(this.#inbox));
  }

  /** Everything that comes from now on: messages or parts, pings, pongs, the Close, and last `closed` with the record. */
  get events(): ReadableStream<SocketEvent> {
    return this.#take('events', () => new SingleEventReadable(this.#inbox));
  }

  /** As `events`, but a chunk is an array of all that have come since the last one: for hot loops. */
  get batches(): ReadableStream<readonly SocketEvent[]> {
    return this.#take('batches', () => new BatchReadable(this.#inbox));
  }

  /**
   * Calls back for everything that comes from now on, as `events` gives it, while it is decoded: the fastest way. The
   * listener is not called before this returns.
   */
  subscribe(listener: (event: SocketEvent) => void): Subscription {
    const subscription = takeEvents(this, inbox => new EventSubscription(inbox, listener));
    subscription.start();
    return subscription;
  }

  /** For a WebSocket that only sends: drops whatever comes, and goes on answering pings and the Close. */
  discardIncoming(): void {
    this.#inbox.discard();
  }

  /**
   * Sends a message: a string as text, a buffer or a view of one as binary, anything else as its string. Bytes are copied.
   * Messages that are sent in one turn leave together.
   *
   * The promise resolves when the message has gone to the transport, and rejects if it cannot: with InvalidStateError if
   * the closing has begun, with a WebSocketError if the connection fails.
   *
   * @throws TypeError for what cannot be sent, such as a SharedArrayBuffer
   */
  send(data: OutgoingMessage, options: MessageOptions = noOptions): Promise<void> {
    const message = toMessage(
      data,
      options === noOptions ? undefined : messageOptions.check(options).compress,
    );
    if (!this.#connection.open) return rejected(this.closingError());
    return sendMessage(this.#sender, message);
  }

  /**
   * Opens a message that is sent in parts: strings of a text, buffers of a binary message. Parts leave as they are
   * written, in frames of at most `maxFrameBytes`; closing the writable ends the message. Messages that are sent
   * meanwhile wait for its end. Aborting it drops it if nothing has left; otherwise it closes the WebSocket with 1011, since
   * half a message cannot be taken back.
   */
  openMessage(type: 'text' | 'binary', options: MessageOptions = {}): WritableStream<OutgoingMessage> {
    return openMessageWritable(this.#sender, type, options);
  }

  /** Sends a message that was prepared for many sockets. The promise is that of `send`. */
  sendPrepared(message: PreparedMessage): Promise<void> {
    if (!this.#connection.open) return rejected(this.closingError());
    const pending = new PendingSend(this.#sender);
    this.queuePrepared(message, pending);
    return pending.promise;
  }

  /**
   * As {@link sendPrepared}, for a caller that does not wait: a promise for each of many recipients would cost more than the
   * rest.
   *
   * @internal
   */
  queuePrepared(message: PreparedMessage, completion?: Completion): void {
    this.#connection.sendPrepared(message.part(this.#opening.deflating), completion);
    this.#driver.flushSoon();
  }

  /** The bytes that were sent and have not gone to the transport; text that waits for compression counts three for each UTF-16 unit. */
  get bufferedAmount(): number {
    return this.#connection.queuedBytes + this.#driver.underWayBytes;
  }

  /** The number of messages that were sent and have not wholly gone to the transport; an open one counts. */
  get queuedMessages(): number {
    return this.#connection.queuedMessages;
  }

  /**
   * Begins the closing handshake: a Close follows what was sent before it. Reading goes on, and what no longer fits
   * the look-ahead is dropped, so that `closed` settles. Does nothing if the closing has begun.
   *
   * @throws TypeError for anything but `{ closeCode, reason }`, such as `close(1000)`
   * @throws RangeError for a code that may not be sent, or a reason of more than 123 bytes of UTF-8
   */
  close(info: CloseInfo = {}): void {
    const { closeCode, reason } = closeInfoOptions.check(info);
    this.#driver.passTime();
    this.#connection.close(closeCode, reason);
    this.#driver.flush();
  }

  /**
   * Releases the transport at once, without a Close: for a peer that does not answer one in time. Unless both Close
   * frames have passed, `closed` rejects with code 1006.
   */
  terminate(): void {
    this.#connection.terminate('the WebSocket was terminated');
    this.#driver.flush();
  }

  /** Closes, and waits for the end, whatever it is. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
    await this.closed.catch(() => {});
  }

  /**
   * Sends a ping. Resolves with the milliseconds until the peer's pong. A pong answers its ping and all earlier ones.
   *
   * Rejects with RangeError for more than 125 bytes, or if 64 pings wait already; with WebSocketError if the connection
   * closes before.
   *
   * @param data - at most 125 bytes. Default: eight random ones
   */
  ping(data: ByteSource = randomBytes(8)): Promise<number> {
    const pong = new Promise<number>((resolve, reject) => {
      const outcome = (ms: number | undefined, error: unknown) =>
        ms === undefined ? reject(error) : resolve(ms);
      this.#driver.passTime();
      this.#connection.ping(asBytes(data), outcome);
      this.#driver.flushSoon();
    });
    pong.catch(() => {});
    return pong;
  }

  /**
   * Sends a pong: an answer to a ping if `autoPong` is off, or an unsolicited one.
   *
   * @param data - at most 125 bytes. Default: none
   * @throws RangeError for more bytes
   */
  pong(data: ByteSource = new Uint8Array(0)): void {
    this.#connection.pong(asBytes(data));
    this.#driver.flushSoon();
  }

  /** True once either side has begun the closing: what is sent from now on is not sent any more. */
  get closing(): boolean {
    return !this.#connection.open;
  }

  /** The end as far as it has come: both Close frames, who began, whether it was clean, what broke it. */
  get closeRecord(): CloseRecord {
    return this.#connection.record;
  }

  /** Frames, messages and bytes that have passed, and the last round trip. */
  stats(): ConnectionStats {
    return this.#connection.stats();
  }

  /** @internal */
  closingError(): unknown {
    return this.#failure?.error ?? invalidState('the WebSocket is closing', this.#connection.record.received);
  }

  /** @internal */
  abortWith(reason: unknown): void {
    const { closeCode, reason: text } = this.#rules.closeInfoOf(reason);
    this.#driver.passTime();
    this.#sender.failLost(reason);
    this.#driver.loseUnderWay(reason);
    this.#connection.closeNow(closeCode, text);
    this.#driver.flush();
  }

  /**
   * Looks at what has become of the connection: a failure ends both streams, both Close frames end them cleanly. What
   * comes ends when the record is complete: when our Close has left, or cannot.
   *
   * @internal
   */
  onChange(): void {
    const { failure, record } = this.#connection;
    // The peer's Close is seen even if nobody reads what comes before it.
    this.#inbox.dropOverflow();
    const complete = record.sent !== undefined || this.#connection.over;
    if (this.#state === 'open' && (failure !== undefined || record.wasClean)) {
      this.#state = 'ending';
      const error = failure
        ? this.#rules.failureOf(failure)
        : invalidState('the WebSocket is closed', record.received);
      this.#failure = { error };
      this.#carrier?.fail(error);
      if (this.#carrier?.closesByWriter !== true) this.#sink?.fail(error);
    }
    if (this.#state === 'ending' && complete) {
      this.#state = 'ended';
      this.#inbox.push({ type: 'closed', record });
      this.#inbox.end(failure === undefined ? 'closed' : { failure: this.#failure?.error });
    }
  }

  /** @internal */
  onRoom(): void {
    this.#sink?.roomChanged();
    this.#carrier?.roomChanged();
  }

  /** @internal */
  onEnd(): void {
    this.onChange();
    this.#state = 'over';
    if (this.#closed !== undefined) this.#settleClosed(this.#closed);
  }

  /** What a console shows. */
  #shown(): object {
    const { request, response, protocol, extensions } = this.#opening;
    const { bufferedAmount, queuedMessages, closing, closeRecord } = this;
    const state = this.#state === 'over' ? 'closed' : closing ? 'closing' : 'open';
    const shown = { state, target: request.target, status: response.status, protocol, extensions };
    return { ...shown, bufferedAmount, queuedMessages, ...(closing ? { closeRecord } : {}) };
  }

  get #sender(): SocketCarrier {
    this.#carrier ??= new SocketCarrier(this, this.#connection, this.#driver, this.#failure);
    return this.#carrier;
  }

  #settleClosed(closed: Settled): void {
    const { failure, record } = this.#connection;
    // Without a failure both Close frames have passed.
    if (failure === undefined && record.received !== undefined) closed.resolve(closedInfo(record.received));
    else closed.reject(this.#failure?.error);
  }

  #take<Out>(name: string, make: () => EventReadable<Out> & Consumer): ReadableStream<Out> {
    if (this.#readable?.name !== name) {
      const readable = make();
      this.#inbox.take(readable);
      this.#readable = readable;
    }
    return this.#readable.readable as ReadableStream<Out>;
  }

  /** A cancel without a reason, such as that of a loop that is left, lets a `close` with a code win that follows in the same task. */
  #closeAfterCancel(reason: unknown): void {
    const info = this.#rules.closeInfoOf(reason);
    if (reason !== undefined) this.close(info);
    else void nextTask().then(() => this.close(info));
  }

  #obey(signal: AbortSignal | undefined): void {
    if (signal === undefined) return;
    const abort = () => this.close(closeInfoOf(signal.reason));
    if (signal.aborted) return abort();
    const forget = onAbort(signal, abort);
    this.closed.then(forget, forget);
  }
}

/** What a message that waits costs besides its bytes. */
const bytesPerMessage = 64;

/** A promise that is made when it is asked for. */
class Settled {
  readonly promise: Promise<ClosedInfo>;
  resolve!: (info: ClosedInfo) => void;
  reject!: (error: unknown) => void;

  constructor() {
    this.promise = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    this.promise.catch(() => {});
  }
}

/** The socket as its writables see it, and the messages whose loss has no reason yet. */
class SocketCarrier implements MessageCarrier {
  readonly connection: Connection;
  readonly #socket: OpenWebSocket;
  readonly #driver: SocketDriver;
  /** Whether the writable was closed: it settles with the socket then, instead of failing. */
  closesByWriter = false;
  #lost: PendingSend[] | undefined;
  #watchers: Set<FailureWatcher> | undefined;
  #reason: { readonly error: unknown } | undefined;

  /** @param failure - why nothing can be sent any more, if the socket has failed already */
  constructor(
    socket: OpenWebSocket,
    connection: Connection,
    driver: SocketDriver,
    failure: { readonly error: unknown } | undefined,
  ) {
    this.#socket = socket;
    this.connection = connection;
    this.#driver = driver;
    this.#reason = failure;
  }

  get backlogBytes(): number {
    return this.#socket.bufferedAmount + bytesPerMessage * this.connection.queuedMessages;
  }

  lose(pending: PendingSend): void {
    if (this.#reason !== undefined) return pending.fail(this.#reason.error);
    this.#lost ??= [];
    this.#lost.push(pending);
  }

  flushSoon(): void {
    this.#driver.flushSoon();
  }

  flush(): void {
    this.#driver.flush();
  }

  async closeByWriter(): Promise<void> {
    this.closesByWriter = true;
    this.#socket.close();
    await this.#socket.closed;
  }

  abortByWriter(reason: unknown): void {
    this.#socket.abortWith(reason);
  }

  closingError(): unknown {
    return this.#socket.closingError();
  }

  watch(watcher: FailureWatcher): void {
    if (this.#reason !== undefined) return watcher.fail(this.#reason.error);
    this.#watchers ??= new Set();
    this.#watchers.add(watcher);
  }

  unwatch(watcher: FailureWatcher): void {
    this.#watchers?.delete(watcher);
  }

  /** What is lost from now on is lost for that reason, and so is what was lost before. */
  failLost(error: unknown): void {
    this.#reason ??= { error };
    const lost = this.#lost ?? [];
    this.#lost = undefined;
    for (const pending of lost) pending.fail(this.#reason.error);
  }

  /** Nothing can be sent any more. */
  fail(error: unknown): void {
    this.failLost(error);
    const watchers = this.#watchers ?? [];
    this.#watchers = undefined;
    for (const watcher of watchers) watcher.fail(error);
  }

  roomChanged(): void {
    if (this.#watchers !== undefined) for (const watcher of this.#watchers) watcher.roomChanged();
  }
}
