// The end-to-end job on Node, and on what takes itself for Node: `wsluice/node` at both ends.

import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { dial, upgrade } from '../../../lib/node.ts';
import { type Open, runJobs } from './jobs.ts';
import type { Order } from './order.ts';
import { peerOptions, serve } from './peer.ts';

const { wsPort, wssPort, cert, key } = JSON.parse(process.argv[2]!) as Order;

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
let jobs = 0;
jobs += await runJobs('ws to the runner', opener(`ws://localhost:${wsPort}`), console.log);
jobs += await runJobs('wss to the runner', opener(`wss://localhost:${wssPort}`), console.log);
jobs += await runJobs('ws to itself', opener(`ws://localhost:${ownPort}`), console.log);
jobs += await runJobs('wss to itself', opener(`wss://localhost:${ownTlsPort}`), console.log);
console.log(`${jobs} jobs done`);
process.exit(0);
