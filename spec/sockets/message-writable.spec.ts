import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { builtInCodec } from '../../lib/deflate/built-in-codec.ts';
import { deflateSettings } from '../../lib/deflate/deflate-options.ts';
import { PreparedMessage } from '../../lib/sockets/prepared-message.ts';
import type { SocketOptions } from '../../lib/sockets/socket-options.ts';
import { HandDuplex } from '../support/hand-duplex.ts';
import { fromClient, fromServer } from '../support/named-frames.ts';
import { fate, settle } from '../support/settling.ts';
import { openByHand } from '../support/socket-over.ts';

const test = suite('messageWritable');

const stalled = async (options?: SocketOptions) => {
  const the = openByHand(options, new HandDuplex(false));
  await settle();
  return the;
};

const outcome = (promise: Promise<unknown>) =>
  promise.then(
    () => 'fulfilled',
    reason => reason,
  );

test('sends parts as they are written, and ends the message when it is closed (§5.4)', async () => {
  const { duplex, socket } = openByHand();
  const text = socket.openMessage('text').getWriter();
  await text.write('a');
  assert.is(duplex.wire, fromServer.text('a', { fin: false }));
  await text.write('ü');
  await text.close();
  assert.is(
    duplex.wire,
    fromServer.text('a', { fin: false }) +
      fromServer.continuation('ü', { fin: false }) +
      fromServer.continuation(''),
  );
  const binary = socket.openMessage('binary').getWriter();
  await binary.write(Uint8Array.of(1));
  await binary.write(Uint8Array.of(2).buffer);
  await binary.close();
  assert.is(
    duplex.wire.slice(18),
    fromServer.binary('\x01', { fin: false }) +
      fromServer.continuation('\x02', { fin: false }) +
      fromServer.continuation(''),
  );
});

test('allows a surrogate pair to be cut between two parts', async () => {
  const { duplex, socket } = openByHand();
  const writer = socket.openMessage('text').getWriter();
  await writer.write('\ud83d');
  await writer.write('\ude00');
  await writer.close();
  const { text, continuation } = fromServer;
  assert.is(duplex.wire, text('', { fin: false }) + continuation('😀', { fin: false }) + continuation());
});

test('sends an empty message if no parts were written', async () => {
  const { duplex, socket } = openByHand();
  await socket.openMessage('text').close();
  await socket.openMessage('binary').close();
  assert.is(duplex.wire, fromServer.text('') + fromServer.binary(''));
});

test('sends a large part in frames of the chosen size, with a pong between them (§5.4)', async () => {
  const the = await stalled({ maxFrameBytes: 1000 });
  const writer = the.socket.openMessage('binary').getWriter();
  const write = writer.write(new Uint8Array(50_000));
  await settle();
  the.duplex.give(fromClient.ping('p'));
  for (let i = 0; i < 5; i++) {
    await settle();
    the.duplex.settleWrite();
  }
  assert.is(await fate(write), 'fulfilled');
  const at = the.duplex.wire.indexOf(fromServer.pong('p'));
  assert.ok(at > 0 && at < 70_000, `${at}`);
  assert.ok(the.duplex.wire.startsWith(fromServer.binary('', { fin: false, declared: 1000 })));
  assert.is(the.duplex.wire.length / 2, 3 + 50 * 1004);
});

test('sends messages, open messages and a Close after its end, in order', async () => {
  const { duplex, socket } = openByHand();
  const first = socket.openMessage('text').getWriter();
  const second = socket.openMessage('text').getWriter();
  const message = socket.writable.getWriter().write('c');
  const write = second.write('b');
  const end = second.close();
  await first.write('a');
  assert.equal(
    [await fate(write), await fate(message), duplex.wire],
    ['pending', 'pending', fromServer.text('a', { fin: false })],
  );
  await first.close();
  assert.equal([await fate(end), await fate(message)], ['fulfilled', 'fulfilled']);
  assert.is(
    duplex.wire,
    fromServer.text('a', { fin: false }) +
      fromServer.continuation('') +
      fromServer.text('b', { fin: false }) +
      fromServer.continuation('') +
      fromServer.text('c'),
  );
});

