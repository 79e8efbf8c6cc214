// An open WebSocket over a duplex, in either role, with the readable and writable of the platform's `WebSocketStream`.

// `Symbol.asyncDispose` is not in ES2022, and not every runtime's types declare it.
/// <reference lib="esnext.disposable" preserve="true" />
import { Deferred } from '../base/deferred.ts';
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
import { type Consumer, EventInbox, type InboxOwner, type SocketEvent } from './event-inbox.ts';
import {
  BatchReadable,
  type EventReadable,
  type Message,
  MessageReadable,
  SingleEventReadable,
} from './event-readables.ts';
import { EventSubscription, type Subscription } from './event-subscription.ts';
import { IncomingMessagesReadable, type StreamedMessage } from './incoming-messages.ts';
import { IteratedMessages } from './iterated-messages.ts';
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

/** The result of the opening handshake. */
export interface Opening {
  readonly protocol: string;
  readonly extensions: string;
  readonly compression: DeflateAgreement | undefined;
  /** The compression of outgoing messages. */
  readonly deflating: Deflating | undefined;
  readonly request: RequestHead;
  readonly response: ResponseHead;
  /** The context that `authorize` returned. */
  readonly context?: unknown;
}

/** The options of an open WebSocket. */
export interface OpenOptions {
  /** The clock and its timers. Default: the platform's. */
  readonly clock?: Clock | undefined;
  /** Closes the WebSocket when it aborts. If its reason is a WebSocketError, the Close has that code and reason. */
  readonly closeSignal?: AbortSignal | undefined;
  /**
   * The unit of delivery: whole `'messages'`, each at most `maxMessageBytes` long, or `'parts'` of messages as they arrive,
   * for messages larger than memory. With `'parts'` their length has no limit unless you set one. Default: `'messages'`.
   */
  readonly deliver?: 'messages' | 'parts' | undefined;
}

/** The translation of reasons and failures by a socket's streams. */
export interface StreamRules {
  /** Returns the code and reason to send after an abort or a cancel. */
  closeInfoOf(reason: unknown): CloseInfo;
  /** Returns the error for the streams and pending writes. */
  failureOf(failure: WebSocketError): unknown;
}

/** The default options of `send`, which need no check. */
const noOptions: MessageOptions = {};

const ownRules: StreamRules = { closeInfoOf, failureOf: failure => failure };

/** Sets the rules of a socket. Call it before its streams are used. */
export let followRules: (socket: OpenWebSocket, rules: StreamRules) => void;

/** Gives the events of a socket to a consumer outside of the class. Throws TypeError if they are taken already. */
export let takeEvents: <Taker extends Consumer>(
  socket: OpenWebSocket,
  make: (inbox: EventInbox) => Taker,
) => Taker;

/**
 * An open WebSocket. `readable` has a chunk for each message, text as a string; while you do not read, the peer is slowed
 * down. `send` and `writable` send messages in the order of their calls: buffers and views of them as binary, anything else
 * as a string. The bytes of a message are copied.
 *
 * After a clean end `readable` closes, and `writable` fails with InvalidStateError, whose `cause` is the value of `closed`.
 * After any other end both fail with a WebSocketError. Messages received before the end can still be read. An unhandled
 * rejection of a socket's promise does not end the process.
 *
 * `Context` is the type of the context that `authorize` returns.
 *
 * `readable`, `messages`, `events`, `batches` and `subscribe` share one source. Use only one of them: after the first, the
 * others throw TypeError.
 */
