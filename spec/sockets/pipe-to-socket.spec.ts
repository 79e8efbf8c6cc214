import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { WebSocketError } from '../../lib/base/websocket-error.ts';
import { HandDuplex } from '../support/hand-duplex.ts';
import { fromClient, fromServer } from '../support/named-frames.ts';
import { fate, settle } from '../support/settling.ts';
import { openByHand } from '../support/socket-over.ts';

const test = suite('pipeToSocket');

/** A socket that is piped into another one. */
async function piping(options: StreamPipeOptions = {}, duplex = new HandDuplex()) {
  const from = openByHand();
  const to = openByHand({}, duplex);
  await settle();
  const pipe = from.socket.readable.pipeTo(to.socket.writable, options);
  return { from, to, pipe };
}

test('passes messages in order, including earlier ones, and locks both ends', async () => {
  const from = openByHand();
  from.duplex.give(fromClient.text('a') + fromClient.binary('\x01'));
  await settle();
  const to = openByHand();
  await settle();
  const pipe = from.socket.readable.pipeTo(to.socket.writable);
  assert.equal([from.socket.readable.locked, to.socket.writable.locked], [true, true]);
  from.duplex.give(fromClient.text('b') + fromClient.text('c'));
  await settle();
  assert.is(
    to.duplex.wire,
    fromServer.text('a') + fromServer.binary('\x01') + fromServer.text('b') + fromServer.text('c'),
  );
  assert.is(await fate(pipe), 'pending');
});

test('sends messages that arrived in one chunk in one chunk', async () => {
  const { from, to } = await piping();
  from.duplex.give(fromClient.text('a') + fromClient.text('b') + fromClient.text('c'));
  await settle();
  assert.equal(to.duplex.out, [fromServer.text('a') + fromServer.text('b') + fromServer.text('c')]);
});

test('stops reading while the destination is full, and continues when it is not', async () => {
  const { from, to } = await piping({}, new HandDuplex(false));
  const large = fromClient.binary(new Uint8Array(40_000));
  for (let i = 0; i < 6; i++) from.duplex.give(large);
  for (let i = 0; i < 10; i++) await settle();
  assert.ok(from.duplex.unread > 0 && to.socket.bufferedAmount < 130_000, `${to.socket.bufferedAmount}`);
  for (let i = 0; i < 20; i++) {
    to.duplex.settleWrite();
    await settle();
  }
  assert.equal([from.duplex.unread, to.socket.stats().sent.messages], [0, 6]);
});

test('ends though a message that it has read can no longer be sent', async () => {
  const { from, to, pipe } = await piping({}, new HandDuplex(false));
  from.duplex.give(fromClient.text('a'));
  await settle();
  to.socket.terminate();
  assert.instance(await fate(pipe), WebSocketError);
});

test('closes the destination at the end of the source, after all messages', async () => {
  const { from, to, pipe } = await piping();
  from.duplex.give(fromClient.text('a') + fromClient.close(1000));
  await settle();
  assert.equal([to.duplex.out, await fate(pipe)], [[fromServer.text('a'), fromServer.close()], 'pending']);
  to.duplex.give(fromClient.close());
  to.duplex.end();
  assert.is(await fate(pipe), 'fulfilled');
  assert.equal([from.socket.readable.locked, to.socket.writable.locked], [false, false]);
});

test('leaves the destination open with preventClose, after all messages', async () => {
  const { from, to, pipe } = await piping({ preventClose: true }, new HandDuplex(false));
  from.duplex.give(fromClient.text('a') + fromClient.close(1000));
  await settle();
  assert.is(await fate(pipe), 'pending');
  to.duplex.settleWrite();
  assert.equal([await fate(pipe), to.socket.closing], ['fulfilled', false]);
  const writer = to.socket.writable.getWriter();
  void writer.write('b');
  await settle();
  assert.is(to.duplex.wire, fromServer.text('a') + fromServer.text('b'));
});

test('aborts the destination on a failure of the source, unless preventAbort is set', async () => {
  for (const preventAbort of [false, true]) {
    const { from, to, pipe } = await piping({ preventAbort });
    from.duplex.give(fromClient.text('a') + fromClient.frame(3));
    const error = (await fate(pipe)) as WebSocketError;
    assert.equal([error.name, error.closeCode], ['WebSocketError', 1002]);
    const told = preventAbort ? '' : fromServer.close(1002, 'reserved opcode');
    await settle();
    assert.is(to.duplex.wire, fromServer.text('a') + told);
    assert.is(to.socket.writable.locked, false);
  }
});

test('cancels the source on a failure of the destination, unless preventCancel is set', async () => {
  for (const preventCancel of [false, true]) {
    const { from, to, pipe } = await piping({ preventCancel });
    to.duplex.breakOutput('reset');
    to.duplex.breakInput('reset');
    await settle();
    const error = (await fate(pipe)) as WebSocketError;
    assert.is(error.closeCode, 1006);
    assert.equal([from.socket.closing, from.socket.readable.locked], [!preventCancel, false]);
  }
});