test('counts queued parts, and settles their writes when the duplex has taken them', async () => {
  const the = await stalled();
  const writer = the.socket.openMessage('binary').getWriter();
  const write = writer.write(new Uint8Array(100));
  const other = the.socket.openMessage('text').getWriter();
  const behind = outcome(other.write('abc'));
  await settle();
  assert.is(the.socket.bufferedAmount, 102 + 3);
  assert.is(await fate(write), 'pending');
  the.duplex.settleWrite();
  assert.equal([await fate(write), await fate(behind)], ['fulfilled', 'pending']);
  assert.is(the.socket.bufferedAmount, 3);
  the.socket.terminate();
  assert.is.not(await fate(behind), 'pending');
});

test('has a desiredSize of 64 KiB minus the queued bytes and 64 for each message', async () => {
  const the = await stalled();
  const text = the.socket.openMessage('text').getWriter();
  const binary = the.socket.openMessage('binary').getWriter();
  assert.equal([text.desiredSize, binary.desiredSize], [65_536 - 128, 65_536 - 128]);
  // workerd ignores the backpressure of a write in the turn in which the stream starts.
  await settle();
  text.write('ab').catch(() => {});
  binary.write(new Uint8Array(65_536)).catch(() => {});
  assert.equal([text.desiredSize, binary.desiredSize], [-130, -130]);
  assert.is(await fate(binary.ready), 'pending');
  the.socket.terminate();
  await settle();
  binary.ready.catch(() => {});
});

test('drops the message on an abort before any part was sent, and sends those queued after it', async () => {
  for (const parts of [0, 1, 3]) {
    const { duplex, socket } = openByHand();
    const first = socket.openMessage('text').getWriter();
    const dropped = socket.openMessage('text').getWriter();
    const writes = Array.from({ length: parts }, () => dropped.write('x'));
    const outcomes = writes.map(outcome);
    const behind = socket.writable.getWriter().write('b');
    await settle();
    const aborted = dropped.abort('why');
    await first.write('a');
    await first.close();
    assert.is(await fate(aborted), 'fulfilled');
    assert.equal(await Promise.all(outcomes), Array(parts).fill('why'));
    assert.is(await fate(behind), 'fulfilled');
    assert.is(
      duplex.wire,
      fromServer.text('a', { fin: false }) + fromServer.continuation('') + fromServer.text('b'),
    );
    assert.equal([await fate(socket.closed), socket.bufferedAmount], ['pending', 0]);
  }
});

test('sends the queued messages at once when the first one is aborted', async () => {
  const { duplex, socket } = openByHand();
  const dropped = socket.openMessage('text');
  const behind = socket.writable.getWriter().write('b');
  assert.is(await fate(behind), 'pending');
  await dropped.abort();
  assert.equal([await fate(behind), duplex.wire], ['fulfilled', fromServer.text('b')]);
});

test('closes with 1011 at once on an abort after a part was sent', async () => {
  const the = await stalled();
  const writer = the.socket.openMessage('binary').getWriter();
  const write = writer.write(new Uint8Array(200_000));
  await settle();
  const aborted = writer.abort('why');
  assert.equal([await fate(write), await fate(aborted)], ['why', 'fulfilled']);
  for (let i = 0; i < 3; i++) {
    the.duplex.settleWrite();
    await settle();
  }
  assert.ok(the.duplex.wire.startsWith(fromServer.binary('', { fin: false, declared: 65_536 })));
  assert.ok(the.duplex.wire.endsWith(fromServer.close(1011, 'message aborted')));
  assert.equal(the.socket.closeRecord.sent, { closeCode: 1011, reason: 'message aborted' });
  the.socket.terminate();
});

test('aborts the message on a part of the wrong type, and sends those queued after it', async () => {
  for (const [type, wrong] of [
    ['binary', 'text'],
    ['text', Uint8Array.of(1)],
    ['text', 1],
    ['binary', 1],
    ['binary', undefined],
  ] as const) {
    const { duplex, socket } = openByHand();
    const writer = socket.openMessage(type).getWriter();
    const behind = socket.writable.getWriter().write('b');
    const outcomes = await Promise.all([writer.write(wrong as string), writer.closed].map(outcome));
    for (const error of outcomes) assert.ok(error instanceof TypeError);
    assert.equal([await fate(behind), duplex.wire], ['fulfilled', fromServer.text('b')]);
  }
  const { socket } = openByHand();
  const writer = socket.openMessage('binary').getWriter();
  await writer.write(Uint8Array.of(1));
  assert.ok((await fate(writer.write('text'))) instanceof TypeError);
  await settle();
  assert.is(socket.closeRecord.sent?.closeCode, 1011);
  socket.terminate();
});

