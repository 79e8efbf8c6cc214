import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { WebSocketError } from '../../lib/base/websocket-error.ts';
import { nodeStream } from '../../lib/hosts/node-stream.ts';
import { type ByteTunnelOptions, byteTunnel } from '../../lib/sockets/byte-tunnel.ts';
import { systemClock } from '../../lib/sockets/deadline-timer.ts';
import { duplexPair } from '../../lib/testing/duplex-pair.ts';
import { HandDuplex } from '../support/hand-duplex.ts';
import { fromClient, fromServer } from '../support/named-frames.ts';
import { settle } from '../support/settling.ts';
import { openByHand, socketOver } from '../support/socket-over.ts';

const test = suite('nodeStream');

function open(options: ByteTunnelOptions = {}) {
  const the = openByHand({}, new HandDuplex());
  return { ...the, stream: nodeStream(byteTunnel(the.socket, options)) };
}

test('carries bytes both ways, and ends as a net.Socket does', async () => {
  const { duplex, stream } = open();
  stream.write('ab');
  stream.write(Buffer.from([1]));
  duplex.give(fromClient.binary('\x02\x03') + fromClient.close(1000));
  duplex.end();
  const chunks: Uint8Array[] = [];
  stream.on('data', chunk => chunks.push(chunk));
  await once(stream, 'close');
  assert.equal(Buffer.concat(chunks), Buffer.from([2, 3]));
  assert.is(duplex.wire, fromServer.binary('ab') + fromServer.binary('\x01') + fromServer.close(1000));
  assert.equal([stream.errored, stream.writableFinished], [null, true]);
});

test('closes the tunnel on end()', async () => {
  const { duplex, stream, socket } = open();
  stream.end('x');
  await settle();
  assert.is(duplex.wire, fromServer.binary('x') + fromServer.close(1000));
  duplex.give(fromClient.close(1000));
  duplex.end();
  stream.resume();
  await once(stream, 'close');
  assert.equal(await socket.closed, { closeCode: 1000, reason: '' });
});

test('ends if the peer drops the transport after our end, and fails if it does before', async () => {
  const drops: readonly ((duplex: HandDuplex) => void)[] = [
    duplex => duplex.end(),
    duplex => duplex.breakInput(new Error('reset')),
  ];
  for (const drop of drops) {
    const ended = open();
    ended.duplex.give(fromClient.binary('\x01'));
    ended.stream.end('x');
    await settle();
    drop(ended.duplex);
    assert.equal(await buffer(ended.stream), Buffer.from([1]));
    await settle();
    assert.is(ended.stream.errored, null);
    const unended = open();
    unended.stream.resume();
    drop(unended.duplex);
    const [error] = await once(unended.stream, 'error');
    assert.is(error.closeCode, 1006);
  }
});

test('fails if bytes were dropped before the peer drops the transport after our end', async () => {
  const { duplex, stream } = open();
  stream.end('x');
  await settle();
  for (let i = 0; i < 3000; i++) duplex.give(fromClient.binary('\x01'));
  for (let i = 0; i < 20; i++) await settle();
  duplex.breakInput(new Error('reset'));
  const error = await buffer(stream).catch(error => error);
  assert.match(error.message, /^bytes that came after our Close were dropped/);
});

test('keeps our direction open after the peer’s end with allowHalfOpen', async () => {
  const the = openByHand();
  const stream = nodeStream(byteTunnel(the.socket, { end: 'empty-message' }), { allowHalfOpen: true });
  the.duplex.give(fromClient.binary());
  stream.resume();
  await once(stream, 'end');
  stream.write('still');
  await settle();
  assert.ok(the.duplex.wire.endsWith(fromServer.binary('still')));
  stream.end();
  await settle();
  assert.ok(the.duplex.wire.endsWith(fromServer.binary() + fromServer.close(1000)));
});

test('emits an error if the transport breaks', async () => {
  const { duplex, stream } = open();
  const error = once(stream, 'error');
  stream.resume();
  duplex.breakInput(new Error('reset'));
  assert.is(((await error) as [WebSocketError])[0].closeCode, 1006);
});

test('emits an error if only the readable fails', async () => {
  const { duplex, stream } = open();
  const error = once(stream, 'error');
  stream.resume();
  duplex.give(fromClient.text('x'));
  assert.is(((await error) as [WebSocketError])[0].closeCode, 1003);
});

test('emits an error if the end takes too long', async () => {
  const { clock, stream } = open();
  const error = once(stream, 'error');
  stream.end();
  await settle();
  clock.moveTo(10_000);
  assert.is(((await error) as [WebSocketError])[0].code, 'ERR_CLOSE_TIMEOUT');
});

test('is destroyed even if the pair rejects cancel and abort', async () => {
  const fail = () => Promise.reject(new Error('no'));
  const stream = nodeStream({
    readable: new ReadableStream({ cancel: fail }),
    writable: new WritableStream({ abort: fail }),
  });
  stream.destroy();
  await once(stream, 'close');
  await settle();
});

test('emits an error if a write fails', async () => {
  const { duplex, stream } = open();
  duplex.give(fromClient.close(4000));
  await settle();
  const error = once(stream, 'error');
  stream.write('late');
  assert.is(((await error) as [Error])[0].name, 'InvalidStateError');
});

test('closes the WebSocket on destroy, with the code of a WebSocketError', async () => {
  const plain = open();
  plain.stream.destroy();
  await settle();
  assert.is(plain.duplex.wire, fromServer.close());
  const told = open();
  told.stream.on('error', () => {});
  told.stream.destroy(new WebSocketError('', { closeCode: 4000 }));
  await settle();
  assert.is(told.duplex.wire, fromServer.close(4000));
});

test('carries a mebibyte in a pipeline', async () => {
  const [near, far] = duplexPair({ capacityBytes: 1000 });
  const [sender, receiver] = [
    socketOver('client', near, {}, systemClock),
    socketOver('server', far, {}, systemClock),
  ];
  const bytes = Buffer.from(new Uint8Array(2 ** 20).map((_, i) => i ^ (i >> 8)));
  const sending = pipeline([bytes], nodeStream(byteTunnel(sender)));
  assert.is(Buffer.compare(await buffer(nodeStream(byteTunnel(receiver))), bytes), 0);
  await sending;
});

test.run();
