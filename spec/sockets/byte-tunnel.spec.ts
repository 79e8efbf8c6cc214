import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { WebSocketError } from '../../lib/base/websocket-error.ts';
import { type ByteTunnelOptions, byteTunnel } from '../../lib/sockets/byte-tunnel.ts';
import { systemClock } from '../../lib/sockets/deadline-timer.ts';
import { duplexPair } from '../../lib/testing/duplex-pair.ts';
import { HandDuplex } from '../support/hand-duplex.ts';
import { fromClient, fromServer } from '../support/named-frames.ts';
import { fate, settle } from '../support/settling.ts';
import { openByHand, socketOver } from '../support/socket-over.ts';

const test = suite('byteTunnel');

function open(duplex = new HandDuplex(), options: ByteTunnelOptions = { end: 'empty-message' }) {
  const the = openByHand({}, duplex);
  const tunnel = byteTunnel(the.socket, options);
  return { ...the, tunnel, reader: tunnel.readable.getReader(), writer: tunnel.writable.getWriter() };
}

const done = { done: true, value: undefined };

test('carries bytes in binary messages; an empty write sends nothing', async () => {
  const { duplex, reader, writer } = open();
  await writer.write(Uint8Array.of(1, 2));
  await writer.write(new Uint8Array(0));
  await writer.write(Uint8Array.of(3).buffer);
  assert.is(duplex.wire, fromServer.binary('\x01\x02') + fromServer.binary('\x03'));
  duplex.give(fromClient.binary('\x04', { fin: false }) + fromClient.continuation('\x05'));
  assert.equal((await reader.read()).value, Uint8Array.of(4, 5));
});

test('splits a long write into messages of at most 64 KiB', async () => {
  const [here, there] = duplexPair();
  const near = byteTunnel(socketOver('client', here, {}, systemClock), { end: 'empty-message' });
  const far = socketOver('server', there, {}, systemClock);
  const data = new Uint8Array(2 ** 20 + 1).map((_, i) => i ^ (i >> 8));
  const writer = near.writable.getWriter();
  const written = writer.write(data).then(() => writer.close());
  const lengths: number[] = [];
  const got = new Uint8Array(data.length);
  let at = 0;
  for await (const message of far.readable) {
    if (message.length === 0) break;
    got.set(message as Uint8Array, at);
    at += message.length;
    lengths.push(message.length);
  }
  await written;
  assert.equal(lengths, [...Array(16).fill(65_536), 1]);
  assert.equal(got, data);
  await settle();
});

test('fails the writable at once if the WebSocket ends before our direction', async () => {
  const { duplex, socket, writer } = open();
  const closed = fate(writer.closed);
  duplex.give(fromClient.close(1000));
  duplex.end();
  await socket.closed;
  assert.is(((await closed) as Error).name, 'InvalidStateError');
});

test('ends each direction by an empty message, and closes with 1000 after both', async () => {
  for (const first of ['ours', 'theirs'] as const) {
    const { duplex, reader, writer, socket } = open();
    const end = async () => {
      await writer.write(Uint8Array.of(1));
      await writer.close();
    };
    if (first === 'ours') await end();
    duplex.give(fromClient.binary('\x02') + fromClient.binary());
    assert.equal((await reader.read()).value, Uint8Array.of(2));
    assert.equal(await reader.read(), done);
    await settle();
    if (first === 'theirs') {
      assert.is(duplex.wire, '');
      await end();
    }
    await settle();
    assert.is(duplex.wire, fromServer.binary('\x01') + fromServer.binary('') + fromServer.close(1000), first);
    duplex.give(fromClient.close(1000));
    duplex.end();
    assert.equal(await socket.closed, { closeCode: 1000, reason: '' });
  }
});

