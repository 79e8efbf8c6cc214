// A pair of byte streams over a WebSocket, for carrying another protocol over it. Message boundaries are not kept.

import { CloseCode } from '../base/close-code.ts';
import { oneOf, type Settled } from '../base/option-rule.ts';
import { OptionTable } from '../base/option-table.ts';
import { WebSocketError } from '../base/websocket-error.ts';
import { asBytes, type ByteSource, isByteSource } from '../bytes/as-bytes.ts';
import { encodeText } from '../bytes/encode-text.ts';
import { byteReadable, type ChunkSource } from '../streams/byte-readable.ts';
import { type ReadableStream, WritableStream } from '../streams/platform.ts';
import { closedInfo } from './close-info.ts';
import type { OpenWebSocket } from './open-websocket.ts';

/** Longer writes go out as several messages, which any peer takes. */
const maxMessageBytes = 65_536;

export interface ByteTunnelOptions {
  /**
   * What ends a direction. `'close'`: the closing of the WebSocket, which ends both; the peer may be anything that sends
   * bytes in binary messages, such as websockify, noVNC, MQTT, or `createWebSocketStream` of `ws`. `'empty-message'`: an
   * empty message, so that each side can end its own direction; the peer has to do the same. Default: `'close'`.
   */
  readonly end?: 'close' | 'empty-message' | undefined;
  /** Whether a text message closes the WebSocket with 1003, or counts as its UTF-8. Default: `'refuse'`. */
  readonly text?: 'refuse' | 'accept' | undefined;
}

const tunnelOptions = /* @__PURE__ */ new OptionTable<Settled<ByteTunnelOptions>>('byteTunnel', () => ({
  end: oneOf(['close', 'empty-message'], 'close'),
  text: oneOf(['refuse', 'accept'], 'refuse'),
}));

/** Both directions of a tunnel. */
export interface ByteTunnel {
  /** A byte stream. */
  readonly readable: ReadableStream<Uint8Array<ArrayBuffer>>;
  readonly writable: WritableStream<ByteSource>;
}

/**
 * Returns the bytes that an open WebSocket carries in binary messages, as two streams.
 *
 * With `end: 'close'`, a Close with 1000 or without a code ends `readable`; any other end fails it. Closing `writable`
 * closes the WebSocket with 1000 after what was written, and settles when it has ended; what the peer sends after that is
 * delivered as far as it is read in time.
 *
 * With `end: 'empty-message'`, closing `writable` ends our direction only; when both have ended, the WebSocket is closed with
 * 1000. A Close before an end fails what it leaves open.
 *
 * Cancelling `readable` or aborting `writable` closes the WebSocket at once, with the code of a WebSocketError.
 *
 * @throws TypeError for other options, and if `readable` or `writable` of the socket is taken
 */
export function byteTunnel(socket: OpenWebSocket, options: ByteTunnelOptions = {}): ByteTunnel {
  const { end, text } = tunnelOptions.check(options);
  const ends = end === 'close' ? new EndsByClose(socket) : new EndsByEmptyMessage(socket);
  return {
    readable: byteReadable(new TunnelSource(socket, ends, text)),
    writable: new WritableStream(new TunnelSink(socket, ends)),
  };
}

/** How the directions of a tunnel end. */
interface Ends {
  /** An empty message has come. Returns whether it ends the peer's direction. */
  empty(): boolean;
  /** The WebSocket was closed cleanly. Throws unless that ends the peer's direction. */
  closed(): void;
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

  closed(): void {
    const { closeCode, reason } = closedInfo(this.#socket.closeRecord.received!);
    if (closeCode === CloseCode.NormalClosure || closeCode === CloseCode.NoStatusReceived) return;
    throw WebSocketError.of(`the WebSocket was closed with ${closeCode} inside the stream`, {
      closeCode,
      reason,
    });
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

  closed(): void {
    throw WebSocketError.of('the WebSocket was closed before the end of the stream');
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

class TunnelSource implements ChunkSource {
  readonly #socket: OpenWebSocket;
  readonly #reader: ReadableStreamDefaultReader<string | Uint8Array<ArrayBuffer>>;
  readonly #ends: Ends;
  readonly #text: 'refuse' | 'accept';

  constructor(socket: OpenWebSocket, ends: Ends, text: 'refuse' | 'accept') {
    this.#socket = socket;
    this.#reader = socket.readable.getReader();
    this.#ends = ends;
    this.#text = text;
  }

  async next(): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const { done, value } = await this.#reader.read();
    if (done) return this.#ends.closed() as undefined;
    if (typeof value === 'string') return this.#textBytes(value);
    return value.length === 0 && this.#ends.empty() ? undefined : value;
  }

  cancel(reason: unknown): Promise<void> {
    return this.#reader.cancel(reason);
  }

  #textBytes(text: string): Uint8Array<ArrayBuffer> {
    if (this.#text === 'accept') return encodeText(text);
    const closeCode = CloseCode.UnsupportedData;
    const error = WebSocketError.of('text in a byte tunnel', { closeCode });
    this.#socket.close({ closeCode, reason: error.message });
    throw error;
  }
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
    // The stream itself would wait for the write that is under way.
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
