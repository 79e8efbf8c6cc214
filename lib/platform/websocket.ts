// The platform's `WebSocket` (WebSockets standard, "The WebSocket interface"), over a function that opens a WebSocket, or over
// an accepted socket.

import { CloseCode } from '../base/close-code.ts';
import { type CloseDictionary, validCloseInfo } from '../base/close-dictionary.ts';
import { domException } from '../base/dom-exception.ts';
import type { OptionTable } from '../base/option-table.ts';
import { asInterface, clampedShort, dictionary, requireArguments, sequence } from '../base/web-idl.ts';
import { WebSocketError } from '../base/websocket-error.ts';
import type { ByteSource } from '../bytes/as-bytes.ts';
import { bufferSource } from '../bytes/buffer-source.ts';
import { reportedCode } from '../connection/close-record.ts';
import type { BinaryMessage, TextMessage } from '../events/event.ts';
import { ClientOpening } from '../sockets/client-opening.ts';
import type { SocketEvent } from '../sockets/event-inbox.ts';
import type { Subscription } from '../sockets/event-subscription.ts';
import type { OpenWebSocket } from '../sockets/open-websocket.ts';
import { type ConnectOptions, connectRules, type SettledConnectOptions } from '../sockets/proposal.ts';
import { nextTask } from '../streams/next-task.ts';
import { BufferedAmount } from './buffered-amount.ts';
import { EventHandlers } from './event-handlers.ts';
import { eventTargetOf } from './event-target.ts';
import {
  type CloseEventFields,
  EventMaker,
  type WebSocketCloseEvent,
  type WebSocketErrorEvent,
  type WebSocketMessageEvent,
} from './events.ts';
import { isBlob, OutgoingMessages, sizeOf } from './outgoing-messages.ts';
import {
  checkOptions,
  openExactly,
  platformOptions,
  type WebSocketOpener,
  webSocketUrl,
} from './websocket-arguments.ts';

/** The events of a {@link WebSocket}, by type. */
export interface WebSocketEventMap {
  open: Event;
  message: WebSocketMessageEvent;
  error: WebSocketErrorEvent;
  close: WebSocketCloseEvent;
}

/** An event handler. An object that is not a function is kept, but not called. */
export type WebSocketEventHandler<Type extends keyof WebSocketEventMap> =
  | ((this: WebSocket, event: WebSocketEventMap[Type]) => unknown)
  | null;

type ReadyState = 0 | 1 | 2 | 3;

/** An open socket, passed in place of a URL. */
class Adopted {
  readonly socket: OpenWebSocket;

  constructor(socket: OpenWebSocket) {
    this.socket = socket;
  }
}

const events = new EventMaker(globalThis);

const connectOptions = /* @__PURE__ */ platformOptions('WebSocket', connectRules);

const Target: typeof EventTarget = eventTargetOf(globalThis);

/**
 * A WebSocket with events. Each event has its own task, as on the platform. `pause`, `resume`, `ping`, `terminate` and `from`
 * are additions to the standard.
 */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the methods are those of EventTarget, with types of events.
export class WebSocket extends Target {
  declare static readonly CONNECTING: 0;
  declare static readonly OPEN: 1;
  declare static readonly CLOSING: 2;
  declare static readonly CLOSED: 3;
  declare readonly CONNECTING: 0;
  declare readonly OPEN: 1;
  declare readonly CLOSING: 2;
  declare readonly CLOSED: 3;

  readonly #url: string;
  readonly #origin: string;
  readonly #handlers: EventHandlers = new EventHandlers(this);
  readonly #amount = new BufferedAmount();
  #readyState: ReadyState = 0;
  #binaryType: 'blob' | 'arraybuffer' = 'blob';
  /** Aborts the opening; `undefined` for an accepted socket. */
  #opening: AbortController | undefined;
  #socket: OpenWebSocket | undefined;
  #outgoing: OutgoingMessages | undefined;
  #subscription: Subscription | undefined;
  #paused = false;
  /** True from an event until the next task: the standard queues a task for each event. */
  #resting = false;
  #terminated = false;