test('keeps one direction open after the other has ended', async () => {
  const { duplex, reader, writer } = open();
  await writer.close();
  for (let i = 0; i < 3; i++) {
    duplex.give(fromClient.binary('\x07'));
    assert.equal((await reader.read()).value, Uint8Array.of(7));
  }
  const other = open();
  other.duplex.give(fromClient.binary());
  assert.equal(await other.reader.read(), done);
  for (let i = 0; i < 3; i++) await other.writer.write(Uint8Array.of(i));
  assert.is(
    other.duplex.wire,
    fromServer.binary('\x00') + fromServer.binary('\x01') + fromServer.binary('\x02'),
  );
});

test('reads nothing before the consumer does', async () => {
  const { duplex } = open();
  for (let i = 0; i < 3000; i++) duplex.give(fromClient.binary('\x01'));
  for (let i = 0; i < 20; i++) await settle();
  assert.is(3000 - duplex.unread, Math.ceil(65_536 / 513));
});

test('fails with 1003 on text', async () => {
  const { duplex, reader } = open();
  duplex.give(fromClient.text('a'));
  assert.is(((await fate(reader.read())) as WebSocketError).closeCode, 1003);
  assert.is(duplex.wire, fromServer.close(1003, 'text in a byte tunnel'));
});

test('fails both streams if the WebSocket ends before the end of the stream', async () => {
  for (const [way, code] of [
    [fromClient.close(1000), null],
    ['', 1006],
    [fromClient.frame(3), 1002],
  ] as const) {
    const { duplex, reader, writer } = open();
    if (way !== '') duplex.give(way);
    duplex.end();
    const failure = (await fate(reader.read())) as WebSocketError;
    assert.equal([failure.name, failure.closeCode], ['WebSocketError', code]);
    const written = (await fate(writer.write(Uint8Array.of(1)))) as Error;
    assert.is(written.name, code === null ? 'InvalidStateError' : 'WebSocketError');
    await writer.closed.catch(() => {});
  }
});

test('closes at once on cancel and abort, with the code of a WebSocketError', async () => {
  const reason = new WebSocketError('', { closeCode: 4000 });
  const cancelled = open();
  const read = cancelled.reader.read();
  await cancelled.reader.cancel(reason);
  assert.equal([await read, cancelled.duplex.wire], [done, fromServer.close(4000)]);
  const aborted = open();
  await aborted.writer.abort(reason);
  assert.is(aborted.duplex.wire, fromServer.close(4000));
});

test('rejects the pending write on an abort', async () => {
  const the = open(new HandDuplex(false));
  await settle();
  const write = the.writer.write(new Uint8Array(100_000));
  write.catch(() => {});
  await settle();
  const aborted = the.writer.abort(new WebSocketError('', { closeCode: 4000 }));
  assert.is(await fate(aborted), 'fulfilled');
  assert.is.not(await fate(write), 'pending');
  for (let i = 0; i < 3; i++) {
    the.duplex.settleWrite();
    await settle();
  }
  assert.ok(the.duplex.wire.endsWith(fromServer.close(4000)));
  the.socket.terminate();
});

test('tolerates an abort of a tunnel that has just failed', async () => {
  const the = open(new HandDuplex(false));
  await settle();
  const failure = the.writer.write(Uint8Array.of(1)).catch(error => error);
  await settle();
  // In one turn: the WebSocket fails while its write is pending, and cannot be aborted any more.
  the.socket.terminate();
  const aborted = fate(the.writer.abort(new Error('enough')));
  assert.is.not(await aborted, 'pending');
  assert.is((await failure).name, 'WebSocketError');
  assert.is(((await fate(the.socket.closed)) as WebSocketError).closeCode, 1006);
});

test('rejects chunks that are not bytes, and ends the tunnel', async () => {
  const { writer, duplex } = open();
  const error = await fate(writer.write('text' as unknown as Uint8Array));
  assert.ok(error instanceof TypeError);
  assert.ok((await fate(writer.closed)) instanceof TypeError);
  assert.is(duplex.wire, fromServer.close());
});

