import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { DirectReadable } from '../../lib/streams/direct-readable.ts';
import { DirectReader } from '../../lib/streams/direct-reader.ts';
import { nextTask } from '../../lib/streams/next-task.ts';
import { type Burst, PulledReadable, type PulledSource } from '../../lib/streams/pulled-readable.ts';
import { isWorkerd } from '../support/host-streams.ts';
import { fate, settle } from '../support/settling.ts';

const test = suite('PulledReadable');

/** A source with pushed outputs, which counts its takes. */
class Queue implements PulledSource<number> {
  readonly items: number[] = [];
  readonly cancelled: unknown[] = [];
  takes = 0;
  bytes = 0;
  /** The error to throw if there is no output. */
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
  return over(new Queue(), items);
}

/** As `pulled`, with `directReads`. */
function direct(...items: number[]) {
  return over(new Queue(), items, { directReads: true });
}

function over(source: Queue, items: readonly number[], burst: Burst = {}) {
  source.items.push(...items);
  const stream = new PulledReadable(source, burst);
  const give = (...more: number[]) => {
    source.items.push(...more);
    stream.notify();
  };
  return { source, stream, readable: stream.readable, give };
}

const bad = new Error('bad');

/** Returns all outputs; the last item is `'end'` or the failure. */
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

test('takes nothing before a read', async () => {
  const { source, stream } = pulled(1);
  stream.notify();
  await settle();
  assert.is(source.takes, 0);
});