export class OpenWebSocket<Context = unknown> implements DriverObserver, InboxOwner {
  static {
    showAs(OpenWebSocket, 'OpenWebSocket', socket => socket.#shown());
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
  #iterated: IteratedMessages | undefined;
  #sink: DirectSink<OutgoingMessage> | undefined;
  #writable: WritableStream<OutgoingMessage> | undefined;
  #state: 'open' | 'ending' | 'ended' | 'over' = 'open';
  #failure: { readonly error: unknown } | undefined;
  /** Made on first use. */
  #closed: Deferred<ClosedInfo> | undefined;

  /**
   * Takes over the duplex. The bytes read after the handshake are decoded first.
   *
   * @internal
   */
  constructor(connection: Connection, duplex: Transport, opening: Opening, options: OpenOptions = {}) {
    this.#opening = opening;
    this.#delivered = options.deliver ?? 'messages';
    this.#connection = connection;
    this.#inbox = new EventInbox(this);
    this.#driver = new SocketDriver(connection, duplex, options.clock ?? systemClock, this.#inbox, this);
    this.#driver.start(duplex.rest);
    this.#obey(options.closeSignal);
  }

  /** The negotiated subprotocol, or ''. */
  get protocol(): string {
    return this.#opening.protocol;
  }

  /** The extensions in use, as in the header of the response, or ''. */
  get extensions(): string {
    return this.#opening.extensions;
  }

  /** The negotiated parameters of permessage-deflate; `undefined` if it is not in use. */
  get compression(): DeflateAgreement | undefined {
    return this.#opening.compression;
  }

  /** The unit of delivery: the option `deliver`. */
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

  /** The context that `authorize` returned; `undefined` if none. */
  get context(): Context {
    return this.#opening.context as Context;
  }

  /**
   * Settles when the transport has ended or the closing has timed out. Resolves with the peer's code and reason after a clean
   * end (code 1005 if its Close had none); otherwise rejects with a WebSocketError.
   */
  get closed(): Promise<ClosedInfo> {
    this.#closed ??= new Deferred();
    if (this.#state === 'over') this.#settleClosed(this.#closed);
    return this.#closed.promise;
  }

  /** A stream of messages to send. `desiredSize` and `ready` count the queued bytes, plus 64 bytes for each message. */
  get writable(): WritableStream<OutgoingMessage> {
    if (this.#writable === undefined) {
      this.#sink = new DirectSink(new MessageTarget(this.#sender));
      this.#writable = new DirectWritable(this.#sink);
      if (this.#failure !== undefined) this.#sink.fail(this.#failure.error);
    }
    return this.#writable;
  }

  /** A stream of received messages, one per chunk. Cancelling it closes the WebSocket, with the code of a WebSocketError. */
  get readable(): ReadableStream<Message> {
    if (this.#delivered === 'parts')
      throw new TypeError("readable needs deliver: 'messages': use messages or events");
    return this.#take('readable', () => new MessageReadable(this.#inbox));
  }

  /**
   * A stream of received messages, each with a stream of its own parts. With `deliver: 'parts'` a message of any length passes
   * in bounded memory; by default each has one part.
   */
  get messages(): ReadableStream<StreamedMessage> {
    return this.#take('messages', () => new IncomingMessagesReadable(this.#inbox));
  }

  /** A stream of received events: messages or parts, pings, pongs, the Close, and finally `closed` with the close record. */
  get events(): ReadableStream<SocketEvent> {
    return this.#take('events', () => new SingleEventReadable(this.#inbox));
  }

  /** As `events`, but each chunk is an array of the events since the last one. Use it if events are many and small. */
  get batches(): ReadableStream<readonly SocketEvent[]> {
    return this.#take('batches', () => new BatchReadable(this.#inbox));
  }

  /**
   * Calls `listener` for each received event while it is decoded. This is the fastest way to receive. The first call comes
   * after `subscribe` has returned.
   */
  subscribe(listener: (event: SocketEvent) => void): Subscription {
    const subscription = takeEvents(this, inbox => new EventSubscription(inbox, listener));
    subscription.start();
    return subscription;
  }

  /**
   * Gives received messages to a `for await` loop over the socket, with the backpressure of `readable`. This is the shortest
   * way to read and takes the least memory. Leaving the loop closes the WebSocket. Only one loop can run at a time.
   *
   * @throws TypeError if the socket is already being read in another way, or if it was opened with `deliver: 'parts'`
   */
  [Symbol.asyncIterator](): AsyncIterableIterator<Message> {
    if (this.#delivered === 'parts') throw new TypeError("a loop over the socket needs deliver: 'messages'");
    this.#iterated ??= takeEvents(this, inbox => new IteratedMessages(inbox));
    return this.#iterated.iterate() as AsyncIterableIterator<Message>;
  }

  /** Drops all received messages, for a WebSocket that only sends. Pings and the Close are still answered. */
  discardIncoming(): void {
    this.#inbox.discard();
  }

  /**
   * Sends a message: a string as text, a buffer or a view of one as binary, anything else converted to a string. Bytes are
   * copied. Messages sent in one turn are written to the transport together.
   *
   * The promise resolves when the transport has taken the message. It rejects with InvalidStateError if the closing has begun,
   * and with a WebSocketError if the connection fails.
   *
   * @throws TypeError for data that cannot be sent, such as a SharedArrayBuffer
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
   * Opens a message that is sent in parts: strings of a text, buffers of a binary message. Parts are sent as they are
   * written, in frames of at most `maxFrameBytes`; closing the writable ends the message. Messages sent meanwhile wait for
   * its end. Aborting the writable drops the message if no part was sent; otherwise it closes the WebSocket with 1011, because
   * a partial message cannot be withdrawn.
   */
  openMessage(type: 'text' | 'binary', options: MessageOptions = {}): WritableStream<OutgoingMessage> {
    return openMessageWritable(this.#sender, type, options);
  }

  /** Sends a prepared message. The promise settles as that of `send`. */
  sendPrepared(message: PreparedMessage): Promise<void> {
    if (!this.#connection.open) return rejected(this.closingError());
    const pending = new PendingSend(this.#sender);
    this.queuePrepared(message, pending);
    return pending.promise;
  }

  /**
   * Sends a prepared message without making a promise: with many recipients the promises would cost more than the rest.
   *
   * @internal
   */
  queuePrepared(message: PreparedMessage, completion?: Completion): void {
    this.#connection.sendPrepared(message.part(this.#opening.deflating), completion);
    this.#driver.flushSoon();
  }

  /**
   * The bytes of messages that the transport has not taken yet. Text of more than 64 Ki UTF-16 units counts 3 bytes for
   * each of them until it leaves.
   */
  get bufferedAmount(): number {
    return this.#connection.queuedBytes + this.#driver.underWayBytes;
  }

  /** The number of messages that the transport has not taken completely, including open ones. */
  get queuedMessages(): number {
    return this.#connection.queuedMessages;
  }

  /**
   * Starts the closing handshake: sends a Close after all messages sent before. You can read on; messages that exceed the
   * look-ahead are dropped, so that `closed` settles. Does nothing if the closing has begun.
   *
   * @throws TypeError for an argument other than `{ closeCode, reason }`, such as `close(1000)`
   * @throws RangeError for a code that may not be sent, or a reason of more than 123 bytes of UTF-8
   */
  close(info: CloseInfo = {}): void {
    const { closeCode, reason } = closeInfoOptions.check(info);
    this.#driver.passTime();
    this.#connection.close(closeCode, reason);
    this.#driver.flush();
  }

  /**
   * Releases the transport at once, without a Close. Use it for a peer that does not answer one in time. `closed` rejects with
   * code 1006 unless both Close frames have passed.
   */
  terminate(): void {
    this.#connection.terminate('the WebSocket was terminated');
    this.#driver.flush();
  }

  /** Closes the WebSocket and waits for its end, clean or not. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
    await this.closed.catch(() => {});
  }

  /**
   * Sends a ping. Resolves with the round trip in milliseconds. A pong answers its ping and all earlier ones.
   *
   * Rejects with RangeError for more than 125 bytes or if 64 pings are pending; with WebSocketError if the connection closes
   * first.
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

  /** True once either side has begun the closing. Messages cannot be sent any more. */
  get closing(): boolean {
    return !this.#connection.open;
  }

  /** The close record so far: both Close frames, the initiator, whether the end was clean, and the cause of a failure. */
  get closeRecord(): CloseRecord {
    return { ...this.#connection.record, messagesDropped: this.#inbox.messagesDropped };
  }

  /** Returns the numbers of frames, messages and bytes in each direction, and the last round trip. */
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
   * Ends the streams if the connection has failed or both Close frames have passed. The incoming stream ends once the record
   * is complete: when our Close was sent, or cannot be.
   *
   * @internal
   */
  onChange(): void {
    const { failure } = this.#connection;
    const record = this.closeRecord;
    // Read on to the peer's Close even if the application does not read.
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
  onSpace(): void {
    this.#driver.resume();
  }

  /**
   * Closes after a cancel; without a reason, as after leaving a loop, in a later task, so that a `close` with a code wins.
   *
   * @internal
   */
  onCancel(reason: unknown): void {
    const info = this.#rules.closeInfoOf(reason);
    if (reason !== undefined) this.close(info);
    else void nextTask().then(() => this.close(info));
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

  /** Returns the state that a console shows. */
  #shown(): object {
    const { request, response, protocol, extensions } = this.#opening;
    const { bufferedAmount, queuedMessages, closing, closeRecord } = this;
    const state = this.#state === 'over' ? 'closed' : closing ? 'closing' : 'open';
    // A query often holds a token, which does not belong in a log.
    const target = request.target.replace(/\?.*/s, '?…');
    const shown = { state, target, status: response.status, protocol, extensions };
    return { ...shown, bufferedAmount, queuedMessages, ...(closing ? { closeRecord } : {}) };
  }

  get #sender(): SocketCarrier {
    this.#carrier ??= new SocketCarrier(this, this.#connection, this.#driver, this.#failure);
    return this.#carrier;
  }

  #settleClosed(closed: Deferred<ClosedInfo>): void {
    const { failure, record } = this.#connection;
    // If there was no failure, both Close frames have passed.
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

  #obey(signal: AbortSignal | undefined): void {
    if (signal === undefined) return;
    const abort = () => this.close(closeInfoOf(signal.reason));
    if (signal.aborted) return abort();
    const forget = onAbort(signal, abort);
    this.closed.then(forget, forget);
  }
}

/** The cost of a queued message besides its bytes. */
const bytesPerMessage = 64;

/** The socket as its writables use it. Keeps lost messages until the reason of their loss is known. */
class SocketCarrier implements MessageCarrier {
  readonly connection: Connection;
  readonly #socket: OpenWebSocket;
  readonly #driver: SocketDriver;
  /** True if the writable was closed: it then settles with the socket instead of failing. */
  closesByWriter = false;
  #lost: PendingSend[] | undefined;
  #watchers: Set<FailureWatcher> | undefined;
  #reason: { readonly error: unknown } | undefined;

  /** @param failure - the failure of the socket, if it has failed already */
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
    if (this.#reason !== undefined) return pending.reject(this.#reason.error);
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

  /** Fails all lost messages, and those lost from now on, with this error. */
  failLost(error: unknown): void {
    this.#reason ??= { error };
    const lost = this.#lost ?? [];
    this.#lost = undefined;
    for (const pending of lost) pending.reject(this.#reason.error);
  }

  /** Fails the lost messages and notifies the watchers, because the socket has failed. */
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
