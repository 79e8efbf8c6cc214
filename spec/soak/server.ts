// The server process of a soak test.

import { createServer, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { OpenWebSocket } from '../../lib/index.ts';
import { upgrade } from '../../lib/node.ts';
import { listen } from '../support/node-servers.ts';
import { Conversation } from './conversation.ts';
import { FaultInjector } from './fault-injector.ts';
import { planOf } from './plan.ts';
import { refusedRecord } from './records.ts';
import { abortListenersOf, neverAborted, socketOptions } from './socket-options.ts';
import { countListenersOf, Worker } from './worker.ts';

const shutdown = neverAborted();
const server = createServer();
const worker = new Worker(() => abortListenersOf(shutdown) + countListenersOf(server));
const { seed, timeoutSeconds, faults } = worker.arguments.settings;
const timeoutMs = 1000 * timeoutSeconds;
const injector = new FaultInjector(faults, shutdown);

async function serve(request: IncomingMessage, tcp: Duplex, head: Uint8Array): Promise<void> {
  const id = Number(request.url!.slice(1));
  const plan = planOf(seed, id);
  let socket: OpenWebSocket;
  try {
    socket = await upgrade(request, tcp, head, socketOptions(plan, 'server', shutdown, timeoutMs));
  } catch (error) {
    return worker.record(refusedRecord(id, 'server', error));
  }
  worker.resources.add(socket);
  injector.inject(socket);
  const options = { timeoutMs, filter: injector.filter(), hangs: faults.includes('hang') };
  worker.record(await new Conversation(socket, plan, 'server', options).run());
}

server.on('upgrade', (request, tcp, head) => {
  worker.active += 1;
  void serve(request, tcp, head).finally(() => (worker.active -= 1));
});
worker.ready(await listen(server));
