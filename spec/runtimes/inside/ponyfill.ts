// The end-to-end jobs on `wsluice/ponyfill` without the host's streams: adapts a Node socket to streams of the ponyfill.

import { createServer, type Socket, connect as tcp } from 'node:net';
import {
  acceptWebSocket,
  type ByteDuplex,
  connectWebSocket,
  ReadableStream,
  WebSocket,
  WebSocketStream,
  WritableStream,
} from '../../../lib/ponyfill.ts';
import { abruptJobs, classJobs, deadJobs, jobs, type Open, runJobs } from './jobs.ts';
import { peerOptions, serve } from './peer.ts';
import type { RunOptions } from './run-options.ts';

const { wsPort, deadPort } = JSON.parse(process.argv[2]!) as RunOptions;

for (const name of ['ReadableStream', 'WritableStream', 'TransformStream']) {
  if (name in globalThis) throw new Error(`${name} is still there`);
}

/** Adapts a socket to a duplex, with backpressure and half-close. */
function duplexOf(socket: Socket): ByteDuplex {
  const chunks = socket[Symbol.asyncIterator]();
  const readable = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await chunks.next();
      if (done) controller.close();
      else controller.enqueue(new Uint8Array(value));
    },
    cancel: () => void socket.destroy(),
  });
  const writable = new WritableStream<Uint8Array>({
    write: chunk => new Promise<void>(resolve => socket.write(chunk, () => resolve())),
    close: () => new Promise<void>(resolve => socket.end(resolve)),
    abort: () => void socket.destroy(),
  });
  return { readable, writable };
}

const opener =
  (port: number): Open =>
  (path, options) => {
    const socket = tcp({ host: '127.0.0.1', port, noDelay: true, allowHalfOpen: true });
    return connectWebSocket(duplexOf(socket), `ws://localhost:${port}${path}`, options);
  };

const server = createServer({ allowHalfOpen: true, noDelay: true }, socket => {
  acceptWebSocket(duplexOf(socket), peerOptions).then(serve, () => {});
});
const ownPort = await new Promise<number>(resolve => {
  server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port));
});
const allJobs = { ...jobs, ...classJobs({ WebSocket, WebSocketStream }) };
let done = 0;
done += await runJobs(allJobs, 'ws to the runner', opener(wsPort), console.log);
done += await runJobs(abruptJobs, 'ws to the runner', opener(wsPort), console.log);
done += await runJobs(deadJobs, 'ws', opener(deadPort), console.log);
done += await runJobs(allJobs, 'ws to itself', opener(ownPort), console.log);
console.log(`${done} jobs done`);
process.exit(0);
