// Faults that were found in use, each with the input that showed it. Letters and numbers are those of the reports. Reports
// about one class are cited in its own spec.

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { WebSocketError } from '../../lib/base/websocket-error.ts';
import { deflateSettings } from '../../lib/deflate/deflate-options.ts';
import type { OpenWebSocket } from '../../lib/sockets/open-websocket.ts';
import type { AgreedCompression } from '../../lib/sockets/socket-options.ts';
import type { ByteDuplex } from '../../lib/streams/byte-duplex.ts';
import { HandDuplex } from '../support/hand-duplex.ts';
import { fromClient, fromServer } from '../support/named-frames.ts';
import { fate, settle } from '../support/settling.ts';
import { openByHand } from '../support/socket-over.ts';

const test = suite('faults found in use');

const quiet = { pingIntervalMs: Infinity } as const;
const codeOf = (error: unknown) => (error as WebSocketError).closeCode;

/** Returns the code with which `closed` has rejected, or its state. */
async function endOf(socket: OpenWebSocket): Promise<unknown> {
  const end = await fate(socket.closed);
  return end instanceof Error ? codeOf(end) : end;
}

test('A6: fails the connection after writeTimeoutMs if the peer sends but does not read, whatever the reader does', async () => {
  for (const reads of [true, false]) {
    const { clock, duplex, socket } = openByHand({ ...quiet, writeTimeoutMs: 500 }, new HandDuplex(false));
    if (reads) void socket.readable.pipeTo(new WritableStream());
    for (let i = 0; i < 300; i++)
      duplex.give(fromClient.ping(`ping ${i}`) + fromClient.text('x'.repeat(1000)));
    const sending = socket.send('y'.repeat(200_000));
    await settle();
    clock.moveTo(499);
    assert.is(await endOf(socket), 'pending');
    clock.moveTo(500);
    await settle();
    assert.is(await endOf(socket), 1006);
    const { message } = (await fate(sending)) as Error;
    assert.match(message, 'has taken no bytes for 500 ms (writeTimeoutMs)');
    assert.equal([clock.timers.size, duplex.cancelled.length], [0, 1]);
  }
});

test('A6: fails the connection if the peer stops reading between two writes', async () => {
  const { clock, duplex, socket } = openByHand({ ...quiet, writeTimeoutMs: 500 }, new HandDuplex(false, 4));
  void socket.send('a');
  await settle();
  void socket.send('b');
  await settle();
  clock.moveTo(100);
  duplex.settleWrite();
  await settle();
  assert.equal([duplex.wire, socket.bufferedAmount > 0], [fromServer.text('a') + fromServer.text('b'), true]);
  clock.moveTo(1200);
  assert.is(await endOf(socket), 1006);
});

test('A6: does not give up a peer that reads slowly', async () => {
  const { clock, duplex, socket } = openByHand({ writeTimeoutMs: 500 }, new HandDuplex(false));
  const sent = socket.send(new Uint8Array(2_000_000));
  for (let now = 400; (await fate(sent)) === 'pending'; now += 400) {
    clock.moveTo(now);
    duplex.settleWrite();
    await settle();
  }
  assert.equal([await fate(sent), socket.closing], ['fulfilled', false]);
});

test('A7: fails the connection if the peer sends one byte of a frame just before each deadline', async () => {
  const { clock, duplex, socket } = openByHand({ ...quiet, frameTimeoutMs: 1000 });
  duplex.give(fromClient.binary('', { declared: 16_384 }));
  await settle();
  for (let now = 999; now < 10_000 && !socket.closing; now += 999) {
    clock.moveTo(now);
    duplex.give('61');
    await settle();
  }
  assert.equal(
    [socket.closeRecord.sent?.closeCode, socket.closeRecord.sent?.reason],
    [1008, 'frame timeout'],
  );
  assert.ok(clock.now() < 4000);
});

test('A7: fails the connection for a message of one-byte fragments, unless parts are delivered', async () => {
  for (const deliver of ['messages', 'parts'] as const) {
    const { clock, duplex, socket } = openByHand({ ...quiet, frameTimeoutMs: 1000, deliver });
    duplex.give(fromClient.text('a', { fin: false }));
    await settle();
    for (let now = 999; now < 5000; now += 999) {
      clock.moveTo(now);
      duplex.give(fromClient.continuation('', { fin: false }));
      await settle();
    }
    assert.is(socket.closing, deliver === 'messages');
  }
});