test('fails writes after the closing has begun, and sends nothing', async () => {
  const { duplex, socket } = openByHand();
  const early = socket.openMessage('text').getWriter();
  socket.close();
  const late = socket.openMessage('text').getWriter();
  for (const writer of [early, late]) {
    const outcomes = await Promise.all([writer.write('a'), writer.closed].map(outcome));
    for (const error of outcomes) assert.is((error as Error).name, 'InvalidStateError');
  }
  assert.is(((await fate(socket.openMessage('binary').close())) as Error).name, 'InvalidStateError');
  assert.is(duplex.wire, fromServer.close());
});

test("names the peer's Close in the error of a message that it cut off", async () => {
  const { duplex, socket } = await stalled();
  socket.sendPrepared(new PreparedMessage('a'));
  const writer = socket.openMessage('text').getWriter();
  await settle();
  duplex.give(fromClient.close(1009));
  await settle();
  const late = (await outcome(socket.openMessage('text').getWriter().write('a'))) as Error;
  assert.equal(
    [late.message, late.cause],
    ['the WebSocket is closing (1009)', { closeCode: 1009, reason: '' }],
  );
  duplex.settleWrite();
  const error = (await outcome(writer.closed)) as Error;
  assert.equal(
    [error.message, error.cause],
    ['the WebSocket is closed (1009)', { closeCode: 1009, reason: '' }],
  );
});

test('cuts a message that is partly sent by our Close, and drops a queued one (§5.5.1)', async () => {
  const { duplex, socket } = openByHand();
  const half = socket.openMessage('text').getWriter();
  const waits = socket.openMessage('text').getWriter();
  await half.write('a');
  const write = waits.write('b');
  socket.close({ closeCode: 1000 });
  await settle();
  assert.is(duplex.wire, fromServer.text('a', { fin: false }) + fromServer.close(1000));
  duplex.give(fromClient.close(1000));
  duplex.end();
  assert.is(((await fate(write)) as Error).name, 'InvalidStateError');
  assert.is(((await fate(half.closed)) as Error).name, 'InvalidStateError');
});

test('fails with its pending write when the WebSocket ends', async () => {
  for (const end of ['eof', 'theirs', 'terminate', 'broken'] as const) {
    const the = await stalled();
    the.socket.writable
      .getWriter()
      .write('a')
      .catch(() => {});
    const writer = the.socket.openMessage('text').getWriter();
    const write = writer.write('b');
    const queued = writer.write('c');
    const outcomes = [write, queued, writer.closed].map(outcome);
    await settle();
    if (end === 'eof') the.duplex.end();
    if (end === 'theirs') the.duplex.give(fromClient.close(1000));
    if (end === 'terminate') the.socket.terminate();
    if (end === 'broken') the.duplex.breakOutput('reset');
    for (let i = 0; i < 3; i++) {
      await settle();
      the.duplex.settleWrite();
    }
    const names = (await Promise.all(outcomes)).map(error => (error as Error).name);
    // Data in the transport when the peer closes is still sent.
    const gone = end === 'theirs' ? undefined : 'WebSocketError';
    assert.equal(names, [gone, gone, end === 'theirs' ? 'InvalidStateError' : 'WebSocketError'], end);
    the.duplex.breakInput('over');
    await settle();
    the.clock.moveTo(20_000);
    assert.is(the.clock.timers.size, 0, end);
  }
});

test('is not notified of the end after it has ended or was aborted', async () => {
  const { duplex, socket } = openByHand();
  const ended = socket.openMessage('text').getWriter();
  await ended.close();
  const aborted = socket.openMessage('text').getWriter();
  await aborted.abort('why');
  duplex.end();
  await settle();
  assert.equal([await fate(ended.closed), await fate(aborted.closed)], ['fulfilled', 'why']);
});

test('compresses the message if that was negotiated, unless compress is false (RFC 7692 §6.1)', async () => {
  const agreement = {
    serverContextTakeover: false,
    clientContextTakeover: false,
    serverMaxWindowBits: 15,
    clientMaxWindowBits: 15,
  };
  const settings = { ...deflateSettings('server', true)!, codec: builtInCodec };
  for (const compress of [undefined, true, false]) {
    const { duplex, socket } = openByHand({}, new HandDuplex(), { agreement, settings });
    const writer = socket.openMessage('text', { compress }).getWriter();
    await writer.write('abcabcabc'.repeat(20));
    await writer.close();
    assert.is(duplex.wire.slice(0, 2), compress === false ? '01' : 'c1', `${compress}`);
    if (compress !== false) assert.ok(duplex.wire.length / 2 < 60);
  }
});

