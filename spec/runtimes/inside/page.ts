// In a browser: the specs, then the end-to-end jobs, and what came of it is posted back to the runner.

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
import { classJobs, jobs, type Open, rudeJobs, runJobs } from './jobs.ts';
import { peerOptions, serve } from './peer.ts';

async function post(path: string, body: string): Promise<void> {
  await fetch(path, { method: 'POST', body });
}

let sending = Promise.resolve();

/** In order, and without waiting. */
function print(...parts: unknown[]): void {
  const line = parts.map(part => (part instanceof Error ? `${part}\n${part.stack}` : `${part}`)).join(' ');
  sending = sending.then(() => post('/print', line));
}

/** Both ends are ours, in this page. */
const inMemory: Open = (path, options) => {
  const [left, right] = duplexPair();
  acceptWebSocket(right, peerOptions).then(serve, () => {});
  return connectWebSocket(left, `ws://localhost${path}`, options);
};

/** Bytes through the page's own WebSocket, which the runner passes on to a TCP socket: half-close is a message. */
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

/** Its far end takes whatever comes: a page's WebSocket has no backpressure to pass on. */
const { 'a reader that stalls holds back the writer': _, ...tunnelJobs } = allJobs;

async function run(): Promise<void> {
  const { passed, failed } = await suite(print);
  print(`\n${passed} passed, ${failed} failed`);
  let done = await runJobs(allJobs, 'in memory', inMemory, print);
  done += await runJobs(tunnelJobs, 'through a tunnel to the runner', throughTunnel, print);
  done += await runJobs(rudeJobs, 'through a tunnel to the runner', throughTunnel, print);
  done += await visitDemo(print);
  print(`${done} jobs done`);
}

await run().catch(print);
await sending;
await post('/done', '');
