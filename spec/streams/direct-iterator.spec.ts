import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { DirectIterator } from '../../lib/streams/direct-iterator.ts';
import { PulledReadable, type PulledSource } from '../../lib/streams/pulled-readable.ts';
import { StageStream } from '../../lib/streams/stage-stream.ts';
import { type Script, ScriptedStage } from '../support/scripted-stage.ts';
import { fate, settle } from '../support/settling.ts';

const test = suite('DirectIterator');

const bad = new Error('bad');
const reason = new Error('reason');

/** Returns a stream that was given these chunks, and its end after them. */
function given(...chunks: Script[]) {
  const stage = new ScriptedStage();
  const { readable, writable } = new StageStream(stage);
  const writer = writable.getWriter();
  const fates = Promise.allSettled([...chunks.map(chunk => writer.write(chunk)), writer.close()]);
  return { stage, readable, writer, fates };
}

/** An iterator type with a value for `return`, which that of the DOM library lacks. */
function leave(
  iterator: AsyncIterator<number, unknown>,
  value: unknown,
): Promise<IteratorResult<number, unknown>> {
  return iterator.return!(value);
}

async function collect(outputs: AsyncIterable<number>): Promise<unknown[]> {
  const got: unknown[] = [];
  try {
    for await (const out of outputs) got.push(out);
    return [...got, 'end'];
  } catch (error) {
    return [...got, error];
  }
}

test('gives what a reader gives: the outputs, then the end or the failure', async () => {
  assert.equal(await collect(given([1, 2, 3], [], [4]).readable), [1, 2, 3, 4, 'end']);
  assert.equal(await collect(given([1, 2, 3, bad]).readable), [1, 2, 3, bad]);
  assert.equal(await collect(given().readable.values()), ['end']);
});

test('takes one output at a time from the stage, not a burst', async () => {
  const { stage, readable } = given([1, 2, 3, 4, 5]);
  await settle();
  const iterator = readable[Symbol.asyncIterator]();
  for (let i = 1; i <= 3; i++) {
    assert.equal(await iterator.next(), { value: i, done: false });
    assert.is(stage.reads, i);
  }
});

test('gives queued outputs before it takes from the stage', async () => {
  const { stage, readable } = given(Array.from({ length: 400 }, (_, i) => i));
  const reader = readable.getReader();
  assert.is((await reader.read()).value, 0);
  reader.releaseLock();
  const { reads } = stage;
  const iterator = readable[Symbol.asyncIterator]();
  assert.is((await iterator.next()).value, 1);
  assert.is(stage.reads, reads);
  const rest = await collect({ [Symbol.asyncIterator]: () => iterator });
  assert.equal(rest, [...Array.from({ length: 398 }, (_, i) => i + 2), 'end']);
});

test('queues no burst when it has to wait; a reader still gets its bursts', async () => {
  const stage = new ScriptedStage();
  const { readable, writable } = new StageStream(stage);
  const iterator = readable.values({ preventCancel: true });
  const waiting = iterator.next();
  void writable.getWriter().write(Array.from({ length: 1000 }, (_, i) => i));
  assert.is((await waiting).value, 0);
  assert.is(stage.reads, 1);
  await iterator.return!();
  const reader = readable.getReader();
  for (let i = 1; i <= 2; i++) assert.is((await reader.read()).value, i);
  assert.is(stage.reads, 1 + 256);
});

test('leaves the bursts of a reader unchanged after it has taken outputs at once', async () => {
  const { stage, readable } = given(Array.from({ length: 1000 }, (_, i) => i));
  await settle();
  const iterator = readable.values({ preventCancel: true });
  assert.is((await iterator.next()).value, 0);
  await iterator.return!();
  assert.is((await readable.getReader().read()).value, 1);
  assert.is(stage.reads, 1 + 256);
});

test('locks the stream, and releases it at the end, at a failure and on leaving', async () => {
  const ended = given([1]).readable;
  const iterator = ended.values();
  assert.ok(ended.locked);
  assert.throws(() => ended.values(), TypeError);
  await collect({ [Symbol.asyncIterator]: () => iterator });
  assert.not(ended.locked);

  const failed = given([bad]).readable;
  assert.equal(await collect(failed), [bad]);
  assert.not(failed.locked);

  const left = given([1, 2]).readable;
  for await (const out of left) if (out === 1) break;
  assert.not(left.locked);
});

test('is done for good after the end, a failure or return()', async () => {
  const over = { value: undefined, done: true };
  const ended = given().readable.values();
  assert.equal([await ended.next(), await ended.next()], [over, over]);

  const failed = given([bad]).readable.values();
  const calls = [failed.next(), failed.next()];
  assert.equal(await Promise.all(calls.map(fate)), [bad, 'fulfilled']);
  assert.equal(await failed.next(), over);

  const left = given([1, 2]).readable.values({ preventCancel: true });
  assert.equal(await leave(left, 7), { value: 7, done: true });
  assert.equal(await left.next(), over);
  assert.equal(await leave(left, 8), { value: 8, done: true });
});

