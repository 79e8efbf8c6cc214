import { Duplex, type DuplexOptions } from 'node:stream';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { NodeStreamTraits } from '../../lib/hosts/node-stream-traits.ts';
import { NodeTransport } from '../../lib/hosts/node-transport.ts';
import { fromHex, hex } from '../support/hex.ts';
import { tcpPair } from '../support/node-servers.ts';
import { RecordingOwner } from '../support/recording-owner.ts';
import { settle } from '../support/settling.ts';

const test = suite('NodeTransport');

/** A stream whose writes settle at once, or when the spec settles them. */
function streaming(options: DuplexOptions = {}) {
  const wrote: string[] = [];
  const waiting: ((error?: Error | null) => void)[] = [];
  const state = { flows: false };
  const write = (chunks: string, callback: (error?: Error | null) => void) => {
    wrote.push(chunks);
    if (state.flows) callback();
    else waiting.push(callback);
  };
  const stream = new Duplex({
    allowHalfOpen: true,
    read() {},
    write: (chunk, _, callback) => write(hex(chunk), callback),
    writev: (chunks, callback) => write(chunks.map(({ chunk }) => hex(chunk)).join('+'), callback),
    final: callback => write('end', callback),
    ...options,
  });
  const release = (error?: Error) => waiting.shift()?.(error);
  return { stream, state, wrote, release };
}

type End = ConstructorParameters<typeof NodeTransport>[4];

function over({ early = [], end, ...options }: DuplexOptions & { early?: string[]; end?: End } = {}) {
  const { stream, ...rest } = streaming(options);
  const owner = new RecordingOwner();
  let cuts = 0;
  const traits: NodeStreamTraits = {
    cut(one) {
      cuts += 1;
      one.destroy();
    },
    hasSentAll: () => false,
  };
  const transport = new NodeTransport(stream, traits, owner, early.map(fromHex), end);
  stream.on('error', error => transport.fail(error));
  stream.on('close', () => transport.closed());
  stream.on('end', () => transport.inputEnd());
  stream.on('data', chunk => transport.data(chunk));
  return { ...rest, stream, owner, transport, cuts: () => cuts };
}

const reset = new Error('reset');
const bytes = (count: number) => new Uint8Array(count);

test('reads nothing before it is resumed, then gives each chunk within the event', async () => {
  const { stream, owner, transport } = over();
  stream.push(fromHex('01'));
  await settle();
  assert.equal(owner.told, []);
  transport.resume();
  await settle();
  transport.pause();
  stream.push(fromHex('02'));
  await settle();
  assert.equal(owner.told, ['01']);
  transport.resume();
  await settle();
  assert.equal(owner.told, ['01', '02']);
  const buffer = Buffer.from([3]);
  let given: Uint8Array | undefined;
  owner.receive = chunk => {
    given = chunk;
  };
  transport.data(buffer);
  assert.is(given, buffer);
});

test('gives earlier chunks first, within resume(), until the owner pauses', async () => {
  const { stream, owner, transport } = over({ early: ['01', '02', '03'] });
  stream.push(fromHex('04'));
  owner.onReceive = () => owner.told.length === 2 && transport.pause();
  transport.resume();
  assert.equal(owner.told, ['01', '02']);
  await settle();
  assert.equal(owner.told, ['01', '02']);
  transport.resume();
  assert.equal(owner.told, ['01', '02', '03']);
  await settle();
  assert.equal(owner.told, ['01', '02', '03', '04']);
});

test('calls the owner no more if that destroys it while it receives', async () => {
  const { stream, owner, transport } = over({ early: ['01', '02'] });
  owner.onReceive = () => transport.destroy();
  transport.resume();
  stream.push(fromHex('03'));
  await settle();
  assert.equal(owner.told, ['01']);
  transport.data(fromHex('04'));
  transport.inputEnd();
  assert.equal(owner.told, ['01']);
});

test('reports the end of the input once, after all chunks', async () => {
  const { stream, owner, transport } = over();
  stream.push(fromHex('01'));
  stream.push(null);
  transport.resume();
  await settle();
  transport.inputEnd();
  assert.equal(owner.told, ['01', 'end']);
});

