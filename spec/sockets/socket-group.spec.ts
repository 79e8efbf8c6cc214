import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { acceptWebSocket } from '../../lib/sockets/accept-websocket.ts';
import { connectWebSocket } from '../../lib/sockets/connect-websocket.ts';
import type { OpenWebSocket } from '../../lib/sockets/open-websocket.ts';
import { SocketGroup } from '../../lib/sockets/socket-group.ts';
import { duplexPair } from '../../lib/testing/duplex-pair.ts';
import { fate } from '../support/settling.ts';
import { utf8 } from '../support/utf8.ts';

const test = suite('SocketGroup');

/** Returns both sides of a WebSocket. */
async function socketPair(): Promise<[client: OpenWebSocket, server: OpenWebSocket]> {
  const [near, far] = duplexPair();
  return Promise.all([connectWebSocket(near, 'ws://example.com/'), acceptWebSocket(far)]);
}

test('removes a socket when it has closed, cleanly or not', async () => {
  const group = new SocketGroup();
  const [client, server] = await socketPair();
  const [, other] = await socketPair();
  group.add(server);
  group.add(server);
  group.add(other);
  assert.is(group.size, 2);
  assert.equal([...group], [server, other]);
  client.close();
  await server.closed;
  assert.equal([...group], [other]);
  other.terminate();
  await fate(other.closed);
  assert.is(group.size, 0);
});

test('holds a socket once; it can be removed without being closed, and added again', async () => {
  const group = new SocketGroup();
  const [client, server] = await socketPair();
  assert.is(group.has(server), false);
  assert.is(group.add(server).add(server).size, 1);
  assert.is(group.has(server), true);
  assert.equal([group.delete(server), group.delete(server)], [true, false]);
  assert.equal([group.has(server), server.closing], [false, false]);
  group.add(server);
  client.close();
  await server.closed;
  assert.is(group.size, 0);
});

test('drain: does not wait for a removed socket', async () => {
  const group = new SocketGroup();
  const [, server] = await socketPair();
  group.add(server);
  const drained = group.drain({ timeoutMs: Infinity });
  group.delete(server);
  assert.is(await drained, 0);
  await server.closed;
});

test('broadcasts to all its sockets, with the options of broadcast()', async () => {
  const group = new SocketGroup();
  assert.equal(await group.broadcast('to no socket'), { sent: 0, dropped: 0, closed: 0 });
  const pairs = [await socketPair(), await socketPair()];
  for (const [, server] of pairs) group.add(server);
  const told: unknown[] = [];
  const outcome = await group.broadcast('hi', { onOutcome: (socket, fate) => told.push(socket, fate) });
  assert.equal(outcome, { sent: 2, dropped: 0, closed: 0 });
  assert.is(told.length, 4);
  for (const [i, [client, server]] of pairs.entries()) {
    assert.is(told[2 * i], server);
    assert.is((await client.readable.getReader().read()).value, 'hi');
  }
  await group.drain();
});

test('drain: closes all with 1001 (RFC 6455 §7.4.1), and settles when all have closed', async () => {
  const group = new SocketGroup();
  const pairs = [await socketPair(), await socketPair()];
  for (const [, server] of pairs) group.add(server);
  assert.is(await group.drain(), 0);
  assert.is(group.size, 0);
  for (const [client] of pairs) assert.equal(await client.closed, { closeCode: 1001, reason: '' });
});

test('drain: sends the given code and reason, also to sockets added meanwhile', async () => {
  const group = new SocketGroup();
  const [first, late] = [await socketPair(), await socketPair()];
  group.add(first[1]);
  const drained = group.drain({ closeCode: 1012, reason: 'restart' });
  group.add(late[1]);
  assert.is(await drained, 0);
  for (const [client] of [first, late]) {
    assert.equal(await client.closed, { closeCode: 1012, reason: 'restart' });
  }
});

test('drain: settles at once for an empty group, and can be called twice', async () => {
  const group = new SocketGroup();
  assert.is(await fate(group.drain({ timeoutMs: Infinity })), 'fulfilled');
  const [, server] = await socketPair();
  group.add(server);
  assert.equal(await Promise.all([group.drain(), group.drain({ timeoutMs: Infinity })]), [0, 0]);
});

test('drain: terminates sockets that have not closed in time', async () => {
  const group = new SocketGroup();
  const [client, server] = duplexPair();
  const accepted = acceptWebSocket(server);
  const writer = client.writable.getWriter();
  writer.write(utf8(opening));
  const socket = await accepted;
  group.add(socket);
  const timers: (() => void)[] = [];
  const cleared: unknown[] = [];
  const clock = {
    now: () => 0,
    setTimeout: (callback: () => void, ms: number) => {
      assert.is(ms, 10_000);
      return timers.push(callback);
    },
    clearTimeout: (timer: unknown) => cleared.push(timer),
  };
  const drained = group.drain({ clock });
  assert.is(await fate(drained), 'pending');
  timers[0]!();
  assert.is(await drained, 1);
  assert.equal(cleared, [1]);
  assert.is(group.size, 0);
  const error = await socket.closed.catch(error => error);
  assert.equal([error.name, error.closeCode], ['WebSocketError', 1006]);
  assert.equal(socket.closeRecord.sent, { closeCode: 1001, reason: '' });
  await writer.closed.catch(() => {});
});

const opening = [
  'GET / HTTP/1.1',
  'Host: example.com',
  'Upgrade: websocket',
  'Connection: Upgrade',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  'Sec-WebSocket-Version: 13',
  '',
  '',
].join('\r\n');

test('drain: rejects invalid options by name, before anything is sent', async () => {
  const group = new SocketGroup();
  const [, server] = await socketPair();
  group.add(server);
  for (const options of [{ closeCode: 1006 }, { reason: 'x'.repeat(124) }, { timeoutMs: 0 }]) {
    assert.instance(await fate(group.drain(options)), RangeError);
  }
  assert.is(server.closeRecord.initiator, undefined);
  server.terminate();
});

test('fails a terminated socket at once, and its peer', async () => {
  const [client, server] = await socketPair();
  const read = server.readable.getReader().read();
  const ping = server.ping();
  server.terminate();
  server.terminate();
  for (const promise of [read, ping, server.closed, client.closed]) {
    const error = (await promise.catch(error => error)) as { name: string; closeCode: number };
    assert.equal([error.name, error.closeCode], ['WebSocketError', 1006]);
  }
  assert.is(server.closeRecord.sent, undefined);
});

test.run();
