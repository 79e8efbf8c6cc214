import { once } from 'node:events';
import { Duplex, PassThrough } from 'node:stream';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { nodeDuplex } from '../../lib/hosts/node-duplex.ts';
import { hex } from '../support/hex.ts';
import { tcpPair } from '../support/node-servers.ts';
import { RecordingOwner } from '../support/recording-owner.ts';
import { fate, settle } from '../support/settling.ts';
import { utf8 } from '../support/utf8.ts';

const test = suite('nodeDuplex');

async function readAll(readable: ReadableStream<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of readable) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** Waits until the condition holds, for at most a second. */
async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 100 && !condition(); i++) await new Promise(resolve => setTimeout(resolve, 10));
  assert.ok(condition());
}

test('passes bytes both ways, and ends each side separately', async () => {
  const [client, server] = await tcpPair();
  const [left, right] = [nodeDuplex(client), nodeDuplex(server)];
  const writer = left.writable.getWriter();
  writer.write(Buffer.from('to '));
  writer.write(Buffer.from('the right'));
  await writer.close();
  assert.is(await readAll(right.readable), 'to the right');
  assert.not(server.destroyed);
  const back = right.writable.getWriter();
  await back.write(Buffer.from('and back'));
  await back.close();
  assert.is(await readAll(left.readable), 'and back');
  await until(() => client.destroyed && server.destroyed);
});

test('ends the readable of a socket that was not half-open, and keeps the writable open', async () => {
  const [client, server] = await tcpPair();
  server.allowHalfOpen = false;
  const { readable, writable } = nodeDuplex(server);
  client.end('bye');
  assert.is(await readAll(readable), 'bye');
  const came = once(client, 'data');
  const writer = writable.getWriter();
  await writer.write(Buffer.from('late'));
  assert.is(String((await came)[0]), 'late');
  await writer.close();
  await until(() => server.destroyed);
});

test('gives chunks as plain Uint8Arrays', async () => {
  const { readable } = nodeDuplex(new PassThrough().end('abc'));
  const { value } = await readable.getReader().read();
  assert.is(Object.getPrototypeOf(value), Uint8Array.prototype);
  assert.equal(value, new Uint8Array([0x61, 0x62, 0x63]));
});

test('pauses the stream without a reader, and resumes it on a read', async () => {
  let pushed = 0;
  const stream = new Duplex({
    highWaterMark: 1024,
    read() {
      pushed += 1;
      this.push(pushed <= 200 ? Buffer.alloc(1024, pushed) : null);
    },
  });
  const { readable } = nodeDuplex(stream);
  await settle();
  assert.ok(pushed >= 13 && pushed <= 15, `${pushed} chunks of 1024 bytes were taken`);
  let length = 0;
  for await (const chunk of readable) {
    assert.is(chunk[0], ++length);
  }
  assert.is(length, 200);
});

test('settles a write when the stream takes more', async () => {
  let release: () => void = () => {};
  const stream = new Duplex({
    writableHighWaterMark: 4,
    read() {},
    write: (_chunk, _encoding, done) => void (release = done),
  });
  const writer = nodeDuplex(stream).writable.getWriter();
  assert.is(await fate(writer.write(new Uint8Array(3))), 'fulfilled');
  const second = writer.write(new Uint8Array(3));
  assert.is(await fate(second), 'pending');
  release();
  await settle();
  release();
  assert.is(await fate(second), 'fulfilled');
});

test('sends the first write of a turn at once, the others together', async () => {
  const batches: number[] = [];
  const stream = new Duplex({
    read() {},
    writev(chunks, done) {
      batches.push(chunks.length);
      done();
    },
  });
  const writer = nodeDuplex(stream).writable.getWriter();
  for (let i = 0; i < 10; i++) writer.write(new Uint8Array(1));
  await writer.write(new Uint8Array(1));
  await settle();
  assert.equal(batches, [1, 10]);
  await writer.write(new Uint8Array(1));
  await settle();
  assert.equal(batches, [1, 10, 1]);
});

test('close: waits for all writes', async () => {
  let release: () => void = () => {};
  const stream = new Duplex({ read() {}, write: (_chunk, _encoding, done) => void (release = done) });
  const writer = nodeDuplex(stream).writable.getWriter();
  writer.write(new Uint8Array(1));
  const closed = writer.close();
  assert.is(await fate(closed), 'pending');
  release();
  assert.is(await fate(closed), 'fulfilled');
});

