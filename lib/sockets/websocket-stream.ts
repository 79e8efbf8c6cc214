// The platform's `WebSocketStream` (whatwg/websockets, add-websocketstream), over whatever opens a WebSocket: its
// arguments are judged as the platform judges them, its promises need no handling.

import { closeDictionary } from '../base/close-dictionary.ts';
import { domException } from '../base/dom-exception.ts';
import { WebSocketError } from '../base/websocket-error.ts';
import { HandshakeError } from '../handshake/handshake-error.ts';
import type { ClosedInfo, CloseInfo } from './close-info.ts';
import { checkedTarget } from './dial-websocket.ts';
import type { OpenWebSocket } from './open-websocket.ts';
import type { ConnectOptions } from './proposal.ts';

/** What the platform knows are `protocols` and `signal`. */
export interface WebSocketStreamOptions extends ConnectOptions {
  readonly protocols?: readonly string[] | undefined;
}

/** A WebSocket that is being opened. */
export class WebSocketStream {
  /** The URL, with `ws:` or `wss:`. */
  readonly url: string;
  /**
   * The open WebSocket: what the platform gives (`readable`, `writable`, `extensions`, `protocol`), and more. Rejects
   * with a WebSocketError whose `cause` says why, or with the reason of the signal.
   */
  readonly opened: Promise<OpenWebSocket>;
  /** The peer's code and reason after a clean end. Rejects with a WebSocketError after any other, and as `opened`. */
  readonly closed: Promise<ClosedInfo>;
  readonly #limit = new AbortController();
  #socket: OpenWebSocket | undefined;

  /**
   * @param open - opens the WebSocket until the signal aborts; it gets no other
   * @throws DOMException SyntaxError for a URL or protocols that the platform refuses
   * @throws TypeError and RangeError for other options, by name
   */
  constructor(
    url: string | { readonly href: string },
    options: WebSocketStreamOptions,
    open: (signal: AbortSignal) => Promise<OpenWebSocket>,
  ) {
    this.url = checkedUrl(url, options);
    this.opened = this.#open(open, options.signal);
    this.closed = this.opened.then(socket => socket.closed);
    this.opened.catch(() => {});
    this.closed.catch(() => {});
  }

  /**
   * Begins the closing handshake, or gives up the opening. Nothing when the closing has begun.
   *
   * @throws TypeError for a code that is no integer from 0 to 65535
   * @throws DOMException InvalidAccessError for a code other than 1000 and 3000 to 4999, SyntaxError for a reason of more
   * than 123 bytes of UTF-8
   */
  close(info?: CloseInfo | null): void {
    const checked = closeDictionary(info);
    if (this.#socket !== undefined) this.#socket.close(checked);
    else this.#limit.abort(WebSocketError.of('closed before it was open', { closeCode: 1006 }));
  }

  async #open(
    open: (signal: AbortSignal) => Promise<OpenWebSocket>,
    signal: AbortSignal | undefined,
  ): Promise<OpenWebSocket> {
    const limit = this.#limit;
    const abort = () => limit.abort(signal?.reason);
    if (signal?.aborted) abort();
    signal?.addEventListener('abort', abort);
    try {
      limit.signal.throwIfAborted();
      const socket = await open(limit.signal);
      // It may have been too late for the signal.
      if (limit.signal.aborted) socket.terminate();
      limit.signal.throwIfAborted();
      return (this.#socket = socket);
    } catch (error) {
      throw error instanceof HandshakeError ? platformError(error) : error;
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }
}

/** The platform knows one error. */
function platformError(error: HandshakeError): WebSocketError {
  return WebSocketError.of(error.message, { closeCode: error.closeCode, cause: error });
}

function checkedUrl(url: string | { readonly href: string }, options: WebSocketStreamOptions): string {
  const { protocols } = options;
  if (protocols !== undefined && typeof protocols !== 'object')
    throw new TypeError('protocols must be a sequence');
  try {
    checkedTarget(url, options);
  } catch (error) {
    throw error instanceof SyntaxError ? domException('SyntaxError', error.message) : error;
  }
  const { href } = new URL(typeof url === 'string' ? url : url.href);
  return href.replace(/^http/, 'ws');
}
