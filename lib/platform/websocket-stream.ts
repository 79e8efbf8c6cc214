// The platform's `WebSocketStream` (whatwg/websockets, add-websocketstream), over a function that opens a WebSocket.

import { CloseCode } from '../base/close-code.ts';
import { type CloseDictionary, closeDictionary } from '../base/close-dictionary.ts';
import type { OptionTable } from '../base/option-table.ts';
import { asInterface, dictionary } from '../base/web-idl.ts';
import { WebSocketError } from '../base/websocket-error.ts';
import { ClientOpening } from '../sockets/client-opening.ts';
import type { ClosedInfo, CloseInfo } from '../sockets/close-info.ts';
import type { Message } from '../sockets/event-readables.ts';
import type { OutgoingMessage } from '../sockets/message-writable.ts';
import type { OpenWebSocket } from '../sockets/open-websocket.ts';
import { type ConnectOptions, connectRules, type SettledConnectOptions } from '../sockets/proposal.ts';
import type { ReadableStream, WritableStream } from '../streams/platform.ts';
import { checkOptions, streamOptions, webSocketUrl } from './websocket-arguments.ts';

/** `protocols` and `signal` are the platform's; the others are ours. */
export interface WebSocketStreamOptions extends Omit<ConnectOptions, 'protocols' | 'deliver'> {
  /** Subprotocols, the preferred first: distinct tokens. Default: none. */
  readonly protocols?: Iterable<string> | undefined;
}

/** What `opened` gives: the four members of the platform, and the socket behind them. */
export interface WebSocketOpenInfo {
  /** The extensions in use, as in their header; '': none. */
  readonly extensions: string;
  /** The subprotocol; '': none. */
  readonly protocol: string;
  /** Incoming messages, one a chunk: text as a string, binary as a Uint8Array. */
  readonly readable: ReadableStream<Message>;
  /** Outgoing messages, one a chunk: buffers and views of them as binary, anything else as text. */
  readonly writable: WritableStream<OutgoingMessage>;
  /** Beyond the platform: everything else that an open WebSocket can do. Not enumerable. */
  readonly socket: OpenWebSocket;
}

/** Opens a WebSocket with these options until their signal aborts. */
export type WebSocketOpener = (url: string, options: ConnectOptions) => Promise<OpenWebSocket>;

const connectStreamOptions = /* @__PURE__ */ streamOptions(connectRules);

interface Settlement<Value> {
  resolve(value: Value): void;
  reject(reason: unknown): void;
}

/**
 * A WebSocket that is being opened. `opened` and `closed` reject with a WebSocketError, whose `cause` says why, or with
 * the reason of the signal. An ignored rejection does no harm.
 */
export class WebSocketStream {
  readonly #url: string;
  readonly #opened: Promise<WebSocketOpenInfo>;
  readonly #closed: Promise<ClosedInfo>;
  readonly #opening = new AbortController();
  #socket: OpenWebSocket | undefined;
  #settleOpened!: Settlement<WebSocketOpenInfo>;
  #settleClosed!: Settlement<ClosedInfo>;

  /**
   * Starts to open a WebSocket.
   *
   * @param open - opens it; gets all options, checked, with a signal of our own
   * @param table - the options that `open` takes. Default: those of `connectWebSocket`
   * @throws DOMException SyntaxError for a URL or subprotocols that the platform refuses
   * @throws TypeError and RangeError for other options, by name
   */
  constructor(
    url: string | { toString(): string },
    options: WebSocketStreamOptions | null | undefined,
    open: WebSocketOpener,
    table: OptionTable<SettledConnectOptions> = connectStreamOptions,
  ) {
    const text = `${url as string}`;
    const checked = checkOptions(table, dictionary('options', options));
    const { signal } = checked;
    this.#url = webSocketUrl(text);
    // Headers that contradict each other are refused before anything is opened, too.
    new ClientOpening(this.#url, checked);
    const wanted = { ...checked, signal: this.#opening.signal };
    this.#opened = new Promise((resolve, reject) => (this.#settleOpened = { resolve, reject }));
    this.#closed = new Promise((resolve, reject) => (this.#settleClosed = { resolve, reject }));
    this.#opened.catch(() => {});
    this.#closed.catch(() => {});
    if (signal?.aborted) this.#fail(signal.reason, signal.reason);
    else void this.#open(open, wanted, signal);
  }

  /** The URL, with `ws:` or `wss:`. */
  get url(): string {
    return this.#url;
  }

  /** The streams of the open WebSocket. */
  get opened(): Promise<WebSocketOpenInfo> {
    return this.#opened;
  }

  /** The peer's code and reason after a clean end, 1005 if it gave none. */
  get closed(): Promise<ClosedInfo> {
    return this.#closed;
  }

  /**
   * Begins the closing handshake, or gives up the opening. Does nothing after the closing has begun.
   *
   * @throws TypeError for anything but an object, and for a code that is no integer from 0 to 65535
   * @throws DOMException InvalidAccessError for a code other than 1000 and 3000 to 4999, SyntaxError for a reason of more
   * than 123 bytes of UTF-8
   */
  close(closeInfo: CloseInfo | null | undefined = {}): void {
    const info: CloseDictionary = closeDictionary(closeInfo);
    if (this.#socket !== undefined) this.#socket.close(info);
    else this.#refuse(new WebSocketError('the WebSocket was closed before it was open'));
  }

  async #open(
    open: WebSocketOpener,
    options: ConnectOptions,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const abort = () => this.#fail(signal?.reason, signal?.reason);
    signal?.addEventListener('abort', abort);
    try {
      const socket = await open(this.#url, options);
      if (this.#opening.signal.aborted) socket.terminate();
      else this.#establish(socket);
    } catch (error) {
      this.#refuse(error);
    }
    signal?.removeEventListener('abort', abort);
  }

  #establish(socket: OpenWebSocket): void {
    this.#socket = socket;
    const { extensions, protocol, readable, writable } = socket;
    const info = { extensions, protocol, readable, writable };
    this.#settleOpened.resolve(Object.defineProperty(info, 'socket', { value: socket }) as WebSocketOpenInfo);
    socket.closed.then(this.#settleClosed.resolve, this.#settleClosed.reject);
  }

  /** The opening has failed. */
  #refuse(cause: unknown): void {
    const message = cause instanceof Error ? cause.message : String(cause);
    const closeCode = CloseCode.AbnormalClosure;
    this.#fail(WebSocketError.of(message, { cause }), WebSocketError.of(message, { closeCode, cause }));
  }

  #fail(openedReason: unknown, closedReason: unknown): void {
    this.#settleOpened.reject(openedReason);
    this.#settleClosed.reject(closedReason);
    this.#opening.abort(openedReason);
  }
}

asInterface('WebSocketStream', WebSocketStream);
