import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { WebSocketError } from '../../lib/base/websocket-error.ts';
import { fromClient, fromServer } from '../support/named-frames.ts';
import { fate, settle } from '../support/settling.ts';
import { openByHand } from '../support/socket-over.ts';

const test = suite('a loop over the socket');

test('gives messages that came before it and messages that come later, and ends with the WebSocket', async () => {
  const { duplex, socket } = openByHand();
  duplex.give(fromClient.text('a') + fromClient.text('b'));
  await settle();
  const got: unknown[] = [];
  const loop = (async () => {
    for await (const message of socket) got.push(message);
  })();
  await settle();
  assert.equal(got, ['a', 'b']);
  duplex.give(fromClient.text('c'));
  await settle();
  assert.equal(got, ['a', 'b', 'c']);
  duplex.give(fromClient.text('d') + fromClient.close(1000));
  duplex.end();
  await loop;
  assert.equal(got, ['a', 'b', 'c', 'd']);
  for await (const _ of socket) assert.unreachable();
});

test('gives each of several calls its message, in their order', async () => {
  const { duplex, socket } = openByHand();
  const iterator = socket[Symbol.asyncIterator]();
  const calls = [iterator.next(), iterator.next(), iterator.next()];
  duplex.give(fromClient.text('a') + fromClient.text('b') + fromClient.close(1000));
  duplex.end();
  assert.equal(
    (await Promise.all(calls)).map(({ value, done }) => [value, done]),
    [
      ['a', false],
      ['b', false],
      [undefined, true],
    ],
  );
});

test('gives calls that wait for each other what comes one by one', async () => {
  const { duplex, socket } = openByHand();
  const iterator = socket[Symbol.asyncIterator]();
  const calls = [iterator.next(), iterator.next(), iterator.next()];
  for (const message of ['a', 'b']) {
    await settle();
    duplex.give(fromClient.text(message));
  }
  await settle();
  socket.terminate();
  assert.equal(await Promise.all(calls.slice(0, 2)), [
    { value: 'a', done: false },
    { value: 'b', done: false },
  ]);
  assert.instance(await fate(calls[2]!), WebSocketError);
});

test('fails with the failure of the connection, after all messages that came before it', async () => {
  for (const waits of [true, false]) {
    const { duplex, socket } = openByHand();
    const iterator = socket[Symbol.asyncIterator]();
    const first = waits ? iterator.next() : undefined;
    duplex.give(fromClient.text('a') + fromClient.text('', { rsv2: true }));
    await settle();
    assert.equal(await (first ?? iterator.next()), { value: 'a', done: false });
    const error = await fate(iterator.next());
    assert.instance(error, WebSocketError);
    assert.is((error as WebSocketError).closeCode, 1002);
    assert.equal(await iterator.next(), { value: undefined, done: true });
  }
});

test('fails a call that waits after another one', async () => {
  const { duplex, socket } = openByHand();
  const iterator = socket[Symbol.asyncIterator]();
  const calls = [iterator.next(), iterator.next()];
  duplex.give(fromClient.text('a') + fromClient.text('', { rsv2: true }));
  assert.equal(await calls[0], { value: 'a', done: false });
  assert.instance(await fate(calls[1]!), WebSocketError);
});

test('closes the WebSocket when it is left; an explicit close in the same task wins', async () => {
  for (const [info, reply] of [
    [undefined, fromServer.close()],
    [{ closeCode: 4001 }, fromServer.close(4001)],
  ] as const) {
    const { duplex, socket } = openByHand();
    duplex.give(fromClient.text('a'));
    for await (const message of socket) if (message === 'a') break;
    if (info !== undefined) socket.close(info);
    await settle();
    assert.equal(duplex.out, [reply]);
  }
});

test('is the only reader, and the only loop', async () => {
  const { socket } = openByHand();
  const iterator = socket[Symbol.asyncIterator]();
  assert.throws(() => socket[Symbol.asyncIterator](), /TypeError|already/);
  assert.throws(() => socket.readable, /locked: the iterator of the socket was used first/);
  await iterator.return?.();
  assert.equal(await socket[Symbol.asyncIterator]().next(), { value: undefined, done: true });
  const other = openByHand().socket;
  void other.readable;
  assert.throws(() => other[Symbol.asyncIterator](), /locked: readable was used first/);
  const parts = openByHand({ deliver: 'parts' }).socket;
  assert.throws(() => parts[Symbol.asyncIterator](), /needs deliver: 'messages'/);
});

test('lets timers run, however many messages wait', async () => {
  const { duplex, socket } = openByHand();
  let ticks = 0;
  const timer = setInterval(() => {
    ticks += 1;
  }, 0);
  let count = 0;
  duplex.give(fromClient.text().repeat(150));
  const loop = (async () => {
    for await (const _ of socket) {
      count += 1;
      if (count < 20_000) duplex.give(fromClient.text());
      if (count === 20_000) break;
    }
  })();
  await loop;
  clearInterval(timer);
  assert.ok(ticks > 0);
});

test('lets the host have a task among messages that are all there', async () => {
  const { duplex, socket } = openByHand();
  const iterator = socket[Symbol.asyncIterator]();
  for (let round = 0; round < 10; round++) {
    duplex.give(fromClient.text().repeat(150));
    await settle();
    for (let i = 0; i < 150; i++) assert.equal(await iterator.next(), { value: '', done: false });
  }
});

test.run();
