import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { duplexPair, type TestDuplex } from '../../lib/testing/duplex-pair.ts';
import { fate, settle } from '../support/settling.ts';

const test = suite('duplexPair');

const reason = new Error('reason');
const bytes = (length: number) => new Uint8Array(length).fill(7);

/** Returns the results of a read and a write on an end; for a reset, its cause. */
async function fates({ readable, writable }: TestDuplex): Promise<unknown[]> {
  const reader = readable.getReader();
  const writer = writable.getWriter();
  const found = await Promise.all([fate(reader.closed), fate(writer.closed)]);
  reader.releaseLock();
  writer.releaseLock();
  return found.map(it => (it instanceof Error && it.cause ? ['reset', it.cause] : it));
}

test('carries bytes both ways, and ends each direction separately', async () => {
  const [left, right] = duplexPair();
  const [leftWriter, rightWriter] = [left.writable.getWriter(), right.writable.getWriter()];
  const [leftReader, rightReader] = [left.readable.getReader(), right.readable.getReader()];
  await Promise.all([leftWriter.write(Uint8Array.of(1, 2)), rightWriter.write(Uint8Array.of(3))]);
  assert.equal(await rightReader.read(), { value: Uint8Array.of(1, 2), done: false });
  assert.equal(await leftReader.read(), { value: Uint8Array.of(3), done: false });
  await leftWriter.close();
  assert.ok((await rightReader.read()).done);
  await rightWriter.write(Uint8Array.of(4));
  assert.equal(await leftReader.read(), { value: Uint8Array.of(4), done: false });
  void rightWriter.close();
  assert.ok((await leftReader.read()).done);
});

test('ends after the unread bytes', async () => {
  const [left, right] = duplexPair();
  const writer = left.writable.getWriter();
  void writer.write(bytes(2));
  void writer.write(bytes(3));
  await writer.close();
  const lengths: number[] = [];
  for await (const chunk of right.readable) lengths.push(chunk.length);
  assert.equal(lengths, [2, 3]);
});

test('buffers as many bytes as its capacity', async () => {
  for (const [capacityBytes, unread] of [
    [0, 0],
    [1, 1],
    [10, 10],
  ] as const) {
    const [left, right] = duplexPair({ capacityBytes });
    const writer = left.writable.getWriter();
    const reader = right.readable.getReader();
    assert.is(await fate(writer.write(bytes(unread))), 'fulfilled');
    const write = writer.write(bytes(1));
    assert.is(await fate(write), 'pending', `${capacityBytes}`);
    await reader.read();
    assert.is(await fate(write), 'fulfilled', `${capacityBytes}`);
  }
});

test('buffers 64 KiB by default, and everything with Infinity', async () => {
  const writer = duplexPair()[0].writable.getWriter();
  assert.is(await fate(writer.write(bytes(65536))), 'fulfilled');
  assert.is(await fate(writer.write(bytes(1))), 'pending');
  const endless = duplexPair({ capacityBytes: Infinity })[0].writable.getWriter();
  for (let i = 0; i < 10; i++) assert.is(await fate(endless.write(bytes(1e6))), 'fulfilled');
});

test('rejects an invalid capacity', () => {
  for (const capacityBytes of [-1, NaN, '5', null] as number[])
    assert.throws(() => duplexPair({ capacityBytes }), RangeError);
});

test('delivers in a later task, and lets timers run', async () => {
  const [left, right] = duplexPair();
  const order: string[] = [];
  const read = right.readable
    .getReader()
    .read()
    .then(() => order.push('read'));
  void left.writable.getWriter().write(bytes(1));
  for (let i = 0; i < 100; i++) await undefined;
  order.push('microtasks');
  await read;
  assert.equal(order, ['microtasks', 'read']);

  let fired = false;
  setTimeout(() => (fired = true));
  const [far, near] = duplexPair();
  const writer = far.writable.getWriter();
  const reader = near.readable.getReader();
  for (let i = 0; !fired; i++) {
    assert.ok(i < 1e5);
    await Promise.all([writer.write(bytes(1)), reader.read()]);
  }
});

