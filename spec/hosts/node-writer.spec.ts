import { Duplex } from 'node:stream';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { NodeWriter } from '../../lib/hosts/node-writer.ts';
import { fate, settle } from '../support/settling.ts';

const test = suite('NodeWriter');

/** Returns a writer over a stream with a high-water mark of 4 bytes whose writes the spec completes. */
function writing() {
  const told: string[] = [];
  const releases: (() => void)[] = [];
  const stream = new Duplex({
    writableHighWaterMark: 4,
    read() {},
    write: (_chunk, _encoding, done) => void releases.push(done),
  });
  const writer = new NodeWriter(stream, {
    outputEnded: () => void told.push('end'),
    aborted: () => void told.push('abort'),
  });
  const release = async () => {
    releases.shift()?.();
    await settle();
  };
  return { release, stream, told, writer };
}

test('settles a write at once while the stream takes more, otherwise when it does again', async () => {
  const { release, writer } = writing();
  assert.is(writer.desiredSize, 1);
  assert.is(await fate(writer.write(new Uint8Array(3))), 'fulfilled');
  assert.is(writer.desiredSize, 1);
  const second = writer.write(new Uint8Array(3));
  const third = writer.write(new Uint8Array(3));
  assert.is(writer.desiredSize, 0);
  await settle();
  await release();
  await release();
  assert.equal([await fate(second), await fate(third), writer.desiredSize], ['pending', 'pending', 0]);
  await release();
  assert.equal([await fate(second), await fate(third), writer.desiredSize], ['fulfilled', 'fulfilled', 1]);
});

test('settles a write late if the stream has many small pending ones', async () => {
  const releases: (() => void)[] = [];
  const stream = new Duplex({
    read() {},
    write: (_chunk, _encoding, done) => void releases.push(done),
    writev: (_chunks, done) => void releases.push(done),
  });
  const writer = new NodeWriter(stream, { outputEnded() {}, aborted() {} });
  let written = 0;
  let last: Promise<void> = Promise.resolve();
  while (writer.desiredSize === 1) {
    last = writer.write(new Uint8Array(1));
    written += 1;
    if (written % 10 === 0) await settle();
  }
  assert.is(written, 256);
  assert.is(await fate(last), 'pending');
  while (releases.length > 0) {
    releases.shift()!();
    await settle();
  }
  assert.equal([await fate(last), writer.desiredSize], ['fulfilled', 1]);
  assert.is(await fate(writer.write(new Uint8Array(1))), 'fulfilled');
});

test('rejects a small pending write when the stream fails', async () => {
  const stream = new Duplex({ read() {}, write() {}, writev() {} });
  const writer = new NodeWriter(stream, { outputEnded() {}, aborted() {} });
  const reset = new Error('reset');
  stream.on('error', error => writer.fail(error));
  let last: Promise<void> = Promise.resolve();
  while (writer.desiredSize === 1) last = writer.write(new Uint8Array(1));
  stream.destroy(reset);
  assert.is(await fate(last), reset);
});

test('sends the first write of a turn at once, the others together', async () => {
  const batches: number[] = [];
  const stream = new Duplex({
    read() {},
    write(_chunk, _encoding, done) {
      batches.push(1);
      done();
    },
    writev(chunks, done) {
      batches.push(chunks.length);
      done();
    },
  });
  const writer = new NodeWriter(stream, { outputEnded() {}, aborted() {} });
  for (let i = 0; i < 3; i++) void writer.write(new Uint8Array(1));
  assert.equal(batches, [1]);
  await settle();
  void writer.write(new Uint8Array(1));
  await settle();
  assert.equal(batches, [1, 2, 1]);
});

test('close: waits for all writes, and notifies its owner', async () => {
  const { release, told, writer } = writing();
  const written = writer.write(new Uint8Array(9));
  const closed = writer.close();
  assert.equal([writer.closing, writer.ended], [true, false]);
  await settle();
  assert.equal([await fate(closed), told], ['pending', []]);
  await release();
  assert.equal([await fate(written), await fate(closed), told], ['fulfilled', 'fulfilled', ['end']]);
  assert.equal([writer.closing, writer.ended], [false, true]);
  writer.finish();
  writer.fail(new Error('late'));
  assert.equal([await fate(writer.closed), told], ['fulfilled', ['end']]);
});

test('rejects pending and later writes on a failure', async () => {
  const { told, writer } = writing();
  const waiting = writer.write(new Uint8Array(9));
  const reset = new Error('reset');
  writer.fail(reset);
  writer.fail(new Error('another'));
  const fates = [waiting, writer.closed, writer.write(new Uint8Array(1)), writer.close()].map(fate);
  assert.equal(await Promise.all(fates), [reset, reset, reset, reset]);
  assert.equal([writer.desiredSize, writer.ended, told], [null, true, []]);
});

test('abort: notifies its owner', async () => {
  const { told, writer } = writing();
  await writer.abort();
  assert.equal(told, ['abort']);
});

test.run();
