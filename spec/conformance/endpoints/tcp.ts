// Connections over TCP, and a foreign program as an endpoint: `tcp:host:port`.

import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tcpWire, type Wire } from '../wire.ts';
import type { Endpoint } from './endpoint.ts';

/** A connection that we have dialled. */
export async function dialled(host: string, port: number): Promise<Wire> {
  const socket = connect({ host, port, allowHalfOpen: true });
  await once(socket, 'connect');
  return tcpWire(socket);
}

/** A connection that the caller dials when it gets the URL. */
export async function accepted(tell: (url: string) => void): Promise<Wire> {
  const server = listening();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  tell(`ws://127.0.0.1:${port}/echo`);
  const [socket] = (await once(server, 'connection')) as [Socket];
  server.close();
  return tcpWire(socket);
}

function listening(): Server {
  return createServer({ allowHalfOpen: true, pauseOnConnect: true });
}

/**
 * A foreign program. As a server it is dialled at the address; a client has to dial the address again and again,
 * and each of its connections is one case. Options of a case do not reach it.
 */
export function tcpEndpoint(host: string, port: number): Endpoint {
  let server: Server | undefined;
  const arrived: Socket[] = [];
  const waiting: ((wire: Wire) => void)[] = [];
  const match = () => {
    while (arrived.length > 0 && waiting.length > 0) waiting.shift()!(tcpWire(arrived.shift()!));
  };
  const listen = () => {
    server = listening().on('connection', socket => {
      arrived.push(socket);
      match();
    });
    server.listen(port, host);
  };
  return {
    name: `${host}:${port}`,
    connect(role) {
      if (role === 'server') return dialled(host, port);
      if (server === undefined) listen();
      return new Promise(resolve => {
        waiting.push(resolve);
        match();
      });
    },
    async close() {
      server?.close();
      for (const socket of arrived) socket.destroy();
    },
  };
}
