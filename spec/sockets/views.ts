import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { WebSocketError } from '../../lib/base/websocket-error.ts';
import type { SocketEvent } from '../../lib/sockets/incoming.ts';
import type { OpenWebSocket } from '../../lib/sockets/open-websocket.ts';
import { HandDuplex } from '../support/hand-duplex.ts';
import { close, frame, octet, text } from '../support/peer-frames.ts';
import { fate, settle } from '../support/settling.ts';
import { openByHand } from '../support/socket-over.ts';

const test = suite('views');

const names = ['readable', 'messages', 'events', 'batches'] as const;

/** All chunks; the last item is `'end'` or the failure. */
async function all<Chunk>(readable: ReadableStream<Chunk>): Promise<(Chunk | string | WebSocketError)[]> {
  const got: (Chunk | string | WebSocketError)[] = [];
  try {
    for await (const chunk of readable) got.push(chunk);
  } catch (error) {
    return [...got, error as WebSocketError];
  }
  return [...got, 'end'];
}

test('the first view that is touched is the only one; the others throw TypeError', () => {
  for (const taken of names) {
    const { socket } = openByHand();
    const first = socket[taken];
    for (const other of names) {
      if (other === taken) assert.is(socket[other], first);
      else
        assert.throws(
          () => socket[other],
          (error: unknown) => error instanceof TypeError,
          `${taken}, ${other}`,
        );
    }
  }
});

test('readable needs whole messages', () => {
  const { socket } = openByHand({ deliver: 'parts' });
  assert.throws(
    () => socket.readable,
    (error: unknown) => error instanceof TypeError,
  );
  assert.ok(socket.events);
});

test('a reader that reads once and stalls holds no more for having read', async () => {
  for (const name of ['readable', 'events'] as const) {
    const { duplex, socket } = openByHand();
    const large = frame('82', '00'.repeat(60_000));
    const reader = (socket[name] as ReadableStream<unknown>).getReader();
    duplex.give(frame('82', '01'));
    for (let i = 0; i < 4; i++) duplex.give(large);
    await settle();
    assert.is(duplex.unread, 2, name);
    await reader.read();
    await settle();
    assert.is(duplex.unread, 2, name);
    socket.terminate();
  }
});

const hello: SocketEvent = { type: 'text', data: 'hello', last: true };
const binary: SocketEvent = { type: 'binary', data: Uint8Array.of(1, 2), last: true };

test('events are messages, pings, pongs, the Close, and last the record of a clean end (§7.1.4)', async () => {
  const { duplex, socket } = openByHand();
  const events = all(socket.events);
  duplex.give(text('hello') + frame('89', '70') + frame('82', '0102') + frame('8a', '71') + close('0fa1'));
  duplex.end();
  assert.equal(await events, [
    hello,
    { type: 'ping', data: Uint8Array.of(0x70) },
    binary,
    { type: 'pong', data: Uint8Array.of(0x71) },
    { type: 'close', closeCode: 4001, reason: '' },
    { type: 'closed', record: socket.closeRecord },
    'end',
  ]);
  assert.equal(socket.closeRecord, {
    sent: { closeCode: 4001, reason: '' },
    received: { closeCode: 4001, reason: '' },
    initiator: 'remote',
    wasClean: true,
    cause: undefined,
  });
});

test('the record comes last in an unclean end too, and then the failure', async () => {
  const reset = new Error('reset');
  const ways: [(the: ReturnType<typeof openByHand>) => void, number][] = [
    [the => the.duplex.end(), 1006],
    [the => the.duplex.breakInput(reset), 1006],
    [the => the.duplex.breakOutput(reset), 1006],
    [the => the.duplex.give(frame('83')), 1002],
    [the => the.socket.terminate(), 1006],
  ];
  for (const [way, code] of ways) {
    const the = openByHand();
    const events = all(the.socket.events);
    the.duplex.give(text('hello'));
    await settle();
    way(the);
    await settle();
    the.clock.moveTo(20_000);
    const [first, last, failure, ...more] = await events;
    assert.equal(first, hello);
    assert.equal(last, { type: 'closed', record: the.socket.closeRecord });
    assert.is((failure as WebSocketError).closeCode, code);
    assert.is(failure, await fate(the.socket.closed));
    assert.equal(more, []);
  }
});

