// The end-to-end jobs on Deno, whose connections `connectWebSocket` and `acceptWebSocket` use without an adapter.

import {
  acceptWebSocket,
  type ByteDuplex,
  connectWebSocket,
  WebSocket,
  WebSocketStream,
} from '../../../lib/index.ts';
import { abruptJobs, classJobs, jobs, type Open, runJobs } from './jobs.ts';
import { peerOptions, serve } from './peer.ts';
import type { RunOptions } from './run-options.ts';

interface Listener extends AsyncIterable<ByteDuplex> {
  readonly addr: { readonly port: number };
}

/** The members of Deno that are used here. */
declare const Deno: {
  readonly args: readonly string[];
  exit(code: number): never;
  connect(options: { hostname: string; port: number }): Promise<ByteDuplex>;
  connectTls(options: { hostname: string; port: number; caCerts: readonly string[] }): Promise<ByteDuplex>;
  listen(options: { hostname: string; port: number }): Listener;
  listenTls(options: { hostname: string; port: number; cert: string; key: string }): Listener;
};

const { wsPort, wssPort, cert, key } = JSON.parse(Deno.args[0]!) as RunOptions;
const hostname = 'localhost';

const plain =
  (port: number): Open =>
  async (path, options) =>
    connectWebSocket(await Deno.connect({ hostname, port }), `ws://${hostname}:${port}${path}`, options);

const secure =
  (port: number): Open =>
  async (path, options) => {
    const connection = await Deno.connectTls({ hostname, port, caCerts: [cert] });
    return connectWebSocket(connection, `wss://${hostname}:${port}${path}`, options);
  };

async function accept(listener: Listener): Promise<void> {
  for await (const connection of listener) acceptWebSocket(connection, peerOptions).then(serve, () => {});
}

const listener = Deno.listen({ hostname: '127.0.0.1', port: 0 });
const tlsListener = Deno.listenTls({ hostname: '127.0.0.1', port: 0, cert, key });
void accept(listener);
void accept(tlsListener);
const allJobs = { ...jobs, ...classJobs({ WebSocket, WebSocketStream }) };
let done = 0;
done += await runJobs(allJobs, 'ws to the runner', plain(wsPort), console.log);
done += await runJobs(abruptJobs, 'ws to the runner', plain(wsPort), console.log);
done += await runJobs(allJobs, 'wss to the runner', secure(wssPort), console.log);
done += await runJobs(abruptJobs, 'wss to the runner', secure(wssPort), console.log);
done += await runJobs(allJobs, 'ws to itself', plain(listener.addr.port), console.log);
done += await runJobs(allJobs, 'wss to itself', secure(tlsListener.addr.port), console.log);
console.log(`${done} jobs done`);
Deno.exit(0);