test('copies the bytes as they are when they are read', async () => {
  const [left, right] = duplexPair();
  const sent = Uint8Array.of(0, 1, 2, 3).subarray(1);
  await left.writable.getWriter().write(sent);
  sent[0] = 9;
  const { value } = await right.readable.getReader().read();
  assert.equal(value, Uint8Array.of(9, 2, 3));
  assert.is(value!.buffer.byteLength, 3);
  sent[1] = 9;
  assert.is(value![1], 2);
});

test('delivers nothing for an empty chunk', async () => {
  const [left, right] = duplexPair();
  const writer = left.writable.getWriter();
  await writer.write(bytes(0));
  await writer.write(bytes(1));
  assert.is((await right.readable.getReader().read()).value!.length, 1);
});

test('accepts bytes only, and resets on anything else', async () => {
  const [left, right] = duplexPair();
  const writer = left.writable.getWriter();
  writer.closed.catch(() => {});
  const error = await writer.write('text' as unknown as Uint8Array).catch(error => error);
  assert.instance(error, TypeError);
  writer.releaseLock();
  assert.equal(await fates(left), [error, error]);
  assert.equal(await fates(right), [
    ['reset', error],
    ['reset', error],
  ]);
});

const resets: Record<string, (end: TestDuplex) => unknown> = {
  'abort()': ({ writable }) => writable.abort(reason),
  'cancel()': ({ readable }) => readable.cancel(reason),
  'reset()': end => end.reset(reason),
};
for (const [name, breakOff] of Object.entries(resets)) {
  test(`${name} fails both streams of both ends if called on either end`, async () => {
    for (const side of [0, 1] as const) {
      const pair = duplexPair();
      const [near, far] = [pair[side], pair[side === 0 ? 1 : 0]];
      await breakOff(near);
      const own = await fates(near);
      assert.equal(own, name === 'cancel()' ? ['fulfilled', reason] : [reason, reason]);
      assert.equal(await fates(far), [
        ['reset', reason],
        ['reset', reason],
      ]);
    }
  });

  test(`${name} loses unread bytes, and settles the writes`, async () => {
    const [left, right] = duplexPair({ capacityBytes: 0 });
    const writers = [left, right].map(({ writable }) => writable.getWriter());
    for (const writer of writers) writer.closed.catch(() => {});
    const writes = writers.map(writer =>
      writer.write(bytes(1)).then(
        () => 'settled',
        () => 'settled',
      ),
    );
    await settle();
    for (const writer of writers) writer.releaseLock();
    void breakOff(left);
    const reader = right.readable.getReader();
    assert.is.not(await fate(reader.read()), 'fulfilled');
    assert.equal(await Promise.all(writes), ['settled', 'settled']);
  });
}

test('settles a write on a reset before its arrival', async () => {
  const [left, right] = duplexPair({ capacityBytes: 0 });
  const writer = left.writable.getWriter();
  writer.closed.catch(() => {});
  const calls = [writer.write(bytes(1)), right.writable.close()];
  for (let i = 0; i < 100; i++) await undefined;
  right.reset(reason);
  for (const found of await Promise.all(calls.map(fate))) assert.is.not(found, 'pending');
  writer.releaseLock();
  assert.equal(await fates(left), [
    ['reset', reason],
    ['reset', reason],
  ]);
});

test('settles a write and an abort() before its arrival', async () => {
  const writer = duplexPair({ capacityBytes: 0 })[0].writable.getWriter();
  writer.closed.catch(() => {});
  const write = writer.write(bytes(1));
  for (let i = 0; i < 100; i++) await undefined;
  const [written, aborted] = await Promise.all([fate(write), fate(writer.abort(reason))]);
  assert.is.not(written, 'pending');
  assert.is(aborted, 'fulfilled');
});

test('delivers a reset before a write of the same turn, even to a pending read', async () => {
  const [left, right] = duplexPair();
  const reading = fate(right.readable.getReader().read());
  left.writable
    .getWriter()
    .write(bytes(1))
    .catch(() => {});
  left.reset(reason);
  assert.is(((await reading) as Error).cause, reason);
});

test('ignores a reset after both ends have closed', async () => {
  const [left, right] = duplexPair();
  await Promise.all([left.writable.close(), right.writable.close()]);
  for (const { readable } of [left, right]) assert.ok((await readable.getReader().read()).done);
  left.reset(reason);
  await settle();
  assert.is(await fate(left.writable.getWriter().closed), 'fulfilled');
});

test.run();