test('abort: destroys the stream at once, also while a write is pending', async () => {
  const stream = new Duplex({ read() {}, write() {}, writableHighWaterMark: 1 });
  const { readable, writable } = nodeDuplex(stream);
  const writer = writable.getWriter();
  const pending = writer.write(new Uint8Array(9)).catch(error => error);
  await settle();
  const aborted = writer.abort(new Error('enough'));
  assert.ok(stream.destroyed);
  assert.is(await fate(aborted), 'fulfilled');
  assert.is((await pending).message, 'premature close');
  assert.is(((await fate(readable.getReader().read())) as Error).message, 'premature close');
});

test('abort: destroys the stream while it closes', async () => {
  const stream = new Duplex({ read() {}, write() {} });
  const writer = nodeDuplex(stream).writable.getWriter();
  writer.write(new Uint8Array(1));
  const closed = writer.close().catch(error => error);
  await settle();
  assert.instance(await fate(writer.abort(new Error('enough'))), Error);
  assert.ok(stream.destroyed);
  assert.is((await closed).message, 'premature close');
});

test('cancel: leaves the writable open, whose close then destroys the stream', async () => {
  const [client, server] = await tcpPair();
  const { readable, writable } = nodeDuplex(server);
  await readable.cancel();
  client.write('unread');
  const came = once(client, 'data');
  const writer = writable.getWriter();
  await writer.write(Buffer.from('still here'));
  assert.is(String((await came)[0]), 'still here');
  client.on('error', () => {});
  await writer.close();
  assert.ok(server.destroyed);
  client.destroy();
});

test('cancel: drops further chunks', async () => {
  const stream = new PassThrough();
  const { readable } = nodeDuplex(stream);
  const reader = readable.getReader();
  await reader.cancel();
  stream.resume();
  stream.write('late');
  await settle();
  assert.is((await reader.read()).done, true);
});

test('cancel: destroys the stream if the writable has closed', async () => {
  const stream = new PassThrough();
  const { readable, writable } = nodeDuplex(stream);
  await writable.close();
  await readable.cancel();
  assert.ok(stream.destroyed);
});

test('destroys a stream without autoDestroy when both sides have ended', async () => {
  const stream = new PassThrough({ autoDestroy: false });
  const { readable, writable } = nodeDuplex(stream);
  await writable.close();
  assert.is(await readAll(readable), '');
  await until(() => stream.destroyed);
});

test('fails both sides on a reset with its error, after earlier chunks', async () => {
  const [client, server] = await tcpPair();
  const { readable, writable } = nodeDuplex(server);
  const writer = writable.getWriter();
  writer.closed.catch(() => {});
  client.write('before');
  await new Promise(resolve => setTimeout(resolve, 20));
  client.resetAndDestroy();
  await until(() => server.destroyed);
  const reader = readable.getReader();
  assert.is(Buffer.from((await reader.read()).value!).toString(), 'before');
  assert.is(((await fate(reader.read())) as NodeJS.ErrnoException).code, 'ECONNRESET');
  assert.is(((await fate(writer.closed)) as NodeJS.ErrnoException).code, 'ECONNRESET');
});

test('fails both sides of a destroyed stream, with its error if it has one', async () => {
  for (const error of [undefined, new Error('cut')]) {
    const early = new PassThrough().on('error', () => {});
    early.destroy(error);
    await settle();
    const late = new PassThrough();
    const duplexes = [nodeDuplex(early), nodeDuplex(late)];
    late.destroy(error);
    for (const { readable, writable } of duplexes) {
      const message = error?.message ?? 'premature close';
      assert.is(((await fate(readable.getReader().read())) as Error).message, message);
      assert.is(((await fate(writable.getWriter().closed)) as Error).message, message);
    }
  }
});

test('handles an error event after the destruction of a stream', async () => {
  const stream = new Duplex({ read() {} });
  stream.destroy(new Error('too early'));
  const { readable } = nodeDuplex(stream);
  assert.is(((await fate(readable.getReader().read())) as Error).message, 'too early');
});

test('fails only the writable on an error after the end of the readable', async () => {
  const stream = new PassThrough({ autoDestroy: false });
  const { readable, writable } = nodeDuplex(stream);
  stream.push(null);
  assert.is(await readAll(readable), '');
  stream.destroy(new Error('late'));
  assert.is(((await fate(writable.getWriter().closed)) as Error).message, 'late');
  stream.emit('error', new Error('later'));
});

test('ends the readable of a stream that has already ended', async () => {
  const stream = new PassThrough({ autoDestroy: false });
  stream.push(null);
  stream.resume();
  await once(stream, 'end');
  assert.is(await readAll(nodeDuplex(stream).readable), '');
});

