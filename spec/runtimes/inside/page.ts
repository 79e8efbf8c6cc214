// In a browser: runs the specs and the end-to-end jobs, and posts the output to the runner.

import { suite } from 'portable-specs';
import {
  acceptWebSocket,
  type ByteDuplex,
  connectWebSocket,
  WebSocket as OurWebSocket,
  WebSocketStream as OurWebSocketStream,
} from '../../../lib/index.ts';
import { duplexPair } from '../../../lib/testing.ts';
import { visitDemo } from './demo.ts';
import { abruptJobs, classJobs, jobs, type Open, runJobs } from './jobs.ts';
import { peerOptions, serve } from './peer.ts';

async function post(path: string, body: string): Promise<void> {
  await fetch(path, { method: 'POST', body });
}

let sending = Promise.resolve();

/** Posts a line of output. Lines stay in order, and the caller does not wait. */
function print(...parts: unknown[]): void {
  const line = parts.map(part => (part instanceof Error ? `${part}\n${part.stack}` : `${part}`)).join(' ');
  sending = sending.then(() => post('/print', line));
}

/** Opens a WebSocket with both ends in this page. */
const inMemory: Open = (path, options) => {
  const [left, right] = duplexPair();
  acceptWebSocket(right, peerOptions).then(serve, () => {});
  return connectWebSocket(left, `ws://localhost${path}`, options);
};

/** Opens a byte stream over the browser's WebSocket, which the runner tunnels to a TCP socket. A text is a half-close. */
async function tunnel(): Promise<ByteDuplex> {
  const socket = new WebSocket(`ws://${location.host}/tunnel`);
  socket.binaryType = 'arraybuffer';
  const readable = new ReadableStream<Uint8Array>({
    start(controller) {
      socket.onmessage = ({ data }) => {
        if (typeof data !== 'string') controller.enqueue(new Uint8Array(data));
      };
      socket.onclose = ({ code }) => {
        if (code === 1000) controller.close();
        else controller.error(new Error(`the tunnel closed with ${code}`));
      };
    },
    cancel: () => socket.close(),
  });
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = () => reject(new Error('no tunnel'));
  });
  const writable = new WritableStream<Uint8Array<ArrayBuffer>>({
    write: chunk => socket.send(chunk),
    close: () => socket.send('end'),
    abort: () => socket.close(),
  });
  return { readable, writable: writable as ByteDuplex['writable'] };
}

const throughTunnel: Open = async (path, options) =>
  connectWebSocket(await tunnel(), `ws://localhost${path}`, options);

const ourClasses = classJobs({ WebSocket: OurWebSocket, WebSocketStream: OurWebSocketStream });
const allJobs = { ...jobs, ...ourClasses };

/** The jobs for the tunnel, which has no backpressure, because the browser's WebSocket has none. */
const { 'applies backpressure if the reader stalls': _, ...tunnelJobs } = allJobs;

async function run(): Promise<void> {
  const { passed, failed } = await suite(print);
  print(`\n${passed} passed, ${failed} failed`);
  let done = await runJobs(allJobs, 'in memory', inMemory, print);
  done += await runJobs(tunnelJobs, 'through a tunnel to the runner', throughTunnel, print);
  done += await runJobs(abruptJobs, 'through a tunnel to the runner', throughTunnel, print);
  done += await visitDemo(print);
  print(`${done} jobs done`);
}

await run().catch(print);
await sending;
await post('/done', '');