test('echoes all messages before a Close, and ends with InvalidStateError', async () => {
  const { duplex, socket } = openByHand();
  await settle();
  const pipe = socket.readable.pipeTo(socket.writable);
  duplex.give(fromClient.text('a') + fromClient.close(4001));
  duplex.end();
  const error = (await fate(pipe)) as Error;
  assert.is(error.name, 'InvalidStateError');
  assert.equal(duplex.out, [fromServer.text('a'), fromServer.close(4001), 'close']);
  assert.equal(await socket.closed, { closeCode: 4001, reason: '' });
});

test('aborts both ends with the reason of a signal, unless the options prevent it', async () => {
  for (const [preventAbort, preventCancel] of [
    [false, false],
    [true, false],
    [false, true],
    [true, true],
  ] as const) {
    const stop = new AbortController();
    const { from, to, pipe } = await piping({ signal: stop.signal, preventAbort, preventCancel });
    const reason = new WebSocketError('enough', { closeCode: 4000 });
    stop.abort(reason);
    assert.is(await fate(pipe), reason);
    await settle();
    assert.equal(
      [from.duplex.wire, to.duplex.wire],
      [preventCancel ? '' : fromServer.close(4000), preventAbort ? '' : fromServer.close(4000)],
    );
  }
});

test('passes nothing if the signal has already aborted', async () => {
  const { from, to, pipe } = await piping({ signal: AbortSignal.abort('why') });
  from.duplex.give(fromClient.text('a'));
  assert.equal([await fate(pipe), to.duplex.wire.slice(0, 2)], ['why', '88']);
  assert.is(from.socket.closing, true);
});

test('leaves no listener on a signal after the end', async () => {
  const stop = new AbortController();
  const { from, to, pipe } = await piping({ signal: stop.signal });
  from.duplex.give(fromClient.close(1000));
  to.duplex.give(fromClient.close(1000));
  to.duplex.end();
  await settle();
  await fate(pipe);
  stop.abort('late');
  await settle();
  assert.is(to.duplex.wire, fromServer.close());
});

test('leaves locked streams, and streams of others, to the platform', async () => {
  const from = openByHand();
  const to = openByHand();
  to.socket.writable.getWriter();
  assert.instance(await fate(from.socket.readable.pipeTo(to.socket.writable)), TypeError);
  const bad = from.socket.readable.pipeTo(openByHand().socket.writable, { signal: {} as AbortSignal });
  assert.instance(await fate(bad), TypeError);
  const got: unknown[] = [];
  void from.socket.readable.pipeTo(new WritableStream({ write: message => void got.push(message) }));
  from.duplex.give(fromClient.text('a'));
  await settle();
  assert.equal(got, ['a']);
  const parts = openByHand();
  const source = openByHand();
  await settle();
  void source.socket.readable.pipeTo(parts.socket.openMessage('text'));
  source.duplex.give(fromClient.text('a'));
  await settle();
  assert.is(parts.duplex.wire, fromServer.text('a', { fin: false }));
});

test('passes on chunks that a reader of the platform has left in the queue', async () => {
  const from = openByHand();
  from.duplex.give(fromClient.text('a') + fromClient.text('b') + fromClient.text('c'));
  await settle();
  const reader = ReadableStream.prototype.getReader.call(from.socket.readable) as ReadableStreamDefaultReader;
  assert.is((await reader.read()).value, 'a');
  reader.releaseLock();
  const to = openByHand();
  await settle();
  void from.socket.readable.pipeTo(to.socket.writable);
  for (let i = 0; i < 5; i++) await settle();
  from.duplex.give(fromClient.text('d'));
  await settle();
  assert.is(to.duplex.wire, fromServer.text('b') + fromServer.text('c') + fromServer.text('d'));
});

test('drops messages after the destination has begun to close, as writes do', async () => {
  const { from, to } = await piping();
  to.socket.close();
  from.duplex.give(fromClient.text('a') + fromClient.text('b'));
  await settle();
  assert.is(to.duplex.wire, fromServer.close());
});

test('passes nothing after an abort when there is room again', async () => {
  const controller = new AbortController();
  const options = { preventAbort: true, preventCancel: true, signal: controller.signal };
  const { from, to, pipe } = await piping(options, new HandDuplex(false));
  const large = fromClient.binary(new Uint8Array(40_000));
  for (let i = 0; i < 6; i++) from.duplex.give(large);
  for (let i = 0; i < 10; i++) await settle();
  const { messages } = from.socket.stats().received;
  controller.abort();
  for (let i = 0; i < 20; i++) {
    to.duplex.settleWrite();
    await settle();
  }
  assert.is(((await fate(pipe)) as Error).name, 'AbortError');
  assert.equal([to.socket.writable.locked, messages < 6], [false, true]);
});

test('ends while it waits for room, after all messages were sent', async () => {
  for (let count = 1; count <= 4; count++) {
    const { from, to, pipe } = await piping({ preventClose: true }, new HandDuplex(false));
    for (let i = 0; i < count; i++) {
      from.duplex.give(fromClient.binary(new Uint8Array(40_000)));
      await settle();
    }
    from.duplex.give(fromClient.close(1000));
    await settle();
    assert.is(await fate(pipe), 'pending');
    for (let i = 0; i < 10; i++) {
      to.duplex.settleWrite();
      await settle();
    }
    assert.equal([await fate(pipe), to.socket.stats().sent.messages], ['fulfilled', count]);
  }
});

test.run();
