import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { nextTask } from '../../lib/streams/next-task.ts';
import { PulledReadable, type PulledSource } from '../../lib/streams/pulled-readable.ts';
import { fate, settle } from '../support/settling.ts';

const test = suite('PulledReadable');

/** Gives what is pushed, and counts how often it was asked. */
class Queue implements PulledSource<number> {
  readonly items: number[] = [];
  readonly cancelled: unknown[] = [];
  takes = 0;
  bytes = 0;
  /** Thrown where there is nothing to take. */
  failure: Error | undefined;

  get empty(): boolean {
    return this.items.length === 0;
  }

  take(): number | undefined {
    this.takes += 1;
    if (this.empty && this.failure) throw this.failure;
    return this.items.shift();
  }

  sizeOf(): number {
    return this.bytes;
  }

  cancel(reason: unknown): void {
    this.cancelled.push(reason);
  }
}

function pulled(...items: number[]) {
  const source = new Queue();
  source.items.push(...items);
  const stream = new PulledReadable(source);
  return { source, stream, readable: stream.readable };
}

const bad = new Error('bad');

/** Reads to the end; the last item is `'end'` or the failure. */
async function readAll(readable: ReadableStream<number>): Promise<unknown[]> {
  const reader = readable.getReader();
  const got: unknown[] = [];
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return [...got, 'end'];
      got.push(value);
    }
  } catch (error) {
    return [...got, error];
  }
}

test('takes nothing before somebody reads', async () => {
  const { source, stream } = pulled(1);
  stream.notify();
  await settle();
  assert.is(source.takes, 0);
});

test('takes a burst for a waiting read: 16 KiB, 64 bytes an output, one at least', async () => {
  for (const [bytes, left] of [
    [0, 300 - 256],
    [16_384 - 64, 299],
    [16_384 - 65, 298],
    [1e6, 299],
    [8192 - 64, 298],
    [8191 - 64, 297],
  ] as const) {
    const { source, readable } = pulled(...Array(300).keys());
    source.bytes = bytes;
    assert.equal(await readable.getReader().read(), { done: false, value: 0 });
    await settle();
    assert.is(source.items.length, left, `${bytes}`);
  }
});

test('takes a burst of other bytes, and of more outputs at least', async () => {
  for (const [burst, taken] of [
    [{ bytes: 128 }, 2],
    [{ bytes: 129 }, 3],
    [{ bytes: 1, outputs: 2 }, 2],
    [{ bytes: 1, outputs: 5 }, 5],
    [{ bytes: Infinity }, 300],
  ] as const) {
    const source = new Queue();
    source.items.push(...Array(300).keys());
    await new PulledReadable(source, burst).readable.getReader().read();
    assert.is(source.items.length, 300 - taken, JSON.stringify(burst));
  }
});

test('leaves behind what does not fit into the burst, where the source says so, but for the first', async () => {
  const rooms: number[] = [];
  const source = new Queue();
  source.items.push(0, 1, 2);
  source.bytes = 100;
  const fits = (room: number) => rooms.push(room) < 2;
  const { readable } = new PulledReadable(Object.assign(source, { fits }));
  assert.equal(await readable.getReader().read(), { done: false, value: 0 });
  assert.equal(source.items, [2]);
  assert.equal(rooms, [16_384 - 164, 16_384 - 328]);
});

test('takes the least burst for an iterator that waits, for it takes the others itself', async () => {
  const { source, stream, readable } = pulled();
  const next = readable.values().next();
  await settle();
  source.items.push(1, 2, 3);
  stream.notify();
  assert.equal(await next, { done: false, value: 1 });
  assert.equal(source.items, [2, 3]);
});

test('serves a read that waits as soon as it is told, and takes nothing when nobody waits', async () => {
  const { source, stream, readable } = pulled();
  const reader = readable.getReader();
  const read = reader.read();
  assert.is(await fate(read), 'pending');
  source.items.push(1);
  stream.notify();
  assert.equal(await read, { done: false, value: 1 });
  await settle();
  source.items.push(2);
  stream.notify();
  assert.is(source.items.length, 1);
  assert.equal(await reader.read(), { done: false, value: 2 });
});

test('a call for nothing leaves the read waiting', async () => {
  const { source, stream, readable } = pulled();
  const read = readable.getReader().read();
  await settle();
  stream.notify();
  source.items.push(1);
  stream.notify();
  assert.equal(await read, { done: false, value: 1 });
});

test('gives all that is there before its end, and before a failure', async () => {
  for (const end of ['end', bad]) {
    for (const count of [0, 1, 2, 3, 600]) {
      const items = [...Array(count).keys()];
      const { stream, readable } = pulled(...items);
      if (end === 'end') stream.close();
      else stream.error(bad);
      assert.equal(await readAll(readable), [...items, end]);
    }
  }
});

test('ends a read that waits, at once', async () => {
  const closing = pulled();
  const read = closing.readable.getReader().read();
  await settle();
  closing.stream.close();
  assert.equal(await read, { done: true, value: undefined });
  const failing = pulled();
  const lost = failing.readable.getReader().read();
  await settle();
  failing.stream.error(bad);
  assert.is(await fate(lost), bad);
});

test('tells an empty end to whoever watches only', async () => {
  const closing = pulled();
  closing.stream.close();
  assert.is(await fate(closing.readable.getReader().closed), 'fulfilled');
  const failing = pulled();
  failing.stream.error(bad);
  assert.is(await fate(failing.readable.getReader().closed), bad);
});

