// The server of a soak, in a process of its own.

import { createServer, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { OpenWebSocket } from '../../lib/index.ts';
import { upgrade } from '../../lib/node.ts';
import { listen } from '../support/node-servers.ts';
import { Conversation } from './conversation.ts';
import { planOf } from './plan.ts';
import { Planting } from './planting.ts';
import { refusedRecord } from './records.ts';
import { endless, listenersOf, socketOptions } from './socket-options.ts';
import { countOf, Worker } from './worker.ts';

const shutdown = endless();
const server = createServer();
const worker = new Worker(() => listenersOf(shutdown) + countOf(server));
const { seed, patience, plants } = worker.order.settings;
const patienceMs = 1000 * patience;
const planting = new Planting(plants, shutdown);

async function serve(request: IncomingMessage, tcp: Duplex, head: Uint8Array): Promise<void> {
  const id = Number(request.url!.slice(1));
  const plan = planOf(seed, id);
  let socket: OpenWebSocket;
  try {
    socket = await upgrade(request, tcp, head, socketOptions(plan, 'server', shutdown, patienceMs));
  } catch (error) {
    return worker.record(refusedRecord(id, 'server', error));
  }
  worker.resources.add(socket);
  planting.commit(socket);
  const options = { patienceMs, filter: planting.filter(), hangs: plants.includes('hang') };
  worker.record(await new Conversation(socket, plan, 'server', options).run());
}

server.on('upgrade', (request, tcp, head) => {
  worker.active += 1;
  void serve(request, tcp, head).finally(() => (worker.active -= 1));
});
worker.ready(await listen(server));
