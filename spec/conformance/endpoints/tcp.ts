// Connections over TCP, and another program as an endpoint: `tcp:host:port`.

import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tcpWire, type Wire } from '../wire.ts';
import type { Endpoint } from './endpoint.ts';

/** Connects to an endpoint. */
export async function dialled(host: string, port: number): Promise<Wire> {
  const socket = connect({ host, port, allowHalfOpen: true });
  await once(socket, 'connect');
  return tcpWire(socket);
}

/** Waits for a connection of an endpoint that `dial` makes connect to a URL. */
export async function accepted(dial: (url: string) => void): Promise<Wire> {
  const server = listening();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  dial(`ws://127.0.0.1:${port}/echo`);
  const [socket] = (await once(server, 'connection')) as [Socket];
  server.close();
  return tcpWire(socket);
}

function listening(): Server {
  return createServer({ allowHalfOpen: true, pauseOnConnect: true });
}

/**
 * Returns another program as an endpoint, without the options of a case. A server listens at the address. A client must
 * connect to the address repeatedly, once for each case.
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