test('reports an early end or failure after earlier chunks', async () => {
  const ended = over({ early: ['01'], end: 'ended' });
  ended.transport.resume();
  assert.equal(ended.owner.told, ['01', 'end']);
  const failed = over({ early: ['01'], end: { cause: reset } });
  failed.transport.resume();
  assert.equal(failed.owner.told, ['01', 'reset']);
  const later = over({ early: ['01'] });
  later.transport.inputEnd();
  assert.equal(later.owner.told, []);
  later.transport.resume();
  assert.equal(later.owner.told, ['01', 'end']);
  const broken = over({ early: ['01'] });
  broken.transport.inputEnd();
  broken.stream.destroy(reset);
  await settle();
  assert.equal([broken.owner.told, broken.transport.hasRoom], [[], false]);
  broken.transport.resume();
  assert.equal(broken.owner.told, ['01', 'reset']);
});

test('releases a stream that had ended before when the output has ended', async () => {
  const { state, owner, transport, cuts } = over({ end: 'ended' });
  state.flows = true;
  transport.resume();
  transport.end();
  await settle();
  assert.equal([owner.told, cuts()], [['end', 'ended'], 1]);
});

test('reports writes that are taken at once by the result only', async () => {
  const { state, wrote, owner, transport } = over();
  state.flows = true;
  assert.equal([transport.write([fromHex('01')]), transport.write([fromHex('02')])], [true, true]);
  await settle();
  assert.equal([wrote, owner.told], [['01', '02'], []]);
});

test('reports pending writes one by one, in order, also after others were taken at once', async () => {
  const { state, wrote, owner, transport, release } = over();
  state.flows = true;
  assert.is(transport.write([fromHex('01')]), true);
  state.flows = false;
  assert.equal([transport.write([fromHex('02')]), transport.write([fromHex('03')])], [false, false]);
  await settle();
  assert.equal([wrote, owner.told], [['01', '02'], []]);
  release();
  await settle();
  assert.equal([wrote, owner.told], [['01', '02', '03'], ['taken']]);
  release();
  await settle();
  assert.equal(owner.told, ['taken', 'taken']);
});

test('writes several chunks by one system call, and reports them as one', async () => {
  const { wrote, owner, transport, release } = over();
  assert.is(transport.write([fromHex('01'), fromHex('02'), fromHex('03')]), false);
  assert.equal(wrote, ['01+02+03']);
  release();
  await settle();
  assert.equal(owner.told, ['taken']);
});

test('has room up to the high-water mark of the stream, and up to 256 writes', async () => {
  const { transport, release } = over({ writableHighWaterMark: 1000 });
  assert.is(transport.hasRoom, true);
  transport.write([bytes(999)]);
  assert.is(transport.hasRoom, true);
  transport.write([bytes(1)]);
  assert.is(transport.hasRoom, false);
  release();
  release();
  await settle();
  assert.is(transport.hasRoom, true);
  const many = over({ writableHighWaterMark: 1e6 });
  for (let i = 0; i < 256; i++) {
    assert.is(many.transport.hasRoom, true);
    many.transport.write([bytes(1)]);
  }
  assert.is(many.transport.hasRoom, false);
});

test("has room after a large write that was taken at once, even before 'drain'", () => {
  const { state, stream, transport } = over({ writableHighWaterMark: 1000 });
  state.flows = true;
  assert.is(transport.write([bytes(5000)]), true);
  // Some versions of Node set `writableNeedDrain` until the next tick.
  Object.defineProperty(stream, 'writableNeedDrain', { value: true });
  assert.is(transport.hasRoom, true);
});

test('has no room on a destroyed stream, so that no lost write counts as taken', () => {
  const { stream, transport } = over();
  stream.destroy();
  assert.is(transport.hasRoom, false);
});

test('ends the output after all writes, and releases the stream once both sides have ended', async () => {
  const { stream, wrote, owner, transport, release, cuts } = over();
  transport.write([fromHex('01')]);
  transport.end();
  await settle();
  assert.equal([wrote, owner.told], [['01'], []]);
  release();
  await settle();
  release();
  await settle();
  assert.equal([wrote, owner.told, cuts()], [['01', 'end'], ['taken', 'ended'], 0]);
  transport.resume();
  stream.push(null);
  await settle();
  assert.equal([owner.told, cuts(), stream.destroyed], [['taken', 'ended', 'end'], 1, true]);
  transport.fail(reset);
  assert.is(owner.told.length, 3, 'a failure after both ends is none');
});