test('settles calls in order', async () => {
  const { readable, writable } = new StageStream(new ScriptedStage());
  const iterator = readable.values();
  const calls = [iterator.next(), iterator.next(), iterator.next(), leave(iterator, 'left'), iterator.next()];
  const writer = writable.getWriter();
  writer.closed.catch(() => {});
  await writer.write([1, 2]);
  await writer.write([3, 4]).catch(() => {});
  assert.equal(await Promise.all(calls), [
    { value: 1, done: false },
    { value: 2, done: false },
    { value: 3, done: false },
    { value: 'left', done: true },
    { value: undefined, done: true },
  ]);
});

test('settles calls in order if the host gets a task in between', async () => {
  let out = 0;
  const stream = new StageStream<string, number>({ write() {}, read: () => out++, close() {} });
  stream.writable
    .getWriter()
    .write('')
    .catch(() => {});
  const iterator = stream.readable.values();
  for (let i = 0; i < 3000; i += 3) {
    const results = await Promise.all([iterator.next(), iterator.next(), iterator.next()]);
    assert.equal(
      results.map(({ value }) => value),
      [i, i + 1, i + 2],
    );
  }
  await iterator.return!();
});

test('return(): waits for all earlier calls', async () => {
  const { readable, writable } = new StageStream(new ScriptedStage());
  const writer = writable.getWriter();
  writer.closed.catch(() => {});
  const iterator = readable.values();
  const calls = [iterator.next(), iterator.next()];
  await writer.write([1]);
  assert.is((await calls[0]!).value, 1);
  await settle();
  const left = iterator.return!();
  // Cancelled before the stage was read more often than it had outputs.
  const second = writer.write([2]);
  second.catch(() => {});
  assert.is((await calls[1]!).value, 2);
  assert.ok((await left).done);
});

test('return(): rejects if the cancel rejects', async () => {
  const source: PulledSource<number> = {
    take: () => undefined,
    empty: true,
    sizeOf: () => 1,
    cancel() {
      throw reason;
    },
  };
  const { readable } = new PulledReadable(source);
  const iterator = readable.values();
  assert.instance(iterator, DirectIterator);
  assert.is(await fate(iterator.return!()), reason);
  assert.not(readable.locked);
});

test('cancels on break, on return and on a throw in the loop', async () => {
  const loops = [
    async (outputs: ReadableStream<number>) => {
      for await (const out of outputs) if (out === 2) break;
    },
    async (outputs: ReadableStream<number>) => {
      for await (const out of outputs) if (out === 2) return;
    },
    async (outputs: ReadableStream<number>) => {
      for await (const out of outputs) if (out === 2) throw bad;
    },
  ];
  for (const [i, loop] of loops.entries()) {
    const { readable, writer, fates } = given([1, 2, 3], [4]);
    assert.is(await fate(loop(readable)), i === 2 ? bad : 'fulfilled');
    assert.equal(
      (await fates).slice(1).map(({ status }) => status),
      ['rejected', 'rejected'],
    );
    assert.is(await fate(writer.closed), undefined);
  }
});

test('return(): cancels with its value, also before the first next()', async () => {
  const { stage, readable, writer, fates } = given([1]);
  assert.equal(await leave(readable.values(), reason), { value: reason, done: true });
  await fates;
  assert.is(await fate(writer.closed), reason);
  assert.is(stage.reads, 0);
});

test('leaves the rest to the next reader with preventCancel', async () => {
  const { readable } = given([1, 2, 3], [4]);
  for await (const out of readable.values({ preventCancel: true })) if (out === 2) break;
  assert.equal(await collect(readable), [3, 4, 'end']);
});

test('is its own iterable, and inherits from %AsyncIteratorPrototype%', () => {
  const iterator = given().readable.values();
  assert.is(iterator[Symbol.asyncIterator](), iterator);
  const generated = Object.getPrototypeOf(Object.getPrototypeOf((async function* () {})()));
  assert.ok(Object.prototype.isPrototypeOf.call(Object.getPrototypeOf(generated), iterator));
});

test('comes from methods of the prototype, and accepts null as options', async () => {
  const { readable } = given([1, 2]);
  for (const name of ['values', Symbol.asyncIterator]) assert.not(Object.hasOwn(readable, name));
  const iterator = readable.values(null as never);
  assert.equal(await iterator.next(), { value: 1, done: false });
  assert.equal(await iterator.return!(), { value: undefined, done: true });
});

test('gives the end of a stream that has already ended', async () => {
  const { readable } = given();
  await settle();
  const iterator = readable.values();
  assert.equal(await iterator.next(), { value: undefined, done: true });
  assert.not(readable.locked);
});

test('resolves a waiting call with the end, and releases the lock', async () => {
  const { readable, writable } = new StageStream(new ScriptedStage());
  const iterator = readable.values();
  const waiting = iterator.next();
  await writable.close();
  assert.equal(await waiting, { value: undefined, done: true });
  assert.not(readable.locked);
});

test('rejects a waiting call once, without an unhandled rejection', async () => {
  const { readable, writable } = new StageStream(new ScriptedStage());
  const iterator = readable.values();
  const waiting = [iterator.next(), iterator.next()] as const;
  await writable.abort(bad);
  await settle();
  assert.is(await fate(waiting[0]), bad);
  assert.equal(await waiting[1], { value: undefined, done: true });
  assert.not(readable.locked);
});

test.run();
