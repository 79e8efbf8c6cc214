// The HTTP server of `--listen` and `proxy`: plain or with TLS, on a port or a Unix socket.

import { once } from 'node:events';
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import type { Duplex } from 'node:stream';
import type { TlsFiles } from './arguments.ts';
import { notOpened } from './command-error.ts';
import { readTlsFiles } from './dial-settings.ts';
import type { ListenAddress } from './listen-address.ts';

/** Handles a request for a WebSocket. */
export type UpgradeHandler = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

/** A server that listens. */
export interface ListeningServer {
  /** The address for the user: a `ws:` or `wss:` URL, or `unix:PATH`. */
  readonly address: string;
  /** Stops accepting connections, and ends those that are not WebSockets. */
  close(): void;
}

/** @throws CommandError for files that cannot be read, and if the server cannot listen */
export async function startServer(
  at: ListenAddress,
  tls: TlsFiles,
  onUpgrade: UpgradeHandler,
): Promise<ListeningServer> {
  const secure = tls.cert !== undefined;
  const server = secure
    ? createHttpsServer(readTlsFiles(tls), refuseRequest)
    : createHttpServer(refuseRequest);
  server.on('upgrade', onUpgrade);
  server.listen(at);
  await once(server, 'listening').catch(error => {
    throw notOpened((error as Error).message);
  });
  return { address: addressOf(server, secure ? 'wss' : 'ws'), close: () => void server.close() };
}

function refuseRequest(_: IncomingMessage, response: ServerResponse): void {
  response.writeHead(426, { 'Content-Type': 'text/plain', Connection: 'close', Upgrade: 'websocket' });
  response.end('this server speaks WebSocket only\n');
}

function addressOf(server: Server, scheme: string): string {
  const address = server.address() as AddressInfo | string;
  if (typeof address === 'string') return `unix:${address}`;
  const { family, address: host, port } = address;
  return `${scheme}://${family === 'IPv6' ? `[${host}]` : host}:${port}/`;
}
