// A server that upgrades connections and ignores them, to measure the memory of Node's own part of a connection.

import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { responseHead } from './response-head.ts';

export function serve(server: Server): void {
  server.on('upgrade', (request, socket: Socket) => {
    socket.setNoDelay(true).setTimeout(0);
    socket.on('error', ignore).on('data', ignore);
    socket.write(responseHead(request.headers['sec-websocket-key']!, false));
  });
}

function ignore(): void {}
