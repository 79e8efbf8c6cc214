import process from 'node:process';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Subscription } from '../../lib/sockets/event-subscription.ts';
import type { OpenWebSocket } from '../../lib/sockets/open-websocket.ts';
import { fromClient } from '../support/named-frames.ts';
import { settle } from '../support/settling.ts';
import { openByHand } from '../support/socket-over.ts';

// Tests `socket.subscribe` on a socket over a duplex that the spec controls.

const test = suite('EventSubscription');

/** Records the events of a subscription by their types, and texts by their data. */
function subscribed(socket: OpenWebSocket): [string[], Subscription] {
  const log: string[] = [];
  return [log, socket.subscribe(event => log.push(event.type === 'text' ? event.data : event.type))];
}

test('delivers every event, after the subscriber has its subscription', async () => {
  const { duplex, socket } = openByHand();
  duplex.give(fromClient.text('a'));
  await settle();
  const [log] = subscribed(socket);
  assert.equal(log, []);
  await settle();
  duplex.give(fromClient.text('b') + fromClient.close(1000));
  duplex.end();
  await settle();
  assert.equal(log, ['a', 'b', 'close', 'closed']);
});

test('can be paused from the start, and in the middle of a chunk', async () => {
  const { duplex, socket } = openByHand();
  const log: string[] = [];
  const subscription = socket.subscribe(event => {
    log.push(event.type);
    subscription.pause();
  });
  subscription.pause();
  duplex.give(fromClient.text('a') + fromClient.text('b'));
  await settle();
  assert.is(log.length, 0);
  subscription.resume();
  assert.is(log.length, 1);
  subscription.resume();
  assert.is(log.length, 2);
});

test('rejects a second subscriber, which takes nothing', async () => {
  const { duplex, socket } = openByHand();
  const [log] = subscribed(socket);
  assert.throws(() => subscribed(socket), /^subscribe is locked/);
  duplex.give(fromClient.text('a'));
  await settle();
  assert.equal(log, ['a']);
});

test('delivers the end to a subscriber that comes after it', async () => {
  const { duplex, socket } = openByHand();
  duplex.give(fromClient.close(1000));
  duplex.end();
  await socket.closed;
  const [log] = subscribed(socket);
  await settle();
  assert.equal(log, ['closed']);
});

test('reports an error of the listener as uncaught, and the socket lives on', async () => {
  const { duplex, socket } = openByHand();
  const uncaught: unknown[] = [];
  const listeners = process.listeners('uncaughtException');
  process.removeAllListeners('uncaughtException');
  process.on('uncaughtException', error => uncaught.push(error.message));
  let count = 0;
  socket.subscribe(() => {
    count += 1;
    throw new Error(`${count}`);
  });
  duplex.give(fromClient.text('a') + fromClient.text('b'));
  await settle();
  process.removeAllListeners('uncaughtException');
  for (const listener of listeners) process.on('uncaughtException', listener);
  assert.equal([count, uncaught], [2, ['1', '2']]);
});

test.run();
