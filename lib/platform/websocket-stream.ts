// The platform's `WebSocketStream` (whatwg/websockets, add-websocketstream), over a function that opens a WebSocket.

import { CloseCode } from '../base/close-code.ts';
import { type CloseDictionary, closeDictionary, validCloseInfo } from '../base/close-dictionary.ts';
import type { OptionTable } from '../base/option-table.ts';
import { asInterface, dictionary } from '../base/web-idl.ts';
import { WebSocketError } from '../base/websocket-error.ts';
import { reportedCode } from '../connection/close-record.ts';
import { ClientOpening } from '../sockets/client-opening.ts';
import type { ClosedInfo, CloseInfo } from '../sockets/close-info.ts';
import type { Message } from '../sockets/event-readables.ts';
import type { OutgoingMessage } from '../sockets/message-writable.ts';
import { followRules, type OpenWebSocket, type StreamRules } from '../sockets/open-websocket.ts';
import { type ConnectOptions, connectRules, type SettledConnectOptions } from '../sockets/proposal.ts';
import type { ReadableStream, WritableStream } from '../streams/platform.ts';
import {
  checkOptions,
  openExactly,
  platformOptions,
  type WebSocketOpener,
  webSocketUrl,
} from './websocket-arguments.ts';

/** The options: `protocols` and `signal` of the platform; the others are additions to the standard. */
export interface WebSocketStreamOptions extends Omit<ConnectOptions, 'protocols' | 'deliver'> {
  /** Subprotocols, the preferred first: distinct tokens. Default: none. */
  readonly protocols?: Iterable<string> | undefined;
}

/** The value of `opened`: the four members of the platform, and the socket to which they belong. */
export interface WebSocketOpenInfo {
  /** The extensions in use, as in their header; '' if none. */
  readonly extensions: string;
  /** The subprotocol; '' if none. */
  readonly protocol: string;
  /** A stream of incoming messages, one per chunk: text as a string, binary as a Uint8Array. */
  readonly readable: ReadableStream<Message>;
  /** A stream of outgoing messages, one per chunk: buffers and views of them as binary, anything else as text. */
  readonly writable: WritableStream<OutgoingMessage>;
  /** The open WebSocket, which has more methods. An addition to the standard; not enumerable. */
  readonly socket: OpenWebSocket;
}

const connectStreamOptions = /* @__PURE__ */ platformOptions('WebSocketStream', connectRules);

interface Settlement<Value> {
  resolve(value: Value): void;
  reject(reason: unknown): void;
}

/**
 * A WebSocket that is being opened. `opened` and `closed` reject with a WebSocketError, whose `cause` gives the reason, or with
 * the reason of the signal. An unhandled rejection does not end the process.
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
   * @param open - opens the WebSocket; gets the checked options with a signal of this object
   * @param table - the options that `open` takes. Default: those of `connectWebSocket`
   * @throws DOMException SyntaxError for a URL or subprotocols that the WebSocket standard rejects
   * @throws TypeError and RangeError for other invalid options; the message names the option
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
    // Rejects conflicting headers before it opens anything.
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

  /** The peer's code and reason after a clean end; the code is 1005 if the peer gave none. */
  get closed(): Promise<ClosedInfo> {
    return this.#closed;
  }

  /**
   * Starts the closing handshake, or cancels the opening. Does nothing after the closing has begun.
   *
   * @throws TypeError for a value that is not an object, and for a code that is not an integer from 0 to 65535
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
      const socket = await openExactly(open, this.#url, options);
      if (this.#opening.signal.aborted) socket.terminate();
      else this.#establish(socket);
    } catch (error) {
      this.#refuse(error);
    }
    signal?.removeEventListener('abort', abort);
  }

  #establish(socket: OpenWebSocket): void {
    this.#socket = socket;
    followRules(socket, new PlatformRules(socket));
    const { extensions, protocol, readable, writable } = socket;
    const info = { extensions, protocol, readable, writable };
    this.#settleOpened.resolve(Object.defineProperty(info, 'socket', { value: socket }) as WebSocketOpenInfo);
    socket.closed.then(closed => this.#close(socket, closed), this.#settleClosed.reject);
  }

  /** Settles `closed` after both Close frames have passed. The end is not clean if messages were left unsent. */
  #close({ closeRecord }: OpenWebSocket, { closeCode, reason }: ClosedInfo): void {
    if (!closeRecord.lost) return this.#settleClosed.resolve({ closeCode, reason });
    const message = 'the peer closed the WebSocket before everything was sent';
    this.#settleClosed.reject(WebSocketError.of(message, { closeCode, reason }));
  }

  /** Rejects both promises because the opening has failed. */
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

/** The close codes and errors of the platform's streams. */
class PlatformRules implements StreamRules {
  readonly #socket: OpenWebSocket;

  constructor(socket: OpenWebSocket) {
    this.#socket = socket;
  }

  /** Returns the code and reason of a WebSocketError if an application may send them; otherwise nothing. */
  closeInfoOf(reason: unknown): CloseInfo {
    if (!isWebSocketError(reason)) return {};
    try {
      return validCloseInfo(reason.closeCode ?? undefined, reason.reason);
    } catch {
      return {};
    }
  }

  /** Returns an error with the code and reason of the peer's Close, or 1006 without one, whatever we have sent. */
  failureOf(failure: WebSocketError): WebSocketError {
    const { closeRecord } = this.#socket;
    const closeCode = reportedCode(closeRecord);
    const reason = closeRecord.received?.reason ?? '';
    if (failure.closeCode === closeCode && failure.reason === reason) return failure;
    return WebSocketError.of(failure.message, { closeCode, reason, cause: failure });
  }
}

/** Returns true if the value is an instance of our WebSocketError or the host's. */
function isWebSocketError(value: unknown): value is WebSocketError {
  if (value instanceof WebSocketError) return true;
  const { WebSocketError: Host } = globalThis as unknown as { WebSocketError?: new () => WebSocketError };
  return Host !== undefined && value instanceof Host;
}