  /**
   * Starts to open a WebSocket.
   *
   * @param open - opens the WebSocket; gets the checked options with the protocols and a signal of this object
   * @param table - the options that `open` takes. Default: those of `connectWebSocket`
   * @throws DOMException SyntaxError for a URL or subprotocols that the WebSocket standard rejects
   * @throws TypeError and RangeError for other invalid options; the message names the option
   */
  constructor(
    url: string | { toString(): string },
    protocols: string | Iterable<string> | undefined,
    open: WebSocketOpener,
    options?: ConnectOptions | null,
    table: OptionTable<SettledConnectOptions> = connectOptions,
  ) {
    super();
    if (url instanceof Adopted) {
      this.#url = '';
      this.#origin = '';
      this.#adopt(url.socket, this.#subscribe(url.socket));
      return;
    }
    const text = `${url as string}`;
    const checked = checkOptions(
      table,
      withProtocols(dictionary('options', options), protocolList(protocols)),
    );
    const { signal } = checked;
    this.#url = webSocketUrl(text);
    this.#origin = new URL(this.#url).origin;
    this.#opening = new AbortController();
    // Rejects conflicting headers before it opens anything.
    new ClientOpening(this.#url, checked);
    const wanted = { ...checked, signal: this.#opening.signal };
    if (signal?.aborted) this.#abandon(signal.reason);
    else void this.#open(open, wanted, signal);
  }

  /**
   * Returns a WebSocket over an open socket, such as one that a server has accepted. It fires no `open` event, and its `url` is
   * ''. The first message comes in a later task.
   *
   * @throws TypeError if the socket is already being read, or if it delivers parts
   */
  static from(socket: OpenWebSocket): WebSocket {
    if (socket.delivers === 'parts')
      throw new TypeError("socket must deliver messages (got deliver: 'parts')");
    return new this(new Adopted(socket) as never, undefined, undefined as never);
  }

  /** The URL, with `ws:` or `wss:`. */
  get url(): string {
    return this.#url;
  }

  /** 0 CONNECTING, 1 OPEN, 2 CLOSING, 3 CLOSED. */
  get readyState(): number {
    return this.#readyState;
  }

  /** The number of bytes passed to `send` that the transport has not taken; text counts as UTF-8. */
  get bufferedAmount(): number {
    return this.#amount.bytes;
  }

  /** The extensions in use, as in their header; '' if there are none or the WebSocket is not open yet. */
  get extensions(): string {
    return this.#socket?.extensions ?? '';
  }

  /** The subprotocol; '' if there is none or the WebSocket is not open yet. */
  get protocol(): string {
    return this.#socket?.protocol ?? '';
  }

  /** The type of `data` for binary messages. Setting any other value is ignored. */
  get binaryType(): 'blob' | 'arraybuffer' {
    return this.#binaryType;
  }

  set binaryType(type: 'blob' | 'arraybuffer') {
    const text: string = `${type}`;
    if (text === 'blob' || text === 'arraybuffer') this.#binaryType = text;
  }

  get onopen(): WebSocketEventHandler<'open'> {
    return this.#handlers.get('open') as WebSocketEventHandler<'open'>;
  }

  set onopen(handler: WebSocketEventHandler<'open'>) {
    this.#handlers.set('open', handler);
  }

  get onmessage(): WebSocketEventHandler<'message'> {
    return this.#handlers.get('message') as WebSocketEventHandler<'message'>;
  }

  set onmessage(handler: WebSocketEventHandler<'message'>) {
    this.#handlers.set('message', handler);
  }

  get onerror(): WebSocketEventHandler<'error'> {
    return this.#handlers.get('error') as WebSocketEventHandler<'error'>;
  }

  set onerror(handler: WebSocketEventHandler<'error'>) {
    this.#handlers.set('error', handler);
  }

  get onclose(): WebSocketEventHandler<'close'> {
    return this.#handlers.get('close') as WebSocketEventHandler<'close'>;
  }

  set onclose(handler: WebSocketEventHandler<'close'>) {
    this.#handlers.set('close', handler);
  }

  /**
   * Sends a message: a string as text, a buffer, a view or a Blob as binary, any other value converted to a string. Drops the
   * message if the closing has begun.
   *
   * @throws DOMException InvalidStateError before the WebSocket is open
   * @throws TypeError for resizable buffers, views of shared buffers, and values that cannot become a string
   */
  send(data: string | ByteSource | Blob): void {
    // biome-ignore lint/complexity/noArguments: only `arguments` tells `undefined` from a missing argument.
    requireArguments('send', arguments.length, 1);
    const sendable = isBlob(data) ? data : (bufferSource(data) ?? `${data as string}`);
    if (this.#readyState === 0)
      throw domException('InvalidStateError', 'send must not be called before the WebSocket is open');
    if (this.#readyState === 1) this.#outgoing?.send(sendable);
    else this.#amount.add(sizeOf(sendable));
  }

  /**
   * Starts the closing handshake after all messages passed to `send`, or cancels the opening. Does nothing after the closing
   * has begun.
   *
   * @throws DOMException InvalidAccessError for a code other than 1000 and 3000 to 4999, SyntaxError for a reason of more
   * than 123 bytes of UTF-8
   */
  close(code: number | undefined = undefined, reason: string | undefined = undefined): void {
    // Reads the state first, so that a `this` of another class is rejected before the arguments are checked.
    const state = this.#readyState;
    const closeCode = code === undefined ? undefined : clampedShort(code);
    const info = validCloseInfo(closeCode, reason === undefined ? '' : `${reason}`);
    if (state === 0) this.#abandon(WebSocketError.of('the WebSocket was closed before it was open'));
    else if (state === 1) this.#close(info);
  }

  /** Stops the delivery of messages. Once the look-ahead is full, the socket stops reading. An addition to the standard. */
  pause(): void {
    this.#paused = true;
    this.#subscription?.pause();
  }

  /** Resumes the delivery of messages, from the next task on. An addition to the standard. */
  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    void this.#rest();
  }

  /**
   * Sends a ping. Resolves with the round trip in milliseconds; rejects if the connection ends first. An unhandled rejection
   * does not end the process. An addition to the standard.
   *
   * @param data - at most 125 bytes. Default: eight random ones
   */
  ping(data?: ByteSource): Promise<number> {
    if (this.#socket !== undefined) return this.#socket.ping(data);
    const early = Promise.reject<number>(
      domException('InvalidStateError', 'ping must not be called before the WebSocket is open'),
    );
    early.catch(() => {});
    return early;
  }

  /**
   * Releases the transport at once, without a Close. `close` fires with 1006 unless both Close frames have passed. An addition
   * to the standard.
   */
  terminate(): void {
    if (this.#readyState === 0) return this.close();
    this.#terminated = true;
    if (this.#readyState === 1) this.#readyState = 2;
    this.#socket?.terminate();
    this.#drain();
  }

  async #open(
    open: WebSocketOpener,
    options: ConnectOptions,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const abort = () => this.#abandon(signal?.reason);
    signal?.addEventListener('abort', abort);
    try {
      const socket = await openExactly(open, this.#url, options);
      const subscription = this.#subscribe(socket);
      await nextTask();
      if (this.#readyState === 0) this.#establish(socket, subscription);
      else socket.terminate();
    } catch (error) {
      this.#abandon(error);
    }
    signal?.removeEventListener('abort', abort);
  }

  #establish(socket: OpenWebSocket, subscription: Subscription): void {
    this.#adopt(socket, subscription);
    this.dispatchEvent(new Event('open'));
  }

  /** Subscribes before the socket can deliver anything, and pauses at once. */
  #subscribe(socket: OpenWebSocket): Subscription {
    const subscription = socket.subscribe(event => this.#take(socket, event));
    subscription.pause();
    return subscription;
  }

  #adopt(socket: OpenWebSocket, subscription: Subscription): void {
    this.#socket = socket;
    this.#outgoing = new OutgoingMessages(socket, this.#amount);
    this.#subscription = subscription;
    this.#readyState = 1;
    void this.#rest();
  }

  /** Fails the opening (RFC 6455 §7.1.7). */
  #abandon(error: unknown): void {
    if (this.#readyState !== 0) return;
    this.#readyState = 2;
    this.#opening?.abort(error);
    const fields = { code: CloseCode.AbnormalClosure, reason: '', wasClean: false };
    void nextTask().then(() => this.#end(fields, { error }));
  }

  #close(info: CloseDictionary): void {
    this.#readyState = 2;
    this.#outgoing?.close(info);
    this.#drain();
  }

  /** Drops the remaining messages so that the end is reached. */
  #drain(): void {
    this.#paused = false;
    if (!this.#resting) this.#subscription?.resume();
  }

  #take(socket: OpenWebSocket, event: SocketEvent): void {
    if (event.type === 'text' || event.type === 'binary') this.#receive(event);
    else if (event.type === 'close' && this.#readyState === 1) this.#readyState = 2;
    else if (event.type === 'closed') void this.#finish(socket);
  }

  #receive(message: TextMessage | BinaryMessage): void {
    // "If ready state is not OPEN (1), then return."
    if (this.#readyState !== 1) return;
    void this.#rest();
    this.dispatchEvent(events.message(this.#dataOf(message), this.#origin));
  }

  #dataOf({ type, data }: TextMessage | BinaryMessage): string | ArrayBuffer | Blob {
    if (type === 'text') return data;
    if (this.#binaryType === 'blob') return new Blob([data]);
    return data.byteLength === data.buffer.byteLength ? data.buffer : data.slice().buffer;
  }

  /** Holds events back until the next task, because the standard queues a task for each event. */
  async #rest(): Promise<void> {
    this.#subscription?.pause();
    if (this.#resting) return;
    this.#resting = true;
    await nextTask();
    this.#resting = false;
    if (!this.#paused) this.#subscription?.resume();
  }

  /** Fires the last events after the transport has ended; the record of the close is complete already. */
  async #finish(socket: OpenWebSocket): Promise<void> {
    const failure = await socket.closed.then(
      () => undefined,
      (error: unknown) => ({ error }),
    );
    await nextTask();
    const record = socket.closeRecord;
    const code = reportedCode(record);
    const reason = record.received?.reason ?? '';
    // §7.2.1: the loss of the transport is a failure, too.
    this.#end(
      { code, reason, wasClean: record.wasClean && !record.lost },
      this.#terminated ? undefined : failure,
    );
  }

  #end(fields: CloseEventFields, failure: { readonly error: unknown } | undefined): void {
    this.#readyState = 3;
    if (failure !== undefined) this.dispatchEvent(events.error(failure.error));
    this.dispatchEvent(events.close(fields));
  }
}

export interface WebSocket {
  /** Adds a listener for `open`, `message`, `error` or `close`. */
  addEventListener<Type extends keyof WebSocketEventMap>(
    type: Type,
    listener: (this: WebSocket, event: WebSocketEventMap[Type]) => unknown,
    options?:
      | boolean
      | {
          readonly capture?: boolean;
          readonly once?: boolean;
          readonly passive?: boolean;
          readonly signal?: AbortSignal;
        },
  ): void;
  /** Adds a listener for an event of any name. */
  addEventListener(
    type: string,
    listener: ((event: Event) => void) | { handleEvent(event: Event): void } | null,
    options?:
      | boolean
      | {
          readonly capture?: boolean;
          readonly once?: boolean;
          readonly passive?: boolean;
          readonly signal?: AbortSignal;
        },
  ): void;
}

for (const [state, name] of ['CONNECTING', 'OPEN', 'CLOSING', 'CLOSED'].entries()) {
  for (const owner of [WebSocket, WebSocket.prototype])
    Object.defineProperty(owner, name, { value: state, enumerable: true });
}
asInterface('WebSocket', WebSocket);

function protocolList(protocols: unknown): string[] {
  if (protocols === undefined) return [];
  const isSequence =
    Object(protocols) === protocols && (protocols as Iterable<unknown>)[Symbol.iterator] != null;
  return isSequence ? sequence('protocols', protocols) : [`${protocols as string}`];
}

/** Returns the options with the protocols, which are a separate argument. */
function withProtocols(options: object, protocols: readonly string[]): object {
  if ((options as ConnectOptions).protocols === undefined) {
    return Object.create(options, { protocols: { value: protocols, enumerable: true } });
  }
  throw new TypeError('protocols must be given as the second argument (got it in options)');
}
