import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type {
  ByteReader,
  ByteWriter,
  LockedDuplex,
  PushTransport,
  TransportOwner,
} from '../../lib/streams/byte-duplex.ts';
import { pushTransport, StreamTransport } from '../../lib/streams/stream-transport.ts';
import { HandDuplex } from '../support/hand-duplex.ts';
import { fromHex } from '../support/hex.ts';
import { RecordingOwner } from '../support/recording-owner.ts';
import { settle } from '../support/settling.ts';

const test = suite('StreamTransport');

function over(duplex: HandDuplex = new HandDuplex()) {
  const owner = new RecordingOwner();
  const transport = new StreamTransport(duplex.readable.getReader(), duplex.writable.getWriter(), owner);
  return { duplex, owner, transport };
}

const reset = new Error('reset');
const bytes = (count: number) => new Uint8Array(count);

test('reads nothing before it is resumed, then chunk by chunk, and reports the end', async () => {
  const { duplex, owner, transport } = over();
  duplex.give('01');
  await settle();
  assert.equal([owner.calls, duplex.unread], [[], 1]);
  transport.resume();
  transport.resume();
  duplex.give('02');
  await settle();
  assert.equal(owner.calls, ['01', '02']);
  duplex.give('03');
  duplex.end();
  await settle();
  assert.equal(owner.calls, ['01', '02', '03', 'end']);
  const { pulls } = duplex;
  transport.resume();
  await settle();
  assert.is(duplex.pulls, pulls, 'nothing is read after the end');
});

test('holds at most the chunk of the read that was pending when it was paused', async () => {
  const { duplex, owner, transport } = over();
  transport.resume();
  await settle();
  transport.pause();
  for (const chunk of ['01', '02']) duplex.give(chunk);
  await settle();
  assert.equal([owner.calls, duplex.unread], [[], 1]);
  transport.resume();
  assert.equal(owner.calls, ['01'], 'within the call');
  await settle();
  assert.equal(owner.calls, ['01', '02']);
});

test('allows the owner to pause while it receives', async () => {
  const { duplex, owner, transport } = over();
  owner.onReceive = () => transport.pause();
  transport.resume();
  for (const chunk of ['01', '02', '03']) duplex.give(chunk);
  await settle();
  assert.equal([owner.calls, duplex.unread], [['01'], 2]);
  transport.resume();
  await settle();
  transport.resume();
  await settle();
  assert.equal(owner.calls, ['01', '02', '03']);
});

test('reports an end that comes while it is paused when it is resumed', async () => {
  const { duplex, owner, transport } = over();
  transport.resume();
  await settle();
  transport.pause();
  duplex.end();
  await settle();
  assert.equal(owner.calls, []);
  transport.resume();
  assert.equal(owner.calls, ['end']);
});

test('reports a failure of the input after earlier chunks, and at once while it is paused', async () => {
  const flowing = over();
  flowing.transport.resume();
  flowing.duplex.give('01');
  await settle();
  flowing.duplex.breakInput(reset);
  await settle();
  assert.equal(flowing.owner.calls, ['01', reset]);
  const paused = over();
  paused.duplex.breakInput(reset);
  await settle();
  assert.equal(paused.owner.calls, [reset]);
});

test('writes several chunks as one, and reports when it was taken', async () => {
  const { duplex, owner, transport } = over(new HandDuplex(false));
  const single = fromHex('03');
  assert.is(transport.write([fromHex('01'), fromHex('02')]), false);
  assert.is(transport.write([single]), false);
  await settle();
  assert.equal([duplex.out, owner.calls], [['0102'], []]);
  duplex.settleWrite();
  await settle();
  assert.equal([duplex.out, owner.calls], [['0102', '03'], ['taken']]);
  duplex.settleWrite();
  await settle();
  assert.equal(owner.calls, ['taken', 'taken']);
});

test('has room if no write is pending, or less than 32 KiB and the stream wants more', async () => {
  const { duplex, transport } = over(new HandDuplex(false, 4));
  await settle();
  assert.is(transport.hasRoom, true);
  transport.write([bytes(32_767)]);
  assert.is(transport.hasRoom, true);
  transport.write([bytes(1)]);
  assert.is(transport.hasRoom, false, '32 KiB are under way');
  duplex.settleWrite();
  await settle();
  assert.is(transport.hasRoom, true);
  const narrow = over(new HandDuplex(false, 1));
  await settle();
  narrow.transport.write([bytes(1)]);
  assert.is(narrow.transport.hasRoom, false, 'the stream wants no more');
  narrow.duplex.settleWrite();
  await settle();
  assert.is(narrow.transport.hasRoom, true);
});