test('takes a burst for a pending read: 16 KiB, counting 64 bytes for each output, at least one', async () => {
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

test('takes a burst of the bytes and outputs of its options', async () => {
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

test('leaves an output that does not fit into the burst, except the first', async () => {
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

test('takes the smallest burst for a waiting iterator, which takes the others itself', async () => {
  const { source, stream, readable } = pulled();
  const next = readable.values().next();
  await settle();
  source.items.push(1, 2, 3);
  stream.notify();
  assert.equal(await next, { done: false, value: 1 });
  assert.equal(source.items, [2, 3]);
});

test('serves a pending read when it is notified, and takes nothing without one', async () => {
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

test('leaves the read pending if it is notified for nothing', async () => {
  const { source, stream, readable } = pulled();
  const read = readable.getReader().read();
  await settle();
  stream.notify();
  source.items.push(1);
  stream.notify();
  assert.equal(await read, { done: false, value: 1 });
});

test('gives all outputs before the end or a failure', async () => {
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

test('ends a pending read at once', async () => {
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

test('settles closed for a consumer that does not read', async () => {
  const closing = pulled();
  closing.stream.close();
  assert.is(await fate(closing.readable.getReader().closed), 'fulfilled');
  const failing = pulled();
  failing.stream.error(bad);
  assert.is(await fate(failing.readable.getReader().closed), bad);
});

test('keeps a failure until the queue is empty', async () => {
  const { stream, readable } = pulled(1, 2, 3);
  const reader = readable.getReader();
  await reader.read();
  stream.error(bad);
  await settle();
  assert.is((await reader.read()).value, 2);
  assert.is((await reader.read()).value, 3);
  assert.is(await fate(reader.read()), bad);
});

test('fails with the error of the source, after all outputs', async () => {
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

test('prefers the error of the source to a pending failure', async () => {
  const { source, stream, readable } = pulled(1);
  stream.error(new Error('told too early'));
  source.failure = bad;
  assert.equal(await readAll(readable), [1, bad]);
});

test('requests a task for the host after 1024 takes', async () => {
  const { stream, readable } = pulled(...Array(1024).keys());
  const iterator = readable.values();
  for (let i = 0; i < 1023; i++) await iterator.next();
  assert.is(stream.dueTask(), undefined);
  await iterator.next();
  assert.is(await fate(stream.dueTask()!), 'fulfilled');
  assert.is(stream.dueTask(), undefined);
});

test('keeps its first end', async () => {
  const { stream, readable } = pulled(1);
  stream.close();
  stream.error(bad);
  assert.equal(await readAll(readable), [1, 'end']);
  stream.close();
  stream.error(bad);
  stream.notify();
});

test('cancels the source, and ends', async () => {
  const { source, stream, readable } = pulled(1);
  await readable.cancel('why');
  assert.equal(source.cancelled, ['why']);
  stream.notify();
  stream.close();
  stream.error(bad);
  assert.equal(source.items, [1]);
});

test('takes nothing after a cancel while the host has a task', async () => {
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

test('gives the host a task every 1024 outputs, to a reader and to an iterator', async () => {
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

test('iterator: takes outputs directly from the source, one by one', async () => {
  const { source, readable } = pulled(1, 2, 3);
  const iterator = readable[Symbol.asyncIterator]();
  assert.equal(await iterator.next(), { done: false, value: 1 });
  assert.equal(source.items, [2, 3]);
});

test('iterator: gives queued outputs first, waits, and ends', async () => {
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

test('iterator: gives all outputs before a failure, and none after a cancel', async () => {
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

test('tee: gives both branches all outputs before a failure', async () => {
  const { stream, readable } = pulled(1, 2, 3);
  stream.error(bad);
  const [left, right] = readable.tee();
  assert.equal(await Promise.all([readAll(left), readAll(right)]), [
    [1, 2, 3, bad],
    [1, 2, 3, bad],
  ]);
});

test('reader: takes one output per read directly with directReads, and waits without the platform’s queue', async () => {
  const { source, readable, give } = direct(1, 2);
  const reader = readable.getReader();
  assert.instance(reader, DirectReader);
  assert.equal([await reader.read(), source.takes], [{ value: 1, done: false }, 1]);
  assert.equal(await reader.read(), { value: 2, done: false });
  const waiting = [reader.read(), reader.read(), reader.read()];
  give(3);
  give(4, 5);
  assert.equal(
    (await Promise.all(waiting)).map(({ value }) => value),
    [3, 4, 5],
  );
  assert.is(source.items.length, 0);
});

test('reader: is the platform’s without directReads, or for another mode', () => {
  const { readable } = pulled();
  const reader = readable.getReader();
  assert.not.instance(reader, DirectReader);
  reader.releaseLock();
  const other = direct().readable;
  assert.throws(() => other.getReader({ mode: 'byob' }), TypeError);
  assert.not(other.locked);
  assert.instance(other.getReader({}), DirectReader);
});

test('reader: settles pending reads with the end, or with the failure without an unhandled rejection', async () => {
  const ended = direct();
  const reader = ended.readable.getReader();
  const waiting = [reader.read(), reader.read()];
  ended.stream.close();
  assert.equal(await Promise.all(waiting), [
    { value: undefined, done: true },
    { value: undefined, done: true },
  ]);
  const failed = direct();
  const other = failed.readable.getReader();
  const doomed = [other.read(), other.read()];
  failed.stream.error(bad);
  await settle();
  assert.equal(await Promise.all(doomed.map(fate)), [bad, bad]);
  assert.is(await fate(other.read()), bad);
});

test('reader: rejects pending reads with the error of the source, after those that got an output', async () => {
  const { source, readable, give } = direct();
  const reader = readable.getReader();
  const reads = [reader.read(), reader.read(), reader.read()];
  source.failure = bad;
  give(1);
  assert.equal(await reads[0], { value: 1, done: false });
  assert.equal([await fate(reads[1]!), await fate(reads[2]!), await fate(reader.closed)], [bad, bad, bad]);
});

test('reader: rejects its reads when it is released; the next reader gets the outputs', async () => {
  const { readable, give } = direct();
  const reader = readable.getReader();
  const waiting = reader.read();
  reader.releaseLock();
  reader.releaseLock();
  assert.instance(await fate(waiting), TypeError);
  assert.instance(await fate(reader.read()), TypeError);
  const next = readable.getReader();
  const read = next.read();
  give(1);
  assert.equal(await read, { value: 1, done: false });
});

test('reader: waits after reads of the platform and after its queue', async () => {
  const { readable, give, source } = direct(...Array(300).keys());
  const { getReader } = ReadableStream.prototype;
  const first = getReader.call(readable) as ReadableStreamDefaultReader<number>;
  assert.is((await first.read()).value, 0);
  first.releaseLock();
  const reader = readable.getReader();
  for (let i = 1; i < 300; i++) assert.is((await reader.read()).value, i);
  assert.is(source.items.length, 0);
  const waiting = [reader.read(), reader.read()];
  give(300, 301);
  assert.equal(
    (await Promise.all(waiting)).map(({ value }) => value),
    [300, 301],
  );
});

test('reader: settles reads in order if the host gets a task in between', async () => {
  const { readable } = direct(...Array(3000).keys());
  const reader = readable.getReader();
  const reads = Array.from({ length: 3000 }, () => reader.read());
  assert.equal(
    (await Promise.all(reads)).map(({ value }) => value),
    [...Array(3000).keys()],
  );
});

test('ends pending reads on a cancel before it cancels the source, which may throw', async () => {
  const { source, readable } = direct();
  const reader = readable.getReader();
  const waiting = reader.read();
  source.cancel = () => {
    throw bad;
  };
  assert.is(await fate(reader.cancel('why')), bad);
  assert.equal(await waiting, { value: undefined, done: true });
  assert.equal(await reader.read(), { value: undefined, done: true });
});

test('causes no unhandled rejection if a cancel fails', async () => {
  for (const cancel of [
    (readable: ReadableStream<number>) => readable.cancel(),
    (readable: ReadableStream<number>) => readable.getReader().cancel(),
  ]) {
    const { stream, readable } = direct();
    stream.error(bad);
    const cancelled = cancel(readable);
    await settle();
    assert.is(await fate(cancelled), bad);
  }
});

// In workerd `closed` settles first.
(isWorkerd ? test.skip : test)(
  'settles closed with the last output if the stream closes, and after it if the stream fails',
  async () => {
    for (const end of ['close', 'error'] as const) {
      const { stream, readable } = direct(1);
      stream[end](bad);
      const reader = readable.getReader();
      const order: string[] = [];
      const note = (name: string) => () => void order.push(name);
      reader.closed.then(note('closed'), note('failed'));
      reader.read().then(note('read'));
      await settle();
      assert.equal(order, end === 'close' ? ['closed', 'read'] : ['read', 'failed']);
    }
  },
);

test('shows the end to a reader of the platform without another read', async () => {
  const { stream, readable } = pulled(1);
  stream.close();
  const reader = readable.getReader();
  assert.is((await reader.read()).value, 1);
  assert.is(await fate(reader.closed), 'fulfilled');
});

test('pipes with the pipe of the source, or of the platform if it has none', async () => {
  const { source, readable } = direct(1);
  const got: unknown[] = [];
  const sink = new WritableStream<number>({ write: chunk => void got.push(chunk) });
  const asked: unknown[] = [];
  const knows = source as PulledSource<number>;
  knows.pipeTo = (...given) => {
    asked.push(given);
    return Promise.reject(bad);
  };
  const options = { preventClose: true };
  const pipe = readable.pipeTo(sink, options);
  void readable.pipeTo(sink);
  void readable.pipeTo(sink, null as never);
  await settle();
  assert.is(await fate(pipe), bad);
  assert.equal(asked, [
    [readable, sink, options],
    [readable, sink, {}],
    [readable, sink, {}],
  ]);
  knows.pipeTo = () => undefined;
  void readable.pipeTo(sink);
  await settle();
  assert.equal(got, [1]);
});

test('rejects a pipe with invalid options, or options that throw', async () => {
  const { source, readable } = direct();
  assert.instance(await fate(readable.pipeTo(new WritableStream(), 5 as never)), TypeError);
  const knows = source as PulledSource<number>;
  knows.pipeTo = () => {
    throw bad;
  };
  assert.is(await fate(readable.pipeTo(new WritableStream())), bad);
  assert.not(readable.locked);
});

/** Returns a source of byte arrays. */
class Arrays implements PulledSource<Uint8Array> {
  readonly items: Uint8Array[];
  readonly cancelled: unknown[] = [];

  constructor(items: Uint8Array[]) {
    this.items = items;
  }

  get empty(): boolean {
    return this.items.length === 0;
  }

  take(): Uint8Array | undefined {
    return this.items.shift();
  }

  sizeOf(out: Uint8Array): number {
    return out.length;
  }

  cancel(reason: unknown): void {
    this.cancelled.push(reason);
  }
}

function bytes(...items: number[][]) {
  const source = new Arrays(items.map(item => Uint8Array.from(item)));
  const stream = new PulledReadable(source, { byteStream: true });
  const give = (...item: number[]) => {
    source.items.push(Uint8Array.from(item));
    stream.notify();
  };
  return { source, stream, readable: stream.readable, give };
}

test('byte stream: fills buffers of the reader, and returns the last one at the end', async () => {
  const { stream, readable, give } = bytes([1, 2, 3]);
  const reader = readable.getReader({ mode: 'byob' });
  const first = await reader.read(new Uint8Array(2));
  assert.equal([...first.value], [1, 2]);
  const second = await reader.read(new Uint8Array(first.value.buffer));
  assert.equal([...second.value], [3]);
  const waiting = reader.read(new Uint8Array(4));
  assert.is(await fate(waiting), 'pending');
  give();
  assert.is(await fate(waiting), 'pending');
  give(4);
  assert.equal([...(await waiting).value], [4]);
  const last = reader.read(new Uint8Array(8));
  assert.is(await fate(last), 'pending');
  stream.close();
  const { done, value } = await last;
  assert.equal([done, value.length, value.buffer.byteLength], [true, 0, 8]);
  await reader.closed;
});

test('byte stream: does not detach the arrays of the source, and skips empty ones', async () => {
  const shared = Uint8Array.of(1, 2, 3, 4);
  for (const directReads of [false, true]) {
    const items = [shared.subarray(0, 2), new Uint8Array(0), shared.subarray(2), new Uint8Array(0)];
    const stream = new PulledReadable(new Arrays(items), { byteStream: true, directReads });
    stream.close();
    const got: number[][] = [];
    const reader = stream.readable.getReader();
    for (let read = await reader.read(); !read.done; read = await reader.read()) got.push([...read.value]);
    assert.equal(got, [
      [1, 2],
      [3, 4],
    ]);
  }
  assert.equal([...shared], [1, 2, 3, 4]);
});

test('byte stream: gives an iterator the arrays as they are', async () => {
  const { source, stream, readable } = bytes([1], [], [2]);
  const [one, , two] = source.items;
  stream.close();
  const got: Uint8Array[] = [];
  for await (const chunk of readable) got.push(chunk);
  assert.ok(got.length === 2 && got[0] === one && got[1] === two);
});

test('byte stream: fails after all outputs, and cancels the source', async () => {
  const failing = bytes([1]);
  failing.stream.error(bad);
  const reader = failing.readable.getReader({ mode: 'byob' });
  assert.equal([...(await reader.read(new Uint8Array(4))).value], [1]);
  assert.is(await fate(reader.read(new Uint8Array(4))), bad);
  const cancelled = bytes();
  const read = cancelled.readable.getReader({ mode: 'byob' });
  const waiting = read.read(new Uint8Array(4));
  await read.cancel('enough');
  assert.is((await waiting).done, true);
  assert.equal(cancelled.source.cancelled, ['enough']);
});

test('byte stream: allows the reader to change while a read is pending', async () => {
  const { readable, give } = bytes();
  const own = readable.getReader({ mode: 'byob' });
  const lost = own.read(new Uint8Array(4));
  await settle();
  own.releaseLock();
  assert.instance(await fate(lost), TypeError);
  const reader = readable.getReader();
  const read = reader.read();
  await settle();
  give(1, 2);
  assert.equal((await read).value, Uint8Array.of(1, 2));
});

test('gives the source of its own streams only', () => {
  const { stream, readable } = pulled();
  assert.is(DirectReadable.sourceOf(readable), stream);
  assert.is(DirectReadable.sourceOf(new ReadableStream<number>()), undefined);
});

test.run();
