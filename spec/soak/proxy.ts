// The proxy process of a soak test: it forwards bytes late and in pieces, and breaks connections.

import { connect, createServer, type Socket } from 'node:net';
import { listen } from '../support/node-servers.ts';
import { planOf } from './plan.ts';
import { ProxiedConnection } from './proxied-connection.ts';
import { Worker } from './worker.ts';

const worker = new Worker();
const { port, settings } = worker.arguments;

/** Reads until the request line, which holds the number of the connection, is complete. */
async function readId(client: Socket): Promise<{ id: number; read: Buffer }> {
  let read = Buffer.alloc(0);
  for await (const chunk of client.iterator({ destroyOnReturn: false })) {
    read = Buffer.concat([read, chunk as Buffer]);
    const [, id] = /^GET \/(\d+) /.exec(read.toString('latin1')) ?? [];
    if (id !== undefined) return { id: Number(id), read };
  }
  throw new Error('the client ended before it had sent a request line');
}

async function forward(client: Socket): Promise<void> {
  const { id, read } = await readId(client);
  const server = connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
  const connection = new ProxiedConnection(planOf(settings.seed, id), client, server);
  client.unshift(read);
  worker.record({ id, from: 'proxy', broke: await connection.run() });
}

const proxy = createServer({ allowHalfOpen: true, noDelay: true }, client => {
  worker.active += 1;
  client.on('error', () => {});
  forward(client)
    .catch(() => client.destroy())
    .finally(() => (worker.active -= 1));
});
worker.ready(await listen(proxy));