test('A8: limits pings that the peer never answers, whatever pongs it sends', async () => {
  const { duplex, socket } = openByHand(quiet);
  await settle();
  const pings = Array.from({ length: 100 }, () => fate(socket.ping()));
  for (let i = 0; i < 10; i++) duplex.give(fromClient.pong(Uint8Array.of(i)).repeat(100));
  const outcomes = await Promise.all(pings);
  assert.is(outcomes.filter(outcome => outcome === 'pending').length, 64);
  assert.equal(
    outcomes.slice(64).map(error => (error as Error).name),
    new Array(36).fill('RangeError'),
  );
});

test('A13: counts the cost of unread messages, however short they are', async () => {
  for (const message of [
    fromClient.text(),
    fromClient.text('a'),
    fromClient.binary(),
    fromClient.binary('\x01'),
  ]) {
    const { duplex, socket } = openByHand(quiet);
    void socket.readable;
    for (let i = 0; i < 1000; i++) duplex.give(message);
    await settle();
    const held = 1000 - duplex.unread;
    assert.ok(held <= 65_536 / 512 + 2, `${held} messages are held`);
    const reader = socket.readable.getReader();
    for (let i = 0; i < 1000; i++) assert.is((await reader.read()).done, false);
    assert.is(duplex.unread, 0);
  }
});

test('A17: settles every end if the methods of a transport throw', async () => {
  const never = new Promise<never>(() => {});
  const throws = (): never => {
    throw new Error('thrown at once');
  };
  const table = [
    { reader: { cancel: throws }, writer: { abort: throws } },
    { reader: { read: throws }, writer: {} },
    { reader: {}, writer: { write: throws } },
    { reader: {}, writer: { close: throws, abort: throws } },
    { reader: {}, writer: Object.defineProperty({}, 'desiredSize', { get: throws, enumerable: true }) },
  ];
  for (const { reader, writer } of table) {
    const streams = new HandDuplex();
    const duplex: ByteDuplex = {
      readable: streams.readable,
      writable: streams.writable,
      lock: () => ({
        reader: { closed: never, read: () => never, cancel: () => Promise.resolve(), ...reader },
        writer: Object.defineProperties(
          {
            closed: never,
            desiredSize: 1,
            write: () => Promise.resolve(),
            close: () => Promise.resolve(),
            abort: () => Promise.resolve(),
          },
          Object.getOwnPropertyDescriptors(writer),
        ),
      }),
    };
    const { clock, socket } = openByHand({ closeTimeoutMs: 50 }, duplex as HandDuplex);
    await settle();
    void socket.send('a');
    socket.close();
    await settle();
    clock.moveTo(100);
    clock.moveTo(300);
    assert.is(await endOf(socket), 1006);
  }
});

test('A22: copies bytes within the call, on every way of sending', async () => {
  const ways: readonly ((socket: OpenWebSocket, data: Uint8Array<ArrayBuffer>) => Promise<unknown>)[] = [
    (socket, data) => socket.openMessage('binary').getWriter().write(data),
    (socket, data) => socket.writable.getWriter().write(data),
    (socket, data) => socket.send(data),
    (socket, data) => socket.ping(data),
  ];
  for (const size of [10, 2000, 20_000]) {
    for (const way of size > 125 ? ways.slice(0, 3) : ways) {
      const { duplex, socket } = openByHand(quiet);
      await settle();
      const data = new Uint8Array(size).fill(0x11);
      void way(socket, data);
      data.fill(0xee);
      await settle();
      assert.ok(duplex.wire.endsWith('11'.repeat(size)), `${size} bytes`);
    }
  }
});

test('B1: does not give up a peer that reads 150 kB a second and answers pings when they arrive', async () => {
  const { clock, duplex, socket } = openByHand({}, new HandDuplex(false));
  const sent = socket.send(new Uint8Array(20_000_000));
  await settle();
  let answered = 0;
  for (let now = 0; (await fate(sent)) === 'pending'; ) {
    const taken = duplex.out.at(-1) as string;
    now += taken.length / 2 / 150;
    clock.moveTo(now);
    duplex.settleWrite();
    if (taken.startsWith(fromServer.ping())) {
      answered += 1;
      duplex.give(fromClient.pong());
    }
    await settle();
  }
  assert.equal([await fate(sent), socket.closing], ['fulfilled', false]);
  assert.ok(clock.now() > 120_000 && answered < 10, `${answered} pings were answered`);
});