test('keeps a failure until what is queued has been read', async () => {
  const { stream, readable } = pulled(1, 2, 3);
  const reader = readable.getReader();
  await reader.read();
  stream.error(bad);
  await settle();
  assert.is((await reader.read()).value, 2);
  assert.is((await reader.read()).value, 3);
  assert.is(await fate(reader.read()), bad);
});

test('fails by what the source throws, behind all that came before', async () => {
  for (const items of [[], [1], [1, 2, 3]]) {
    const { source, stream, readable } = pulled(...items);
    source.failure = bad;
    const [left, right] = readable.tee();
    assert.equal(await Promise.all([readAll(left), readAll(right)]), [
      [...items, bad],
      [...items, bad],
    ]);
    stream.close();
  }
  const { source, readable } = pulled(1);
  source.failure = bad;
  const iterator = readable.values();
  assert.is((await iterator.next()).value, 1);
  assert.is(await fate(iterator.next()), bad);
});

test('what the source throws beats a failure that waits for it', async () => {
  const { source, stream, readable } = pulled(1);
  stream.error(new Error('told too early'));
  source.failure = bad;
  assert.equal(await readAll(readable), [1, bad]);
});

test('tells when a task for the host is due: after 1024 takes', async () => {
  const { stream, readable } = pulled(...Array(1024).keys());
  const iterator = readable.values();
  for (let i = 0; i < 1023; i++) await iterator.next();
  assert.is(stream.dueTask(), undefined);
  await iterator.next();
  assert.is(await fate(stream.dueTask()!), 'fulfilled');
  assert.is(stream.dueTask(), undefined);
});

test('knows its first end only', async () => {
  const { stream, readable } = pulled(1);
  stream.close();
  stream.error(bad);
  assert.equal(await readAll(readable), [1, 'end']);
  stream.close();
  stream.error(bad);
  stream.notify();
});

test('tells the source that nobody reads on, and ends', async () => {
  const { source, stream, readable } = pulled(1);
  await readable.cancel('why');
  assert.equal(source.cancelled, ['why']);
  stream.notify();
  stream.close();
  stream.error(bad);
  assert.equal(source.items, [1]);
});

test('a cancel while the host has its turn takes nothing', async () => {
  const { source, stream, readable } = pulled(...Array(1100).keys());
  const reader = readable.getReader();
  for (let i = 0; i < 1024; i++) await reader.read();
  const read = reader.read();
  await reader.cancel();
  stream.close();
  assert.equal(await read, { done: true, value: undefined });
  await settle();
  assert.is(source.items.length, 1100 - 1024);
});

test('lets the host do something else every 1024 outputs, by a reader and by the iterator', async () => {
  const read = async (readable: ReadableStream<number>) => {
    const reader = readable.getReader();
    while (!(await reader.read()).done);
  };
  const iterate = async (readable: ReadableStream<number>) => {
    for await (const _ of readable);
  };
  for (const consume of [read, iterate]) {
    const { source, stream, readable } = pulled(...Array(3000).keys());
    stream.close();
    const tasks: number[] = [];
    const task = () => {
      tasks.push(source.items.length);
      if (!source.empty) void nextTask().then(task);
    };
    void nextTask().then(task);
    await consume(readable);
    const turns = tasks.filter(count => count > 0).length;
    assert.ok(turns >= 2 && turns <= 10, `${consume.name}: ${tasks}`);
  }
});

test('an iterator takes what is there straight from the source, one by one', async () => {
  const { source, readable } = pulled(1, 2, 3);
  const iterator = readable[Symbol.asyncIterator]();
  assert.equal(await iterator.next(), { done: false, value: 1 });
  assert.equal(source.items, [2, 3]);
});

test('an iterator gives what is queued first, waits, and ends', async () => {
  const { source, stream, readable } = pulled(1, 2, 3);
  const reader = readable.getReader();
  await reader.read();
  reader.releaseLock();
  source.items.push(4);
  const got: number[] = [];
  const loop = (async () => {
    for await (const item of readable.values()) got.push(item);
  })();
  await settle();
  assert.equal(got, [2, 3, 4]);
  source.items.push(5);
  stream.notify();
  await settle();
  stream.close();
  await loop;
  assert.equal(got, [2, 3, 4, 5]);
});

test('an iterator gives what is there before a failure, and nothing after a cancel', async () => {
  const { stream, readable } = pulled(1, 2);
  stream.error(bad);
  const iterator = readable.values();
  assert.equal([(await iterator.next()).value, (await iterator.next()).value], [1, 2]);
  assert.is(await fate(iterator.next()), bad);
  const cancelled = pulled(1, 2, 3);
  for await (const item of cancelled.readable.values({ preventCancel: true })) {
    assert.is(item, 1);
    break;
  }
  assert.equal(cancelled.source.cancelled, []);
  for await (const item of cancelled.readable) {
    assert.is(item, 2);
    break;
  }
  assert.equal(cancelled.source.cancelled.length, 1);
  assert.equal(await readAll(cancelled.readable), ['end']);
});

test('tee gives both branches everything before a failure', async () => {
  const { stream, readable } = pulled(1, 2, 3);
  stream.error(bad);
  const [left, right] = readable.tee();
  assert.equal(await Promise.all([readAll(left), readAll(right)]), [
    [1, 2, 3, bad],
    [1, 2, 3, bad],
  ]);
});

test.run();
