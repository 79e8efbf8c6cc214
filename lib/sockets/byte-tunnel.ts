// A pair of byte streams over a WebSocket, for carrying another protocol over it. Message boundaries are not kept.

import { CloseCode } from '../base/close-code.ts';
import { oneOf, type Settled } from '../base/option-rule.ts';
import { OptionTable } from '../base/option-table.ts';
import { WebSocketError } from '../base/websocket-error.ts';
import { asBytes, type ByteSource, isByteSource } from '../bytes/as-bytes.ts';
import { encodeText } from '../bytes/encode-text.ts';
import type { BinaryMessage, TextMessage } from '../events/event.ts';
import { type ReadableStream, WritableStream } from '../streams/platform.ts';
import { closedInfo } from './close-info.ts';
import type { End, EventInbox } from './event-inbox.ts';
import { EventReadable } from './event-readables.ts';
import { type OpenWebSocket, takeEvents } from './open-websocket.ts';

/** The longest message to send. Longer writes are split, because a peer may limit the size of messages. */
const maxMessageBytes = 65_536;

/** The options of {@link byteTunnel}. */
export interface ByteTunnelOptions {
  /**
   * The signal that ends a direction. `'close'`: the closing of the WebSocket, which ends both directions. Use it with any
   * peer that sends bytes in binary messages, such as websockify, noVNC, MQTT, or `createWebSocketStream` of `ws`.
   * `'empty-message'`: an empty message, so that each side can end its own direction. The peer has to use the same
   * convention. Default: `'close'`.
   */
  readonly end?: 'close' | 'empty-message' | undefined;
  /** The treatment of text messages. `'refuse'`: closes with 1003. `'accept'`: delivers their UTF-8. Default: `'refuse'`. */
  readonly text?: 'refuse' | 'accept' | undefined;
}

const tunnelOptions = /* @__PURE__ */ new OptionTable<Settled<ByteTunnelOptions>>('byteTunnel', () => ({
  end: oneOf(['close', 'empty-message'], 'close'),
  text: oneOf(['refuse', 'accept'], 'refuse'),
}));

/** Both directions of a tunnel. */
export interface ByteTunnel {
  /** The incoming bytes: a byte stream, which also takes `getReader({ mode: 'byob' })`. */
  readonly readable: ReadableStream<Uint8Array<ArrayBuffer>>;
  /** The outgoing bytes. */
  readonly writable: WritableStream<ByteSource>;
}

/**
 * Returns two streams of the bytes that an open WebSocket carries in binary messages.
 *
 * With `end: 'close'`, a Close with 1000 or without a code ends `readable`; any other end fails it. Closing `writable`
 * closes the WebSocket with 1000 after all written bytes, and settles when the WebSocket has ended. Bytes that the peer sends
 * after that are delivered if they are read before the close timeout.
 *
 * With `end: 'empty-message'`, closing `writable` ends our direction only; when both have ended, the WebSocket is closed with
 * 1000. A Close that comes earlier fails the directions that are still open.
 *
 * Cancelling `readable` or aborting `writable` closes the WebSocket at once, with the code of a WebSocketError.
 *
 * @throws TypeError for other options, and if `readable` or `writable` of the socket is taken
 */
export function byteTunnel(socket: OpenWebSocket, options: ByteTunnelOptions = {}): ByteTunnel {
  const { end, text } = tunnelOptions.check(options);
  const ends = end === 'close' ? new EndsByClose(socket) : new EndsByEmptyMessage(socket);
  const incoming = takeEvents(socket, inbox => new TunnelReadable(inbox, socket, ends, text));
  return { readable: incoming.readable, writable: new WritableStream(new TunnelSink(socket, ends)) };
}

/** The convention by which the directions of a tunnel end. */
interface Ends {
  /** Takes an empty message. Returns whether it ends the peer's direction. */
  empty(): boolean;
  /** Takes the clean end of the WebSocket. Returns an error unless it ends the peer's direction. */
  closed(): WebSocketError | undefined;
  /** Ends our direction. */
  send(): Promise<unknown>;
}

class EndsByClose implements Ends {
  readonly #socket: OpenWebSocket;

  constructor(socket: OpenWebSocket) {
    this.#socket = socket;
  }

  empty(): boolean {
    return false;
  }

