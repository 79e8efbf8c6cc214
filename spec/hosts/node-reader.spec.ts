import { PassThrough } from 'node:stream';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { NodeReader } from '../../lib/hosts/node-reader.ts';
import { fate, settle } from '../support/settling.ts';

const test = suite('NodeReader');

/** A reader whose chunks the spec pushes. */
function reading() {
  const stream = new PassThrough().resume();
  const the = { stream, cancels: 0, reader: undefined as unknown as NodeReader };
  the.reader = new NodeReader(stream, { cancelled: () => void (the.cancels += 1) });
  return the;
}

const value = async (read: Promise<{ value?: Uint8Array | undefined }>) => [...((await read).value ?? [])];

test('gives queued chunks in order, and then waits', async () => {
  const { reader } = reading();
  reader.push(Buffer.from([1]));
  reader.push(Buffer.from([2]));
  assert.equal([await value(reader.read()), await value(reader.read())], [[1], [2]]);
  const third = reader.read();
  assert.is(await fate(third), 'pending');
  reader.push(Buffer.from([3]));
  assert.equal(await value(third), [3]);
});

test('gives plain views: no copy, and no Buffer', async () => {
  const { reader } = reading();
  const buffer = Buffer.from([1, 2, 3]);
  reader.push(buffer);
  const { value: chunk } = await reader.read();
  assert.is(Object.getPrototypeOf(chunk), Uint8Array.prototype);
  assert.is(chunk?.buffer, buffer.buffer);
});

test('pauses the stream at 16 KiB of unread chunks, and resumes it below that', async () => {
  const { reader, stream } = reading();
  reader.push(Buffer.alloc(16_383 - 256));
  assert.not(stream.isPaused());
  reader.push(Buffer.alloc(1));
  assert.ok(stream.isPaused());
  await reader.read();
  assert.not(stream.isPaused());
});

test('pauses the stream at 64 unread chunks, because each counts 256 bytes besides its own', async () => {
  const { reader, stream } = reading();
  for (let i = 0; i < 63; i++) reader.push(Buffer.alloc(1));
  assert.not(stream.isPaused());
  reader.push(Buffer.alloc(1));
  assert.ok(stream.isPaused());
  await reader.read();
  assert.not(stream.isPaused());
});

test('gives an end or a failure after queued chunks, and again on later reads', async () => {
  const { reader } = reading();
  reader.push(Buffer.from([1]));
  reader.end();
  reader.push(Buffer.from([2]));
  assert.is(await fate(reader.closed), 'pending');
  assert.equal(await value(reader.read()), [1]);
  assert.equal([await reader.read(), await reader.read()], [{}, {}]);
  assert.is(await fate(reader.closed), 'fulfilled');
  const failing = reading().reader;
  const reset = new Error('reset');
  failing.push(Buffer.from([1]));
  failing.fail(reset);
  assert.is(await fate(failing.closed), 'pending');
  assert.equal(await value(failing.read()), [1]);
  assert.equal([await fate(failing.read()), await fate(failing.read())], [reset, reset]);
  assert.is(await fate(failing.closed), reset);
});

test('keeps the first end', async () => {
  const { reader } = reading();
  reader.end();
  reader.fail(new Error('late'));
  assert.equal([await fate(reader.closed), await fate(reader.read())], ['fulfilled', 'fulfilled']);
});

test('settles a pending read at the end of the stream', async () => {
  const { reader } = reading();
  const read = reader.read();
  reader.end();
  assert.equal(await read, {});
  const failing = reading().reader;
  const failed = failing.read();
  const reset = new Error('reset');
  failing.fail(reset);
  assert.is(await fate(failed), reset);
});

test('cancel: drops all chunks, pauses the stream, and ends a pending read', async () => {
  const the = reading();
  the.reader.push(Buffer.from([1]));
  await the.reader.cancel();
  the.reader.push(Buffer.from([2]));
  assert.equal(await the.reader.read(), {});
  assert.equal([the.stream.isPaused(), the.cancels, the.reader.ended], [true, 1, true]);
  const waiting = reading().reader;
  const read = waiting.read();
  void waiting.cancel();
  await settle();
  assert.equal(await read, {});
});

test('hands over the queued chunks, and the end of the stream', () => {
  const cause = new Error('reset');
  const table: readonly (readonly [(reader: NodeReader) => void, unknown])[] = [
    [() => {}, undefined],
    [reader => reader.end(), 'ended'],
    [reader => reader.fail(cause), { cause }],
  ];
  for (const [step, end] of table) {
    const { reader } = reading();
    reader.push(Buffer.from([1]));
    reader.push(Buffer.from([2]));
    step(reader);
    const over = reader.handOver();
    assert.equal([over.chunks, over.end], [[Uint8Array.of(1), Uint8Array.of(2)], end]);
    assert.equal(reader.handOver().chunks, []);
  }
});

test.run();