test('B2: sends a compressed message in one frame if maxFrameBytes allows it', async () => {
  const agreed: AgreedCompression = {
    agreement: {
      serverContextTakeover: true,
      clientContextTakeover: true,
      serverMaxWindowBits: 15,
      clientMaxWindowBits: 15,
    },
    settings: deflateSettings('server', true)!,
  };
  const words = Array.from({ length: 40_000 }, (_, i) => (i * i).toString(36)).join(' ');
  for (const maxFrameBytes of [Infinity, 1000]) {
    const { duplex, socket } = openByHand({ ...quiet, maxFrameBytes }, new HandDuplex(), agreed);
    await settle();
    await socket.send(words);
    const { frames, payloadBytes } = socket.stats().sent;
    assert.ok(payloadBytes > 65_536);
    assert.equal(
      [frames, duplex.wire.slice(0, 2)],
      maxFrameBytes === 1000 ? [Math.ceil(payloadBytes / 1000), '41'] : [1, 'c1'],
    );
  }
});

test('B6: settles closed when a silent peer times out', async () => {
  const { clock, duplex, socket } = openByHand({ pingIntervalMs: 200, pingTimeoutMs: 200 });
  await settle();
  clock.moveTo(200);
  await settle();
  clock.moveTo(399);
  assert.is(await endOf(socket), 'pending');
  clock.moveTo(400);
  await settle();
  clock.moveTo(400);
  assert.equal(
    [await endOf(socket), duplex.wire],
    [1011, fromServer.ping() + fromServer.close(1011, 'ping timeout')],
  );
  assert.equal([await fate(socket.readable.getReader().closed).then(codeOf), clock.timers.size], [1011, 0]);
});

test('B7: reads the pending reply after a suspend longer than closeTimeoutMs', async () => {
  const { clock, duplex, socket } = openByHand({ closeTimeoutMs: 50 });
  await settle();
  socket.close({ closeCode: 1000 });
  await settle();
  clock.jumpTo(60_000);
  duplex.give(fromClient.close(1000));
  duplex.end();
  clock.moveTo(60_000);
  await settle();
  assert.equal(await socket.closed, { closeCode: 1000, reason: '' });
});

test('B10: repeats the code and reason of the peer in our Close', async () => {
  const { duplex, socket } = openByHand(quiet);
  duplex.give(fromClient.close(4000, 'bye'));
  duplex.end();
  assert.equal(await socket.closed, { closeCode: 4000, reason: 'bye' });
  assert.is(duplex.out[0], fromServer.close(4000, 'bye'));
});

test('C1: causes no unhandled rejection for unawaited sends when the peer closes or disconnects', async () => {
  for (const end of ['close', 'break'] as const) {
    const { duplex, socket } = openByHand(quiet, new HandDuplex(false));
    await settle();
    const writer = socket.writable.getWriter();
    const parts = socket.openMessage('binary').getWriter();
    const act = () => {
      void writer.write('x');
      void parts.write(new Uint8Array(10));
      void socket.send('y');
      void socket.ping();
      void socket.readable.pipeTo(new WritableStream());
    };
    act();
    await settle();
    if (end === 'close') duplex.give(fromClient.close(1000));
    else duplex.breakInput(new Error('reset'));
    await settle();
    act();
    void writer.close();
    void parts.close();
    void parts.abort();
    duplex.flowing = true;
    duplex.settleWrite();
    if (end === 'close') duplex.end();
    await settle();
    act();
    await settle();
    assert.ok(socket.closing);
  }
});

test('C3: sends the code of a close() in the catch around a loop that threw', async () => {
  const { duplex, socket } = openByHand(quiet);
  duplex.give(fromClient.text('a') + fromClient.text('b'));
  try {
    for await (const message of socket.readable) throw new TypeError(`cannot use ${message}`);
  } catch {
    socket.close({ closeCode: 1007, reason: 'cannot use it' });
  }
  await settle();
  assert.is(duplex.wire, fromServer.close(1007, 'cannot use it'));
});

test('C3: closes without a code, in a later task, after a loop is left', async () => {
  const { duplex, socket } = openByHand(quiet);
  duplex.give(fromClient.text('a') + fromClient.text('b'));
  for await (const message of socket.readable) if (message === 'a') break;
  assert.is(socket.closing, false);
  await settle();
  assert.is(duplex.wire, fromServer.close());
});

test('C3: closes at once on a cancel with a reason, with the code of a WebSocketError', async () => {
  const { duplex, socket } = openByHand(quiet);
  await settle();
  void socket.readable.cancel(new WebSocketError('no', { closeCode: 4009 }));
  assert.is(socket.closing, true);
  await settle();
  assert.is(duplex.wire, fromServer.close(4009));
});

test.run();
