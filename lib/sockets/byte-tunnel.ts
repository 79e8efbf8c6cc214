// A pair of byte streams over a WebSocket, for those who carry another protocol over it. Message boundaries are not kept; an
// empty message is the end of a direction, so that each side can end its own.

import { CloseCode } from '../base/close-code.ts';
import { WebSocketError } from '../base/websocket-error.ts';
import { asBytes, type ByteSource, isByteSource } from '../bytes/as-bytes.ts';
import { ReadableStream, WritableStream } from '../streams/platform.ts';
import type { OpenWebSocket } from './open-websocket.ts';

/** Longer writes go out as several messages, which any peer takes. */
const maxMessageBytes = 65_536;

/** Both directions of a tunnel. */
export interface ByteTunnel {
  readonly readable: ReadableStream<Uint8Array<ArrayBuffer>>;
  readonly writable: WritableStream<ByteSource>;
}

/**
 * The octets that an open WebSocket carries in binary messages. Both sides have to use it as a tunnel.
 *
 * Closing `writable` ends our direction only; when both have ended, the WebSocket is closed with 1000. Cancelling
 * `readable` or aborting `writable` closes it at once. A text message fails the tunnel with 1003, and an end of the
 * WebSocket before the peer's end of stream fails `readable`, and one before ours fails `writable`.
 */
export function byteTunnel(socket: OpenWebSocket): ByteTunnel {
  const reader = socket.readable.getReader();
  const writer = socket.writable.getWriter();
  const abort = (reason: unknown) => void writer.abort(reason);
  let open = 2;
  const endDirection = () => {
    open -= 1;
    if (open === 0) socket.close({ closeCode: CloseCode.NormalClosure });
  };
  const readable = new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      async pull(controller) {
        const octets = await nextOctets(reader);
        if (octets.length > 0) return controller.enqueue(octets);
        endDirection();
        controller.close();
      },
      cancel: reason => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
  const writable = new WritableStream<ByteSource>({
    start(controller) {
      const { signal } = controller;
      writer.closed.catch(error => controller.error(error));
      // The stream itself would wait for the write that is under way.
      signal.addEventListener('abort', () => abort(signal.reason));
    },
    async write(chunk) {
      if (!isByteSource(chunk)) {
        const error = new TypeError(`a byte tunnel takes buffers, not ${typeof chunk}`);
        // Our direction can neither go on nor end.
        abort(error);
        throw error;
      }
      const octets = asBytes(chunk);
      for (let at = 0; at < octets.length; at += maxMessageBytes) {
        await writer.write(octets.subarray(at, at + maxMessageBytes));
      }
    },
    async close() {
      await writer.write(new Uint8Array(0));
      endDirection();
    },
  });
  return { readable, writable };

  async function nextOctets(from: typeof reader): Promise<Uint8Array<ArrayBuffer>> {
    const { done, value } = await from.read();
    if (done) throw WebSocketError.of('the WebSocket was closed before the end of the stream');
    if (typeof value !== 'string') return value;
    const error = WebSocketError.of('text in a byte tunnel', { closeCode: CloseCode.UnsupportedData });
    socket.close({ closeCode: CloseCode.UnsupportedData, reason: error.message });
    throw error;
  }
}
