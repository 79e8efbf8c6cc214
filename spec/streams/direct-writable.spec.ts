import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  DirectSink,
  type DirectTarget,
  DirectWritable,
  DirectWriter,
} from '../../lib/streams/direct-writable.ts';
import { isWorkerd } from '../support/host-streams.ts';
import { fate, settle } from '../support/settling.ts';

const test = suite('DirectWritable');

const bad = new Error('bad');
const reason = new Error('reason');

/** A target whose sends stay pending until `release` or `abort` is called. */
class Target implements DirectTarget<string> {
  readonly sent: string[] = [];
  readonly events: unknown[] = [];
  backlogBytes = 0;
  closing: Promise<void> = Promise.resolve();
  readonly #waiting: { readonly resolve: () => void; readonly reject: (error: unknown) => void }[] = [];

  send(chunk: string): Promise<void> {
    const text = `${chunk}`;
    this.sent.push(text);
    this.backlogBytes += text.length;
    const sent = new Promise<void>((resolve, reject) => this.#waiting.push({ resolve, reject }));
    sent.catch(() => {});
    return sent;
  }

  close(): Promise<void> {
    this.events.push('close');
    return this.closing;
  }

  abort(reason: unknown): void {
    this.events.push(reason);
    for (const { reject } of this.#waiting.splice(0)) reject(reason);
  }

  release(count = Infinity): void {
    for (const { resolve } of this.#waiting.splice(0, count)) resolve();
  }
}

function writing() {
  const target = new Target();
  const sink = new DirectSink<string>(target);
  const writable = new DirectWritable(sink);
  /** Changes the backlog and notifies the sink. */
  const backlog = (bytes: number) => {
    target.backlogBytes = bytes;
    sink.roomChanged();
  };
  return { target, sink, writable, backlog };
}

const platformWriter = (writable: WritableStream<string>) =>
  WritableStream.prototype.getWriter.call(writable) as WritableStreamDefaultWriter<string>;

test('passes chunks on within the call, and settles each write separately', async () => {
  const { target, writable } = writing();
  const writer = writable.getWriter();
  assert.instance(writer, DirectWriter);
  const writes = ['a', 'b', 'c'].map(text => writer.write(text));
  assert.equal(target.sent, ['a', 'b', 'c']);
  assert.equal(await Promise.all(writes.map(fate)), ['pending', 'pending', 'pending']);
  target.release(2);
  assert.equal(await Promise.all(writes.map(fate)), ['fulfilled', 'fulfilled', 'pending']);
  target.release();
  assert.is(await fate(writes[2]!), 'fulfilled');
});

test('has a desiredSize of 64 KiB minus the backlog, and a pending ready unless it is above 0', async () => {
  const { writable, backlog } = writing();
  const writer = writable.getWriter();
  assert.is(writer.desiredSize, 65_536);
  backlog(65_535);
  assert.equal([writer.desiredSize, await fate(writer.ready)], [1, 'fulfilled']);
  backlog(65_536);
  const { ready } = writer;
  assert.equal([writer.desiredSize, await fate(ready), writer.ready === ready], [0, 'pending', true]);
  backlog(70_000);
  assert.equal([writer.desiredSize, await fate(ready)], [-4464, 'pending']);
  backlog(0);
  assert.equal([await fate(ready), await fate(writer.ready)], ['fulfilled', 'fulfilled']);
  backlog(0);
});

test('takes chunks from the platform’s writers and pipes one after the other, while there is room', async () => {
  const { target, writable, backlog } = writing();
  const writer = platformWriter(writable);
  assert.not.instance(writer, DirectWriter);
  const writes = ['a', 'b'].map(text => writer.write(text));
  await settle();
  assert.equal(
    [target.sent, await Promise.all(writes.map(fate))],
    [
      ['a', 'b'],
      ['fulfilled', 'fulfilled'],
    ],
  );
  target.backlogBytes = 65_536;
  const waiting = [writer.write('c'), writer.write('d')];
  await settle();
  assert.equal([target.sent, await fate(waiting[0]!)], [['a', 'b', 'c'], 'pending']);
  backlog(0);
  assert.equal([await fate(waiting[1]!), target.sent], ['fulfilled', ['a', 'b', 'c', 'd']]);
  target.backlogBytes = 65_536;
  const last = writer.write('e');
  assert.is(await fate(last), 'pending');
  backlog(0);
  assert.is(await fate(last), 'fulfilled');
});

test('rejects a write of the platform that waits for a task if the stream fails meanwhile', async () => {
  const { sink } = writing();
  let last: Promise<void> | undefined;
  for (let i = 0; i < 256; i++) last = sink.write('');
  sink.fail(bad);
  assert.is(await fate(last!), bad);
});

// In workerd a released writer drops its queue.
(isWorkerd ? test.skip : test)('our writers wait after what the platform has queued', async () => {
  const { target, writable, backlog } = writing();
  const pipe = platformWriter(writable);
  target.backlogBytes = 65_536;
  void pipe.write('a');
  void pipe.write('b');
  await settle();
  pipe.releaseLock();
  const writer = writable.getWriter();
  const write = writer.write('c');
  await settle();
  assert.equal([target.sent, writer.desiredSize! <= 0], [['a'], true]);
  backlog(0);
  await settle();
  assert.equal([target.sent, await fate(write)], [['a', 'b', 'c'], 'fulfilled']);
  void writer.write('d');
  assert.equal(target.sent, ['a', 'b', 'c', 'd']);
});

test('gives the host a task every 256 chunks of the platform', async () => {
  const { target, writable } = writing();
  const count = 2000;
  let left = count;
  const source = new ReadableStream<string>({
    pull: controller => (left-- > 0 ? controller.enqueue('') : controller.close()),
  });
  const pipe = source.pipeTo(writable);
  let tasks = 0;
  const tick = setInterval(() => {
    tasks += 1;
  }, 0);
  await pipe;
  clearInterval(tick);
  assert.equal([target.sent.length, target.events], [count, ['close']]);
  assert.ok(tasks > 0);
});

test('fails the stream on a chunk that the target rejects, from either kind of writer', async () => {
  for (const getWriter of [(writable: WritableStream<string>) => writable.getWriter(), platformWriter]) {
    const { target, writable, sink } = writing();
    const writer = getWriter(writable);
    assert.instance(await fate(writer.write(Symbol('x') as never)), TypeError);
    const error = await fate(writer.closed);
    assert.instance(error, TypeError);
    assert.equal([await fate(writer.write('a')), writer.desiredSize], [error, null]);
    assert.equal([target.sent, target.events], [[], []]);
    if (writer instanceof DirectWriter) assert.is(sink.failure?.error, error);
  }
});

test('closes the target, settles with it, and rejects later writes', async () => {
  const { target, writable, sink } = writing();
  let closed = () => {};
  target.closing = new Promise(resolve => {
    closed = resolve;
  });
  const writer = writable.getWriter();
  void writer.write('a');
  assert.is(sink.closing, false);
  const close = writer.close();
  assert.equal([sink.closing, sink.direct], [true, false]);
  assert.instance(await fate(writer.write('b')), TypeError);
  assert.instance(await fate(writer.close()), TypeError);
  assert.equal([target.sent, target.events, await fate(close)], [['a'], ['close'], 'pending']);
  closed();
  assert.equal([await fate(close), await fate(writer.closed)], ['fulfilled', 'fulfilled']);
  assert.instance(await fate(writer.write('c')), TypeError);
});

test('rejects writes after a close without a writer; a rejected close has no effect', async () => {
  const { target, writable } = writing();
  const writer = writable.getWriter();
  assert.instance(await fate(writable.close()), TypeError);
  void writer.write('a');
  assert.equal(target.sent, ['a']);
  writer.releaseLock();
  assert.instance(await fate(writer.close()), TypeError);
  const next = writable.getWriter();
  void next.write('b');
  assert.equal(target.sent, ['a', 'b']);
  next.releaseLock();
  const close = writable.close();
  assert.is(await fate(close), 'fulfilled');
  assert.instance(await fate(writable.getWriter().write('c')), TypeError);
});

test('settles a pending ready on a close', async () => {
  const { writable, backlog } = writing();
  const writer = writable.getWriter();
  backlog(70_000);
  const { ready } = writer;
  assert.is(await fate(ready), 'pending');
  void writer.close();
  assert.is(await fate(ready), 'fulfilled');
});

test('aborts the target at once, and fails later writes', async () => {
  for (const way of ['writer', 'stream'] as const) {
    const { target, writable, sink } = writing();
    // The platform delays an abort until the stream has started.
    await settle();
    const writer = writable.getWriter();
    const write = writer.write('a');
    if (way === 'stream') writer.releaseLock();
    const abort = way === 'writer' ? writer.abort(reason) : writable.abort(reason);
    assert.equal([target.events, sink.direct], [[reason], false]);
    assert.equal([await fate(write), await fate(abort)], [reason, 'fulfilled']);
    const after = way === 'writer' ? writer : writable.getWriter();
    assert.equal([await fate(after.write('b')), await fate(after.ready)], [reason, reason]);
    assert.equal([target.sent, sink.failure], [['a'], { error: reason }]);
  }
});

test('aborts without waiting for a chunk of the platform that waits for room', async () => {
  const { target, writable } = writing();
  const writer = platformWriter(writable);
  target.backlogBytes = 65_536;
  const writes = ['a', 'b', 'c'].map(text => writer.write(text));
  await settle();
  const fates = writes.map(fate);
  const abort = writer.abort(reason);
  assert.equal([await fate(abort), target.sent, target.events], ['fulfilled', ['a'], [reason]]);
  assert.equal(await Promise.all(fates), ['fulfilled', reason, reason]);
});

test('rejects a pending ready and all later calls on a failure', async () => {
  const { sink, target, writable, backlog } = writing();
  const writer = writable.getWriter();
  assert.is(sink.failure, undefined);
  backlog(70_000);
  const { ready } = writer;
  sink.fail(bad);
  sink.fail(reason);
  sink.roomChanged();
  assert.equal([await fate(ready), await fate(writer.ready)], [bad, bad]);
  assert.equal(
    [await fate(writer.closed), await fate(writer.write('a')), writer.desiredSize],
    [bad, bad, null],
  );
  assert.equal([target.sent, target.events, sink.failure], [[], [], { error: bad }]);
  assert.is(await fate(sink.ready), 'fulfilled', 'no writer waits for room');
});

test('rejects a pending ready when its writer is released; the next writer waits again', async () => {
  const { target, writable, backlog } = writing();
  const writer = writable.getWriter();
  backlog(70_000);
  const { ready } = writer;
  writer.releaseLock();
  writer.releaseLock();
  assert.instance(await fate(ready), TypeError);
  for (const call of [
    () => writer.write('a'),
    () => writer.close(),
    () => writer.abort(),
    () => writer.ready,
  ]) {
    assert.instance(await fate(call()), TypeError);
  }
  assert.throws(() => writer.desiredSize, TypeError);
  const next = writable.getWriter();
  assert.is(await fate(next.ready), 'pending');
  backlog(0);
  assert.is(await fate(next.ready), 'fulfilled');
  void next.write('b');
  assert.equal(target.sent, ['b']);
});

test('causes no unhandled rejection', async () => {
  const { sink, writable } = writing();
  const writer = writable.getWriter();
  sink.fail(bad);
  void writer.write('a');
  void writer.close();
  void writer.abort();
  void writable.close();
  void writable.abort();
  writer.releaseLock();
  void writer.write('a');
  void writable.close();
  await settle();
  assert.not(writable.locked);
});

test('gives the sink of its own streams only', () => {
  const { sink, writable } = writing();
  assert.is(DirectWritable.sinkOf(writable), sink);
  for (const other of [new WritableStream<string>(), {}, undefined, null, 5]) {
    assert.is(DirectWritable.sinkOf(other as WritableStream<string>), undefined);
  }
});

test.run();