test("takes a stream that closes before 'finish' as finished if its traits say so", async () => {
  for (const hasSentAll of [true, false]) {
    let cuts = 0;
    const stream = new Duplex({ read() {}, write: (_, _encoding, done) => done(), final() {} });
    const traits = { cut: () => void (cuts += 1), hasSentAll: () => hasSentAll };
    const writer = nodeDuplex(stream, traits).writable.getWriter();
    await writer.write(Uint8Array.of(1));
    const closed = writer.close();
    assert.is(await fate(closed), 'pending');
    stream.destroy();
    const outcome = await fate(closed);
    if (hasSentAll) assert.is(outcome, 'fulfilled');
    else assert.is((outcome as Error).message, 'premature close');
  }
});

test('rejects streams of strings or objects', () => {
  const isRefused = (error: Error) => error instanceof TypeError && error.message.startsWith('stream ');
  assert.throws(() => nodeDuplex(new PassThrough({ readableObjectMode: true })), isRefused);
  assert.throws(() => nodeDuplex(new PassThrough({ writableObjectMode: true })), isRefused);
  assert.throws(() => nodeDuplex(new PassThrough().setEncoding('utf8')), isRefused);
});

test('lock: uses the Node stream directly, and gives locked Web Streams from then on', async () => {
  const [client, server] = await tcpPair();
  const [left, right] = [nodeDuplex(client), nodeDuplex(server)];
  const { reader, writer } = right.lock!();
  const sending = left.writable.getWriter();
  await sending.write(Buffer.from('abc'));
  assert.is(Buffer.from((await reader.read()).value!).toString(), 'abc');
  assert.throws(
    () => right.lock!(),
    (error: unknown) => error instanceof TypeError,
  );
  assert.equal([right.readable.locked, right.writable.locked], [true, true]);
  await writer.write(Buffer.from('def'));
  await Promise.all([writer.close(), sending.close()]);
  assert.is(await readAll(left.readable), 'def');
  assert.equal(await reader.read(), {});
  await until(() => client.destroyed && server.destroyed);
});

test('lock: gives either Web Stream locked', () => {
  const duplex = nodeDuplex(new PassThrough());
  duplex.lock!();
  assert.equal([duplex.writable.locked, duplex.readable.locked], [true, true]);
});

test('lock: uses the Web Streams if they were made', async () => {
  const duplex = nodeDuplex(new PassThrough());
  assert.not(duplex.readable.locked);
  const { reader, writer } = duplex.lock!();
  assert.equal([duplex.readable.locked, duplex.writable.locked], [true, true]);
  await writer.write(Uint8Array.of(7));
  assert.equal((await reader.read()).value, Uint8Array.of(7));
});

test('passes earlier and later chunks, and the ends, to an owner', async () => {
  const [client, server] = await tcpPair();
  const duplex = nodeDuplex(server);
  client.write('early');
  await until(() => server.bytesRead === 5);
  await settle();
  const owner = new RecordingOwner();
  const transport = duplex.lock!().push!(owner);
  assert.equal(owner.told, []);
  transport.resume();
  assert.equal(owner.told, [hex(utf8('early'))]);
  client.end('late');
  await until(() => owner.calls.length === 3);
  assert.is(transport.write([Buffer.from('answer')]), true);
  transport.end();
  client.resume();
  await until(() => client.destroyed && server.destroyed);
  assert.equal(owner.told, [hex(utf8('early')), hex(utf8('late')), 'end', 'ended']);
  assert.is(server.listenerCount('drain'), 0);
});

test('reports a failure after the hand-over to the owner only', async () => {
  const stream = new PassThrough();
  const duplex = nodeDuplex(stream);
  const owner = new RecordingOwner();
  duplex.lock!().push!(owner);
  assert.equal([duplex.readable.locked, duplex.writable.locked], [true, true]);
  stream.destroy(new Error('reset'));
  await settle();
  assert.equal(owner.told, ['reset']);
});

test('reports an earlier destruction when the owner resumes', async () => {
  const stream = new PassThrough().on('error', () => {});
  stream.destroy(new Error('too early'));
  await settle();
  const owner = new RecordingOwner();
  const transport = nodeDuplex(stream).lock!().push!(owner);
  assert.equal([owner.told, transport.hasRoom], [[], false]);
  transport.resume();
  assert.equal(owner.told, ['too early']);
});

test('refuses a stream that has an adapter already', async () => {
  const stream = new PassThrough();
  const { readable } = nodeDuplex(stream);
  assert.throws(() => nodeDuplex(stream), /^stream is in use: it was given to nodeDuplex\(\) before$/);
  stream.end('abc');
  assert.is(await readAll(readable), 'abc');
});

test.run();
