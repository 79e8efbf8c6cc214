// An echo by ws. Text becomes a string, because applications read it as one; ours does the same.

import type { Server } from 'node:http';
import { WebSocketServer } from 'ws';
import type { ServeOptions } from './echo-server.ts';

export function serve(server: Server, _kind: string, { deflate, maxMessageBytes }: ServeOptions): void {
  // By default it leaves messages of less than 1 KiB as they are.
  const perMessageDeflate = deflate && { threshold: 0 };
  new WebSocketServer({ server, perMessageDeflate, maxPayload: maxMessageBytes }).on('connection', socket => {
    socket.on('message', (data: Buffer, isBinary) => socket.send(isBinary ? data : data.toString()));
    socket.on('error', () => {});
  });
}
