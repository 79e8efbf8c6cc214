// Echoes with ws. Converts text to a string like wsluice, because applications do.

import type { Server } from 'node:http';
import { WebSocketServer } from 'ws';
import type { ServeOptions } from './echo-server.ts';

export function serve(server: Server, _kind: string, { deflate, maxMessageBytes }: ServeOptions): void {
  // The default threshold is 1 KiB.
  const perMessageDeflate = deflate && { threshold: 0 };
  new WebSocketServer({ server, perMessageDeflate, maxPayload: maxMessageBytes }).on('connection', socket => {
    socket.on('message', (data: Buffer, isBinary) => socket.send(isBinary ? data : data.toString()));
    socket.on('error', () => {});
  });
}