test('the record is complete when it comes: it waits for our Close to leave, or for the time to be up', async () => {
  for (const leaves of [true, false]) {
    const the = openByHand({}, new HandDuplex(false));
    await settle();
    the.socket.writable
      .getWriter()
      .write('a')
      .catch(() => {});
    const events = all(the.socket.events);
    the.duplex.give(frame('83'));
    assert.is(await fate(events), 'pending');
    if (leaves) the.duplex.settleWrite();
    else the.clock.moveTo(10_000);
    const [last, failure] = await events;
    assert.equal(last, { type: 'closed', record: the.socket.closeRecord });
    assert.is(the.socket.closeRecord.sent?.closeCode, leaves ? 1002 : undefined);
    assert.is((failure as WebSocketError).closeCode, 1002);
    the.socket.terminate();
  }
});

test('events come in parts where that was chosen', async () => {
  const { duplex, socket } = openByHand({ deliver: 'parts' });
  const reader = socket.events.getReader();
  duplex.give(frame('01', '61'));
  assert.equal((await reader.read()).value, { type: 'text', data: 'a', last: false });
  duplex.give(frame('89') + frame('80', '62'));
  assert.equal((await reader.read()).value, { type: 'ping', data: new Uint8Array(0) });
  assert.equal((await reader.read()).value, { type: 'text', data: 'b', last: true });
});

test('a batch is all that has come since the last one', async () => {
  const { duplex, socket } = openByHand();
  const reader = socket.batches.getReader();
  duplex.give(text('hello') + frame('89') + frame('82', '0102'));
  await settle();
  duplex.give(frame('8a'));
  await settle();
  assert.equal((await reader.read()).value, [
    hello,
    { type: 'ping', data: new Uint8Array(0) },
    binary,
    { type: 'pong', data: new Uint8Array(0) },
  ]);
  const next = reader.read();
  assert.is(await fate(next), 'pending');
  duplex.give(close(''));
  const rest = [...(await next).value!, ...((await reader.read()).value ?? [])];
  assert.equal(
    rest.map(({ type }) => type),
    ['close', 'closed'],
  );
  assert.is((await reader.read()).done, true);
});

test('cancelling any view closes the WebSocket, with the code of a WebSocketError', async () => {
  for (const name of names) {
    const the = openByHand();
    await the.socket[name].cancel(new WebSocketError('', { closeCode: 4003, reason: 'no' }));
    the.duplex.give(text('late') + close('0fa1'));
    the.duplex.end();
    assert.equal(await the.socket.closed, { closeCode: 4001, reason: '' }, name);
    assert.is(the.duplex.wire, '88040fa36e6f', name);
    assert.is(the.clock.timers.size, 0, name);
  }
});

/** How many chunks are taken from the duplex while nobody reads the view. */
async function takenOf(chunk: string, touch: (socket: OpenWebSocket) => unknown): Promise<number> {
  const { duplex, socket } = openByHand();
  touch(socket);
  for (let i = 0; i < 3000; i++) duplex.give(chunk);
  for (let i = 0; i < 20; i++) await settle();
  return 3000 - duplex.unread;
}

test('who watches events and does not read stops the duplex behind 64 KiB, pings and all', async () => {
  for (const name of ['events', 'batches'] as const) {
    assert.is(await takenOf(frame('89'), socket => socket[name]), 1024);
    assert.is(await takenOf(frame('89', octet(1).repeat(64)), socket => socket[name]), 512);
    assert.is(await takenOf(text(''), socket => socket[name]), 1024);
  }
  assert.is(await takenOf(frame('89'), socket => socket.readable), 3000);
});

test('a view of whole chunks gives a reader no more than a burst of 16 KiB ahead', async () => {
  for (const name of ['readable', 'events', 'batches'] as const) {
    const { duplex, socket } = openByHand();
    const message = frame('82', '00'.repeat(4096 - 64));
    const reader = socket[name].getReader();
    for (let i = 0; i < 36; i++) duplex.give(message);
    for (let i = 0; i < 5; i++) await settle();
    const taken = 36 - duplex.unread;
    assert.is(taken, 16, name);
    await reader.read();
    for (let i = 0; i < 5; i++) await settle();
    assert.is(36 - duplex.unread, name === 'batches' ? 32 : 20, name);
  }
});

test.run();
