// The bytes of a TCP connection to the demo server, carried by a WebSocket of the browser, because pages cannot open TCP
// connections. The other end is `byteTunnel`. An empty message ends a direction.

import type { ByteDuplex } from '../wsluice.ts';

const maxMessageBytes = 65_536;
/** The size of the browser's queue above which a write waits. */
const maxQueueBytes = 65_536;
const pollMs = 4;

export async function openTunnel(url: string): Promise<ByteDuplex> {
  const socket = new WebSocket(url);
  socket.binaryType = 'arraybuffer';
  const readable = readableOf(socket);
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = () => reject(new Error(`the tunnel to ${url} cannot be opened`));
  });
  return { readable, writable: writableOf(socket) };
}

function readableOf(socket: WebSocket): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      let ended = false;
      socket.onmessage = ({ data }) => {
        if (data.byteLength > 0) return controller.enqueue(new Uint8Array(data));
        ended = true;
        controller.close();
      };
      socket.onclose = () => {
        if (!ended) controller.error(new Error('the tunnel was closed'));
      };
    },
    cancel: () => socket.close(),
  });
}

function writableOf(socket: WebSocket): WritableStream<Uint8Array> {
  return new WritableStream({
    async write(chunk) {
      for (let at = 0; at < chunk.length; at += maxMessageBytes) {
        // A copy, because browsers do not send views of shared memory.
        socket.send(chunk.slice(at, at + maxMessageBytes));
      }
      while (socket.bufferedAmount > maxQueueBytes) await new Promise(resolve => setTimeout(resolve, pollMs));
    },
    close: () => socket.send(new Uint8Array(0)),
    abort: () => socket.close(),
  });
}