  closed(): WebSocketError | undefined {
    const { closeCode, reason } = closedInfo(this.#socket.closeRecord.received!);
    if (closeCode === CloseCode.NormalClosure || closeCode === CloseCode.NoStatusReceived) return undefined;
    const message = `the WebSocket was closed with ${closeCode} inside the stream`;
    return WebSocketError.of(message, { closeCode, reason });
  }

  send(): Promise<unknown> {
    this.#socket.close({ closeCode: CloseCode.NormalClosure });
    return this.#socket.closed;
  }
}

class EndsByEmptyMessage implements Ends {
  readonly #socket: OpenWebSocket;
  #open = 2;

  constructor(socket: OpenWebSocket) {
    this.#socket = socket;
  }

  empty(): boolean {
    this.#endOne();
    return true;
  }

  closed(): WebSocketError {
    return WebSocketError.of('the WebSocket was closed before the empty message that ends the stream');
  }

  async send(): Promise<void> {
    await this.#socket.send(new Uint8Array(0));
    this.#endOne();
  }

  #endOne(): void {
    this.#open -= 1;
    if (this.#open === 0) this.#socket.close({ closeCode: CloseCode.NormalClosure });
  }
}

/** The incoming bytes, straight from the events of the socket. */
class TunnelReadable extends EventReadable<Uint8Array<ArrayBuffer>> {
  readonly name = 'byteTunnel';
  override readonly wantsAll = false;
  readonly #socket: OpenWebSocket;
  readonly #ends: Ends;
  readonly #text: 'refuse' | 'accept';
  /** True if the last part was not the end of its message. */
  #inMessage = false;
  #over = false;

  constructor(inbox: EventInbox, socket: OpenWebSocket, ends: Ends, text: 'refuse' | 'accept') {
    super(inbox, { directReads: true, byteStream: true });
    this.#socket = socket;
    this.#ends = ends;
    this.#text = text;
  }

  override get empty(): boolean {
    return this.#over || super.empty;
  }

  take(): Uint8Array<ArrayBuffer> | undefined {
    const message = this.#over ? undefined : (this.inbox.shift() as TextMessage | BinaryMessage | undefined);
    if (message === undefined) return undefined;
    const isEmpty = message.data.length === 0 && message.last && !this.#inMessage;
    this.#inMessage = !message.last;
    if (message.type === 'text') return this.#bytesOf(message.data);
    if (isEmpty && this.#ends.empty()) this.#finish();
    return message.data;
  }

  sizeOf(bytes: Uint8Array): number {
    return bytes.length;
  }

  override end(end: End): void {
    if (this.#over) return;
    super.end(this.inbox.overflowed ? { failure: dropped() } : end === 'closed' ? this.#endByClose() : end);
  }

  #endByClose(): End {
    const failure = this.#ends.closed();
    return failure === undefined ? 'closed' : { failure };
  }

  #bytesOf(text: string): Uint8Array<ArrayBuffer> {
    if (this.#text === 'accept') return encodeText(text);
    const closeCode = CloseCode.UnsupportedData;
    const reason = 'text in a byte tunnel';
    const error = WebSocketError.of(`${reason}: the option text: 'accept' takes it`, { closeCode, reason });
    this.#over = true;
    this.inbox.discard();
    this.#socket.close({ closeCode, reason });
    throw error;
  }

  /** Ends the readable. Messages that come after the end are dropped. */
  #finish(): void {
    this.#over = true;
    this.inbox.discard();
    super.end('closed');
  }
}

function dropped(): WebSocketError {
  return WebSocketError.of('bytes that came after our Close were dropped: read the tunnel while it closes');
}

class TunnelSink implements UnderlyingSink<ByteSource> {
  readonly #writer: WritableStreamDefaultWriter<string | ByteSource>;
  readonly #ends: Ends;

  constructor(socket: OpenWebSocket, ends: Ends) {
    this.#writer = socket.writable.getWriter();
    this.#ends = ends;
  }

  start(controller: WritableStreamDefaultController): void {
    const { signal } = controller;
    this.#writer.closed.catch(error => controller.error(error));
    // The stream itself would call abort() only after the pending write.
    signal.addEventListener('abort', () => this.#abort(signal.reason));
  }

  async write(chunk: ByteSource): Promise<void> {
    if (!isByteSource(chunk)) {
      const error = new TypeError(`chunk must be a buffer or a view of one (got ${typeof chunk})`);
      // Our direction can neither go on nor end.
      this.#abort(error);
      throw error;
    }
    const bytes = asBytes(chunk);
    for (let at = 0; at < bytes.length; at += maxMessageBytes) {
      await this.#writer.write(bytes.subarray(at, at + maxMessageBytes));
    }
  }

  async close(): Promise<void> {
    await this.#ends.send();
  }

  #abort(reason: unknown): void {
    void this.#writer.abort(reason);
  }
}
