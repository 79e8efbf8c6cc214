// A process that starts echo servers and echo clients of `ws` at the request of its parent.

import { createRequire } from 'node:module';
import type { EndpointOptions } from '../case.ts';

/** The parent's request: a server, or a client that connects to `dial`. The answer has the same id. */
export type Request = { readonly id: number; readonly options: EndpointOptions; readonly dial?: string };
export type Answer = { readonly id: number; readonly port: number };

interface Socket {
  on(event: 'message', listener: (data: Uint8Array, isBinary: boolean) => void): void;
  on(event: 'error', listener: () => void): void;
  send(data: Uint8Array, options: { binary: boolean }): void;
}
interface Server {
  on(event: 'connection', listener: (socket: Socket) => void): void;
  on(event: 'listening', listener: () => void): void;
  address(): { port: number };
}
interface Ws {
  WebSocket: new (url: string, protocols: readonly string[], options: object) => Socket;
  WebSocketServer: new (options: object) => Server;
}

const { WebSocket, WebSocketServer } = createRequire(import.meta.url)('ws') as Ws;

function echo(socket: Socket): void {
  socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
  socket.on('error', () => {});
}

function settings({ maxMessageBytes, protocols }: EndpointOptions): object {
  const handleProtocols = (offered: Set<string>) => protocols?.find(name => offered.has(name)) ?? false;
  return {
    perMessageDeflate: true,
    ...(maxMessageBytes !== undefined && { maxPayload: maxMessageBytes }),
    handleProtocols,
  };
}

process.on('message', ({ id, options, dial }: Request) => {
  const reply = (port: number) => process.send!({ id, port } satisfies Answer);
  if (dial !== undefined) {
    echo(new WebSocket(dial, options.protocols ?? [], settings(options)));
    reply(0);
    return;
  }
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, ...settings(options) });
  server.on('connection', echo);
  server.on('listening', () => reply(server.address().port));
});
process.on('disconnect', () => process.exit());
