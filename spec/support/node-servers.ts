// Servers of Node on free ports, and connections to them.

import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** Listens on a free port of 127.0.0.1, and returns the port. */
export async function listen(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** Returns both ends of a TCP connection. */
export async function tcpPair(): Promise<[client: Socket, server: Socket]> {
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true });
  const port = await listen(server);
  const client = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  const [socket] = (await once(server, 'connection')) as [Socket];
  server.close();
  return [client, socket];
}
