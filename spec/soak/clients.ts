// The client process of a soak test: each client opens one connection after another.

import { setTimeout as sleep } from 'node:timers/promises';
import type { OpenWebSocket } from '../../lib/index.ts';
import { dial } from '../../lib/node.ts';
import { Conversation } from './conversation.ts';
import { planOf, randomFor } from './plan.ts';
import { refusedRecord, type SideRecord } from './records.ts';
import { abortListenersOf, neverAborted, socketOptions } from './socket-options.ts';
import { Worker } from './worker.ts';

/** The rate at which clients open their first connection. */
const clientsPerSecond = 100;
const shutdown = neverAborted();
const worker = new Worker(() => abortListenersOf(shutdown));
const { port, settings } = worker.arguments;
const { clients, seed, timeoutSeconds, only } = settings;
const timeoutMs = 1000 * timeoutSeconds;

async function connect(id: number): Promise<SideRecord> {
  const plan = planOf(seed, id);
  let socket: OpenWebSocket;
  try {
    socket = await dial(`ws://127.0.0.1:${port}/${id}`, socketOptions(plan, 'client', shutdown, timeoutMs));
  } catch (error) {
    return refusedRecord(id, 'client', error);
  }
  worker.resources.add(socket);
  return new Conversation(socket, plan, 'client', { timeoutMs }).run();
}

/** Opens the connections of one client. Each has a unique number. */
async function runClient(index: number, first: number, count: number, until: number): Promise<void> {
  const random = randomFor(seed, index);
  await sleep((1000 * random.below(clients)) / clientsPerSecond);
  for (let round = first; round < first + count && performance.now() < until; round++) {
    worker.active += 1;
    worker.record(await connect(only ?? round * clients + index));
    worker.active -= 1;
    await sleep(random.below(500));
  }
}

/** Runs the first connection of each client as the warm-up, or the following ones as the soak test. */
async function run(round: 'warm-up' | 'soak'): Promise<void> {
  const until = round === 'warm-up' ? Infinity : performance.now() + 1000 * settings.seconds;
  const [first, count] = round === 'warm-up' ? [0, 1] : [1, settings.connections];
  await Promise.all(Array.from({ length: clients }, (_, i) => runClient(i, first, count, until)));
}

worker.ready(0, run);