test('copies a part when it is written, so that later changes have no effect', async () => {
  const the = await stalled();
  const writer = the.socket.openMessage('binary').getWriter();
  const data = new Uint8Array(40_000).fill(1);
  const write = writer.write(data);
  await settle();
  data.fill(2);
  for (let i = 0; i < 8; i++) {
    the.duplex.settleWrite();
    await settle();
  }
  assert.is(await fate(write), 'fulfilled');
  assert.is(/(01){8}$/.test(the.duplex.wire), true);
});

test('whole messages: sends text as it is, buffers and views as bytes, anything else as text, copied at write()', async () => {
  const { duplex, socket } = openByHand();
  await settle();
  const writer = socket.writable.getWriter();
  const bytes = Uint8Array.of(1, 2, 3);
  const writes = [
    writer.write('a'),
    writer.write(bytes),
    writer.write(bytes.subarray(1)),
    writer.write(new DataView(bytes.buffer, 2)),
    writer.write(bytes.buffer),
    writer.write(12 as never),
    // `Symbol.toStringTag` proves nothing (A16).
    writer.write({ [Symbol.toStringTag]: 'ArrayBuffer', toString: () => 'x' } as never),
  ];
  bytes.fill(9);
  await Promise.all(writes);
  assert.is(
    duplex.wire,
    fromServer.text('a') +
      fromServer.binary('\x01\x02\x03') +
      fromServer.binary('\x02\x03') +
      fromServer.binary('\x03') +
      fromServer.binary('\x01\x02\x03') +
      fromServer.text('12') +
      fromServer.text('x'),
  );
});

test('fails the stream on data that cannot be sent, and sends none of it', async () => {
  const resizable = Reflect.construct(ArrayBuffer, [1, { maxByteLength: 2 }]) as ArrayBuffer;
  for (const chunk of [Symbol('x'), new SharedArrayBuffer(1), new Uint8Array(resizable)]) {
    const { duplex, socket } = openByHand();
    await settle();
    const writer = socket.writable.getWriter();
    const error = await fate(writer.write(chunk as never));
    assert.instance(error, TypeError);
    assert.is(await fate(writer.closed), error);
    assert.is(duplex.wire, '');
  }
});

test('drops messages written after the closing has begun, as the platform does', async () => {
  const { duplex, socket } = openByHand();
  await settle();
  const writer = socket.writable.getWriter();
  socket.close();
  assert.equal([await fate(writer.write('late')), duplex.wire], ['fulfilled', fromServer.close()]);
});

test('closes the socket when it is closed, and drops unsent messages when it is aborted (RFC 6455 §5.5.1)', async () => {
  const closing = openByHand();
  await settle();
  const closed = closing.socket.writable.close();
  closing.duplex.give(fromClient.close(1000));
  closing.duplex.end();
  assert.equal([await fate(closed), closing.duplex.out[0]], ['fulfilled', fromServer.close()]);
  const aborting = await stalled();
  const writer = aborting.socket.writable.getWriter();
  const underWay = writer.write('a');
  await settle();
  const queued = writer.write('b');
  assert.is(await fate(writer.abort('why')), 'fulfilled');
  assert.equal([await fate(underWay), await fate(queued)], ['why', 'why']);
  aborting.duplex.settleWrite();
  await settle();
  assert.is(aborting.duplex.wire, fromServer.text('a') + fromServer.close());
});

test('keeps ready pending while 64 KiB are queued, until the transport has taken them', async () => {
  const the = await stalled();
  const writer = the.socket.writable.getWriter();
  void writer.write(new Uint8Array(70_000));
  assert.equal([await fate(writer.ready), (writer.desiredSize ?? 0) < 0], ['pending', true]);
  for (let i = 0; i < 3; i++) {
    the.duplex.settleWrite();
    await settle();
  }
  assert.equal([await fate(writer.ready), writer.desiredSize], ['fulfilled', 65_536]);
});

test('continues a stream of parts when there is room again', async () => {
  const the = await stalled();
  const writer = the.socket.openMessage('binary').getWriter();
  void writer.write(new Uint8Array(100_000));
  assert.is(await fate(writer.ready), 'pending');
  for (let i = 0; i < 3; i++) {
    the.duplex.settleWrite();
    await settle();
  }
  assert.is(await fate(writer.ready), 'fulfilled');
});

test.run();
