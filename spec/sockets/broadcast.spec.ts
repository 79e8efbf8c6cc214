import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type BroadcastFate, type BroadcastOptions, broadcast } from '../../lib/sockets/broadcast.ts';
import type { OpenWebSocket } from '../../lib/sockets/open-websocket.ts';
import { PreparedMessage } from '../../lib/sockets/prepared-message.ts';
import { HandDuplex } from '../support/hand-duplex.ts';
import { fromServer } from '../support/named-frames.ts';
import { fate, settle } from '../support/settling.ts';
import { openByHand } from '../support/socket-over.ts';

const test = suite('broadcast');

/** Returns a fast WebSocket, and a slow one with 100 bytes and a header queued. */
async function two() {
  const quick = openByHand();
  const slow = openByHand({}, new HandDuplex(false));
  await settle();
  slow.socket.writable
    .getWriter()
    .write(new Uint8Array(100))
    .catch(() => {});
  await settle();
  assert.is(slow.socket.bufferedAmount, 102);
  return { quick, slow, sockets: [quick.socket, slow.socket] };
}

const message = new PreparedMessage('hi');

test('drops the message for a slow socket by default; the limit is inclusive', async () => {
  for (const [maxBufferedBytes, sent] of [
    [undefined, 2],
    [102, 2],
    [101, 1],
  ] as const) {
    const { quick, slow, sockets } = await two();
    const outcome = await broadcast(sockets, message, { maxBufferedBytes });
    assert.equal(outcome, { sent, dropped: 2 - sent, closed: 0 });
    await settle();
    assert.is(quick.duplex.wire, fromServer.text('hi'));
    assert.is(slow.socket.bufferedAmount, sent === 2 ? 104 : 102);
    slow.socket.terminate();
  }
});

test('waits for a slow socket only', async () => {
  const { quick, slow, sockets } = await two();
  const told = broadcast(sockets, message, { slow: 'wait', maxBufferedBytes: 1 });
  assert.is(await fate(told), 'pending');
  assert.is(quick.duplex.wire, fromServer.text('hi'));
  slow.duplex.settleWrite();
  assert.is(await fate(told), 'pending');
  slow.duplex.settleWrite();
  assert.equal(await told, { sent: 2, dropped: 0, closed: 0 });
  assert.ok(slow.duplex.wire.endsWith(fromServer.text('hi')));
});

test('does not wait for a socket that is not slow, whatever happens to the message', async () => {
  const { slow, sockets } = await two();
  assert.equal(await broadcast(sockets, message, { slow: 'wait' }), { sent: 2, dropped: 0, closed: 0 });
  slow.socket.terminate();
});

test('does not wait for a slow socket that ends', async () => {
  const { slow, sockets } = await two();
  const told = broadcast(sockets, message, { slow: 'wait', maxBufferedBytes: 1 });
  await settle();
  slow.duplex.breakInput(new Error('reset'));
  assert.equal(await told, { sent: 2, dropped: 0, closed: 0 });
});

test('closes a slow socket with 1013', async () => {
  const { slow, sockets } = await two();
  const outcome = await broadcast(sockets, message, { slow: 'close', maxBufferedBytes: 1 });
  assert.equal(outcome, { sent: 1, dropped: 0, closed: 1 });
  slow.duplex.settleWrite();
  await settle();
  assert.ok(slow.duplex.wire.endsWith(fromServer.close(1013, 'too slow')));
  slow.socket.terminate();
});

test('counts 1 KiB for each queued message besides its bytes', async () => {
  const { slow } = await two();
  const small = new PreparedMessage('');
  const options = { maxBufferedBytes: 10_240 + 102 };
  let sent = 0;
  while ((await broadcast([slow.socket], small, options)).sent === 1) sent += 1;
  assert.equal([sent, slow.socket.queuedMessages], [11, 11]);
  slow.socket.terminate();
  assert.is(slow.socket.queuedMessages, 0);
});

test('skips sockets that are closing', async () => {
  const { slow, sockets } = await two();
  const options = { slow: 'close', maxBufferedBytes: 1 } as const;
  assert.equal(await broadcast(sockets, message, options), { sent: 1, dropped: 0, closed: 1 });
  await settle();
  assert.equal(await broadcast(sockets, message, options), { sent: 1, dropped: 0, closed: 0 });
  slow.socket.terminate();
});

test('takes strings, buffers and views of them', async () => {
  const { duplex, socket } = openByHand();
  const view = new DataView(Uint8Array.of(1, 2, 3).buffer, 1, 1);
  for (const data of ['a', Uint8Array.of(255).buffer, view]) await broadcast([socket], data);
  await settle();
  assert.is(
    duplex.wire,
    fromServer.text('a') + fromServer.binary(Uint8Array.of(0xff)) + fromServer.binary('\x02'),
  );
});

test('calls onOutcome for each socket', async () => {
  for (const [slow, fate] of [
    ['drop', 'dropped'],
    ['close', 'closed'],
    ['wait', 'sent'],
  ] as const) {
    const { slow: late, quick, sockets } = await two();
    const ended = openByHand();
    ended.socket.close();
    const told = new Map<OpenWebSocket, BroadcastFate>();
    const options = { slow, maxBufferedBytes: 1, onOutcome: told.set.bind(told) };
    const outcome = broadcast([...sockets, ended.socket], message, options);
    const expected = new Map<OpenWebSocket, BroadcastFate>([
      [quick.socket, 'sent'],
      [late.socket, fate],
      [ended.socket, 'skipped'],
    ]);
    assert.equal([...told.values()], [...expected.values()]);
    assert.ok([...expected].every(([socket, outcome]) => told.get(socket) === outcome));
    late.socket.terminate();
    await outcome;
  }
});

test('rejects invalid data and anything but sockets before it sends (C4)', async () => {
  const { duplex, socket } = openByHand();
  const bad: [sockets: unknown, message: unknown, pattern: RegExp][] = [
    [[socket], 7, /^data must be a string, a buffer or a view of one \(got 7\)$/],
    [[socket], undefined, /^data must be/],
    [[socket], [1, 2], /^data must be/],
    [[socket, {}], 'a', /^sockets must hold OpenWebSockets only \(got an object\)$/],
    [[null], 'a', /^sockets must hold/],
    [socket, 'a', /^sockets must be an iterable of OpenWebSockets/],
    [null, 'a', /^sockets must be an iterable/],
  ];
  for (const [sockets, message, pattern] of bad) {
    const error = (await fate(broadcast(sockets as never, message as never))) as Error;
    assert.instance(error, TypeError);
    assert.match(error.message, pattern);
  }
  await settle();
  assert.is(duplex.wire, '');
});

test('rejects invalid options, and sends nothing', async () => {
  const { duplex, socket } = openByHand();
  const bad = [{ maxBufferedBytes: -1 }, { maxBufferedBytes: '1' }, { slow: 'perhaps' }] as unknown[];
  for (const options of bad) {
    const error = await fate(broadcast([socket], message, options as BroadcastOptions));
    assert.ok(error instanceof TypeError || error instanceof RangeError, `${error}`);
  }
  assert.is(duplex.wire, '');
  assert.equal(await broadcast([], message), { sent: 0, dropped: 0, closed: 0 });
});

test.run();