test('reports an early close as a failure, once, with the error of the stream or its own', async () => {
  for (const error of [reset, undefined]) {
    const { stream, owner, transport, release } = over();
    transport.write([fromHex('01')]);
    transport.write([fromHex('02')]);
    stream.destroy(error);
    await settle();
    transport.fail(reset);
    release();
    await settle();
    assert.equal(owner.told, [error?.message ?? 'premature close']);
  }
});

test('reports an output that cannot be ended as a failure', async () => {
  const { owner, transport, release } = over();
  transport.end();
  await settle();
  release(reset);
  await settle();
  assert.equal(owner.told, ['reset']);
});

test("takes a stream that closes before 'finish' as finished if it has sent everything (HTTP/2)", async () => {
  for (const sentAll of [true, false]) {
    const { stream } = streaming();
    const owner = new RecordingOwner();
    const traits = { cut: () => {}, hasSentAll: () => sentAll };
    const transport = new NodeTransport(stream, traits, owner, [], 'ended');
    transport.resume();
    transport.end();
    transport.closed();
    assert.equal(owner.told, sentAll ? ['end', 'ended'] : ['end', 'premature close']);
    transport.closed();
    assert.is(owner.told.length, 2);
  }
});

test('destroy: releases the stream at once, and calls the owner no more', async () => {
  const { stream, owner, transport, release, cuts } = over();
  transport.resume();
  transport.write([fromHex('01')]);
  transport.end();
  transport.destroy();
  release();
  await settle();
  assert.equal([owner.told, cuts(), stream.destroyed], [[], 1, true]);
});

test('destroy: does not report writes and ends that complete later', async () => {
  const { stream, release } = streaming();
  const owner = new RecordingOwner();
  // Like a stream of HTTP/2, which is not destroyed at once.
  const traits = { cut: () => {}, hasSentAll: () => true };
  const transport = new NodeTransport(stream, traits, owner, [], undefined);
  transport.write([fromHex('01')]);
  transport.end();
  transport.destroy();
  release();
  await settle();
  release();
  await settle();
  assert.equal([owner.told, stream.writableFinished], [[], true]);
});

test('calls back after the turn, before promises settle', async () => {
  const { transport } = over();
  const order: string[] = [];
  await settle();
  await new Promise<void>(resolve => {
    setImmediate(() => {
      transport.afterTurn(() => order.push('after'));
      queueMicrotask(() => order.push('promise'));
      order.push('turn');
      setImmediate(resolve);
    });
  });
  assert.equal(order, ['turn', 'after', 'promise']);
});

test('copies the bytes if the stream is a socket; other streams may pass chunks on', async () => {
  const sockets = await tcpPair();
  const traits = { cut: () => {}, hasSentAll: () => false };
  const made = (stream: Duplex) => new NodeTransport(stream, traits, new RecordingOwner(), [], undefined);
  assert.equal([made(sockets[0]).copies, over().transport.copies], [true, false]);
  for (const socket of sockets) socket.destroy();
});

test('works on a socket: carries bytes both ways, half-closes, and ends with both sides', async () => {
  const [client, server] = await tcpPair();
  const owner = new RecordingOwner();
  const cut = () => void server.destroy();
  const transport = new NodeTransport(server, { cut, hasSentAll: () => false }, owner, [], undefined);
  server.on('data', chunk => transport.data(chunk));
  server.on('end', () => transport.inputEnd());
  server.on('close', () => transport.closed());
  transport.resume();
  client.end(Buffer.from('0102', 'hex'));
  let came = '';
  client.on('data', chunk => {
    came += chunk.toString('hex');
  });
  while (!owner.told.includes('end')) await settle();
  assert.is(transport.write([fromHex('03'), fromHex('04')]), true);
  transport.end();
  while (!client.closed || !server.closed) await settle();
  assert.equal([came, owner.told], ['0304', ['0102', 'end', 'ended']]);
});

test.run();