test('has room for one write even if the stream wants nothing', async () => {
  const { transport } = over(new HandDuplex(false, 0));
  await settle();
  assert.is(transport.hasRoom, true);
  transport.write([bytes(1)]);
  assert.is(transport.hasRoom, false);
});

test('has no room after the output has failed, and reports that once', async () => {
  const { duplex, owner, transport } = over();
  await settle();
  duplex.breakOutput(reset);
  await settle();
  assert.equal([transport.hasRoom, owner.calls], [false, [reset]]);
});

test('ends the output after all writes, and reports its end', async () => {
  const { duplex, owner, transport } = over(new HandDuplex(false));
  transport.write([fromHex('01')]);
  transport.end();
  await settle();
  assert.equal([duplex.out, owner.calls], [['01'], []]);
  duplex.settleWrite();
  await settle();
  assert.equal(
    [duplex.out, owner.calls],
    [
      ['01', 'close'],
      ['taken', 'ended'],
    ],
  );
});

test('destroy: releases both directions with the reason, and calls the owner no more', async () => {
  const { duplex, owner, transport } = over(new HandDuplex(false));
  transport.resume();
  transport.write([fromHex('01')]);
  await settle();
  transport.destroy(reset);
  duplex.settleWrite();
  transport.resume();
  await settle();
  assert.equal([duplex.cancelled, duplex.out, owner.calls], [[reset], ['01', reset], []]);
});

test('destroy: does not call the owner for a pending read, write, end or failure', async () => {
  for (const later of [
    (duplex: HandDuplex) => duplex.give('01'),
    (duplex: HandDuplex) => duplex.end(),
    (duplex: HandDuplex) => duplex.breakInput(reset),
    (duplex: HandDuplex) => duplex.breakOutput(reset),
    (duplex: HandDuplex) => duplex.settleWrite(),
  ]) {
    const { duplex, owner, transport } = over(new HandDuplex(false));
    transport.resume();
    transport.write([fromHex('01')]);
    transport.end();
    await settle();
    later(duplex);
    transport.destroy(undefined);
    await settle();
    assert.equal(owner.calls, []);
  }
});

test('destroy: does not abort an output that has ended', async () => {
  const { duplex, owner, transport } = over();
  transport.end();
  await settle();
  transport.destroy(reset);
  await settle();
  assert.equal([duplex.out, duplex.cancelled, owner.calls], [['close'], [reset], ['ended']]);
});

test('reports an exception of a host’s reader or writer as a failure (A17)', async () => {
  const never = new Promise<never>(() => {});
  const reader = (): ByteReader => ({ closed: never, read: () => never, cancel: () => never });
  const writer = (): ByteWriter => ({
    closed: never,
    desiredSize: 1,
    write: () => never,
    close: () => never,
    abort: () => never,
  });
  const throws = () => {
    throw reset;
  };
  const table: readonly (readonly [object, object, (transport: StreamTransport) => unknown, unknown[]])[] = [
    [{ read: throws }, {}, transport => transport.resume(), [reset]],
    [{}, { write: throws }, transport => transport.write([bytes(1)]), [reset]],
    [{}, { close: throws }, transport => transport.end(), [reset]],
    [{ cancel: throws }, { abort: throws }, transport => transport.destroy(undefined), []],
  ];
  for (const [ofReader, ofWriter, step, told] of table) {
    const owner = new RecordingOwner();
    step(new StreamTransport({ ...reader(), ...ofReader }, { ...writer(), ...ofWriter }, owner));
    await settle();
    assert.equal(owner.calls, told);
  }
  const owner = new RecordingOwner();
  const mute = Object.defineProperty(writer(), 'desiredSize', { get: throws });
  const transport = new StreamTransport(reader(), mute, owner);
  assert.is(transport.hasRoom, false);
  await settle();
  assert.equal(owner.calls, [reset]);
});

test('calls back after the turn, in a microtask', async () => {
  const { transport } = over();
  const order: string[] = [];
  transport.afterTurn(() => order.push('after'));
  order.push('turn');
  await undefined;
  assert.equal(order, ['turn', 'after']);
});

test('uses the push interface of a duplex, otherwise its reader and writer', () => {
  const { readable, writable } = new HandDuplex();
  const owner = {} as TransportOwner;
  const locked: LockedDuplex = { reader: readable.getReader(), writer: writable.getWriter() };
  assert.instance(pushTransport(locked, owner), StreamTransport);
  const own = {} as PushTransport;
  const asked: unknown[] = [];
  const push = (one: TransportOwner) => {
    asked.push(one);
    return own;
  };
  assert.is(pushTransport({ ...locked, push }, owner), own);
  assert.is(asked[0], owner);
});

test.run();