test('carries a mebibyte each way, in chunks of any size, and ends cleanly', async () => {
  const [near, far] = duplexPair({ capacityBytes: 1000 });
  const sockets = [socketOver('server', near, {}, systemClock), socketOver('client', far, {}, systemClock)];
  const data = new Uint8Array(2 ** 20).map((_, i) => i ^ (i >> 8));
  const run = async (tunnel: ReturnType<typeof byteTunnel>) => {
    const writing = (async () => {
      const writer = tunnel.writable.getWriter();
      for (let at = 0, size = 1; at < data.length; at += size, size = (size * 3) % 70_001)
        await writer.write(data.subarray(at, at + size));
      await writer.close();
    })();
    const got: Uint8Array[] = [];
    for await (const chunk of tunnel.readable) got.push(chunk);
    await writing;
    return Buffer.compare(Buffer.concat(got), data);
  };
  assert.equal(
    await Promise.all(sockets.map(socket => run(byteTunnel(socket, { end: 'empty-message' })))),
    [0, 0],
  );
  for (const { closed } of sockets) assert.equal(await closed, { closeCode: 1000, reason: '' });
});

/** Returns a tunnel with `end: 'close'`. */
const openPlain = (options: ByteTunnelOptions = {}) => open(new HandDuplex(), options);

test('ends the readable on a Close with 1000 or without a code by default (B13)', async () => {
  for (const closeCode of [1000, undefined]) {
    const { duplex, reader, writer } = openPlain();
    duplex.give(
      fromClient.binary('\x01') +
        fromClient.binary() +
        fromClient.binary('\x02') +
        fromClient.close(closeCode),
    );
    duplex.end();
    assert.equal(
      [(await reader.read()).value, (await reader.read()).value],
      [Uint8Array.of(1), Uint8Array.of(2)],
    );
    assert.equal(await reader.read(), done);
    assert.is(((await writer.closed.catch(error => error)) as Error).name, 'InvalidStateError');
  }
});

test('fails the readable on any other end by default', async () => {
  for (const [way, code] of [
    [fromClient.close(1001), 1001],
    [fromClient.close(4000), 4000],
    ['', 1006],
  ] as const) {
    const { duplex, reader, writer } = openPlain();
    writer.closed.catch(() => {});
    if (way !== '') duplex.give(way);
    duplex.end();
    const failure = (await reader.read().catch(error => error)) as WebSocketError;
    assert.equal([failure.name, failure.closeCode], ['WebSocketError', code]);
  }
});

test('closes the WebSocket with 1000 when the writable is closed by default, and settles with it', async () => {
  const { duplex, reader, writer, socket } = openPlain();
  await writer.write(Uint8Array.of(1));
  const closing = writer.close();
  assert.is(await fate(closing), 'pending');
  assert.is(duplex.wire, fromServer.binary('\x01') + fromServer.close(1000));
  duplex.give(fromClient.binary('\x07') + fromClient.close(1000));
  duplex.end();
  assert.equal((await reader.read()).value, Uint8Array.of(7));
  assert.equal(await reader.read(), done);
  await closing;
  assert.equal(await socket.closed, { closeCode: 1000, reason: '' });
  const lost = openPlain();
  const failing = lost.writer.close();
  lost.duplex.breakInput(new Error('reset'));
  assert.is(((await fate(failing)) as WebSocketError).closeCode, 1006);
});

test('delivers text as its UTF-8 if text is accept', async () => {
  const { duplex, reader } = openPlain({ text: 'accept' });
  duplex.give(fromClient.text('é') + fromClient.text() + fromClient.text('x'));
  assert.equal((await reader.read()).value, Uint8Array.of(0xc3, 0xa9));
  assert.equal((await reader.read()).value, Uint8Array.of(0x78));
  const ended = open(new HandDuplex(), { end: 'empty-message', text: 'accept' });
  ended.duplex.give(fromClient.text() + fromClient.text('x'));
  assert.equal((await ended.reader.read()).value, Uint8Array.of(0x78));
});

