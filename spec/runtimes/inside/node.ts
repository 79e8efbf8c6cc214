// The end-to-end jobs on Node and compatible runtimes, with `wsluice/node` at both ends.

import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketStream } from '../../../lib/index.ts';
import { dial, upgrade } from '../../../lib/node.ts';
import { abruptJobs, classJobs, deadJobs, jobs, type Open, runJobs } from './jobs.ts';
import { peerOptions, serve } from './peer.ts';
import type { RunOptions } from './run-options.ts';

const { wsPort, wssPort, deadPort, cert, key } = JSON.parse(process.argv[2]!) as RunOptions;

function listen(server: Server): Promise<number> {
  server.on('upgrade', (request, socket, head) => {
    upgrade(request, socket, head, peerOptions).then(serve, () => {});
  });
  return new Promise(resolve => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

const opener =
  (origin: string): Open =>
  (path, options) =>
    dial(`${origin}${path}`, { ...options, tls: { ca: cert } });

const ownPort = await listen(createServer());
const ownTlsPort = await listen(createTlsServer({ cert, key }));
const origins = {
  'ws to the runner': `ws://localhost:${wsPort}`,
  'wss to the runner': `wss://localhost:${wssPort}`,
  'ws to itself': `ws://localhost:${ownPort}`,
  'wss to itself': `wss://localhost:${ownTlsPort}`,
};
const allJobs = { ...jobs, ...classJobs({ WebSocket, WebSocketStream }) };
let done = 0;
for (const [where, origin] of Object.entries(origins)) {
  done += await runJobs(allJobs, where, opener(origin), console.log);
  if (where.endsWith('runner')) done += await runJobs(abruptJobs, where, opener(origin), console.log);
}
done += await runJobs(deadJobs, 'ws', opener(`ws://localhost:${deadPort}`), console.log);
done += await runJobs(deadJobs, 'wss', opener(`wss://localhost:${deadPort}`), console.log);
console.log(`${done} jobs done`);
process.exit(0);