test('rejects unknown options', () => {
  for (const options of [{ end: 'fin' }, { text: 'utf-8' }]) {
    assert.throws(() => openPlain(options as ByteTunnelOptions), TypeError);
  }
});

test('supports BYOB readers', async () => {
  const { duplex, socket } = openByHand();
  const reader = byteTunnel(socket).readable.getReader({ mode: 'byob' });
  duplex.give(fromClient.binary('\x01\x02\x03') + fromClient.close(1000));
  duplex.end();
  const first = await reader.read(new Uint8Array(2));
  assert.equal([...first.value!], [1, 2]);
  const second = await reader.read(new Uint8Array(first.value!.buffer));
  assert.equal([...second.value!], [3]);
  assert.is((await reader.read(new Uint8Array(2))).done, true);
});

test('works with a socket that delivers parts; an empty part does not end a direction', async () => {
  const { duplex, socket } = openByHand({ deliver: 'parts' });
  const reader = byteTunnel(socket, { end: 'empty-message' }).readable.getReader();
  duplex.give(
    fromClient.binary('', { fin: false }) +
      fromClient.continuation('\x01', { fin: false }) +
      fromClient.continuation() +
      fromClient.binary('\x02') +
      fromClient.binary(),
  );
  assert.equal((await reader.read()).value, Uint8Array.of(1));
  assert.equal((await reader.read()).value, Uint8Array.of(2));
  assert.equal(await reader.read(), done);
});

test('drops messages after the end of a direction, so that the Close is seen', async () => {
  const { duplex, socket, reader } = open();
  duplex.give(fromClient.binary() + fromClient.binary('\x01'));
  assert.equal(await reader.read(), done);
  for (let i = 0; i < 3000; i++) duplex.give(fromClient.binary('\x01'));
  duplex.give(fromClient.close(1000));
  duplex.end();
  assert.equal(await socket.closed, { closeCode: 1000, reason: '' });
});

test('fails the readable if bytes were dropped during our closing', async () => {
  const { duplex, reader, writer } = openPlain();
  const closing = writer.close();
  for (let i = 0; i < 3000; i++) duplex.give(fromClient.binary('\x01'));
  duplex.give(fromClient.close(1000));
  duplex.end();
  await closing;
  let read = 0;
  const failure = await (async () => {
    for (; !(await reader.read()).done; ) read += 1;
  })().catch(error => error);
  assert.ok(read > 0 && read < 3000, `${read}`);
  assert.match(failure.message, /^bytes that came after our Close were dropped/);
});

test('fails the readable with the loss of bytes, however the WebSocket ends', async () => {
  const { duplex, reader, writer } = openPlain();
  writer.close().catch(() => {});
  for (let i = 0; i < 3000; i++) duplex.give(fromClient.binary('\x01'));
  for (let i = 0; i < 20; i++) await settle();
  duplex.end();
  const failure = await (async () => {
    while (!(await reader.read()).done);
  })().catch(error => error);
  assert.match(failure.message, /^bytes that came after our Close were dropped/);
});

test('is the only consumer of the socket', () => {
  const { socket } = openByHand();
  byteTunnel(socket);
  assert.throws(() => socket.readable, /readable is locked: byteTunnel was used first/);
  assert.throws(() => byteTunnel(socket), TypeError);
});

test('carries a file between two tunnels with default options', async () => {
  const [near, far] = duplexPair({ capacityBytes: 1000 });
  const bytes = new Uint8Array(300_000).map((_, i) => i ^ (i >> 8));
  const [sender, receiver] = [
    socketOver('client', near, {}, systemClock),
    socketOver('server', far, {}, systemClock),
  ];
  const writer = byteTunnel(sender).writable.getWriter();
  const sent = writer.write(bytes).then(() => writer.close());
  const got: number[] = [];
  for await (const chunk of byteTunnel(receiver).readable) got.push(...chunk);
  await sent;
  assert.equal(Uint8Array.from(got), bytes);
});

test.run();
