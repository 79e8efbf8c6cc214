import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { fuse } from '../../lib/base/fuse.ts';
import type { Stage } from '../../lib/base/stage.ts';
import { StageStream, type StageStreamOptions } from '../../lib/streams/stage-stream.ts';
import { type Script, ScriptedStage } from '../support/scripted-stage.ts';
import { fate, settle } from '../support/settling.ts';

const test = suite('StageStream');

const bad = new Error('bad');
const reason = new Error('reason');

function scripted(options?: StageStreamOptions<number>, onClose?: Error) {
  const stage = new ScriptedStage(onClose);
  const stream = new StageStream(stage, options);
  return { stage, stream, writer: stream.writable.getWriter() };
}

/** Returns all outputs; the last item is `'end'` or the failure. */
async function readAll(readable: ReadableStream<number>, between?: () => Promise<void>): Promise<unknown[]> {
  const reader = readable.getReader();
  const got: unknown[] = [];
  try {
    for (;;) {
      await between?.();
      const result = await reader.read();
      if (result.done) return [...got, 'end'];
      got.push(result.value);
    }
  } catch (error) {
    return [...got, error];
  }
}

/** Waits until all promises have settled that do not wait for a task. */
async function microtasks(): Promise<void> {
  for (let i = 0; i < 20; i++) await undefined;
}

/** As `readAll`, through the stream's iterator. */
async function iterateAll(readable: ReadableStream<number>): Promise<unknown[]> {
  const got: unknown[] = [];
  for await (const out of readable) got.push(out);
  return [...got, 'end'];
}

function from(...chunks: Script[]): ReadableStream<Script> {
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });
}

/** Passes its input on as a script with one output. */
const wrapping = (): Stage<number, Script> => {
  let held: Script | undefined;
  return {
    write: chunk => void (held = [chunk]),
    read() {
      const out = held;
      held = undefined;
      return out;
    },
    close() {},
  };
};

test('gives the outputs of all chunks in order, then the end', async () => {
  const stage = new ScriptedStage();
  const readable = from([1, 2], [], [3], [4, 5, 6]).pipeThrough(new StageStream(stage));
  assert.equal(await readAll(readable), [1, 2, 3, 4, 5, 6, 'end']);
  assert.ok(stage.closed);
});

test('gives a failure after all outputs: to a fast reader, a slow one, and a late one', async () => {
  for (const script of [[1, 2, 3, bad], [1, bad], [bad]] satisfies Script[]) {
    const expected: unknown[] = [0, ...script];
    const piped = () => from([0], script).pipeThrough(new StageStream(new ScriptedStage()));
    assert.equal(await readAll(piped()), expected, 'fast');
    assert.equal(await readAll(piped(), settle), expected, 'slow');
    const late = piped();
    await settle();
    assert.equal(await readAll(late), expected, 'late');
  }
});

test('gives a failure of a fused or a chained stage after all outputs', async () => {
  const script = [1, 2, 3, bad];
  for (const between of [undefined, settle]) {
    const fused = fuse(fuse(new ScriptedStage(), wrapping()), new ScriptedStage());
    assert.equal(await readAll(from(script).pipeThrough(new StageStream(fused)), between), script);
    const chained = from(script)
      .pipeThrough(new StageStream(new ScriptedStage()))
      .pipeThrough(new StageStream(wrapping()))
      .pipeThrough(new StageStream(new ScriptedStage()));
    assert.equal(await readAll(chained, between), script);
  }
});

test('gives both branches of a tee all outputs before a failure', async () => {
  const [left, right] = from([1, 2, 3, bad]).pipeThrough(new StageStream(new ScriptedStage())).tee();
  assert.equal(await Promise.all([readAll(left), readAll(right)]), [
    [1, 2, 3, bad],
    [1, 2, 3, bad],
  ]);
});

test('fails with the errors of write() and close() of the stage', async () => {
  const refused = new RangeError('refused');
  const refusing = scripted();
  const write = refusing.writer.write([refused]);
  assert.is(await fate(write), refused);
  assert.is(await fate(refusing.writer.closed), refused);
  assert.equal(await readAll(refusing.stream.readable), [refused]);

  const unfinished = scripted({}, bad);
  const reading = readAll(unfinished.stream.readable);
  await unfinished.writer.write([1]);
  assert.is(await fate(unfinished.writer.close()), bad);
  assert.equal(await reading, [1, bad]);
});

test('keeps a failure of close() until the queue is empty', async () => {
  const { stream, writer } = scripted({}, bad);
  const reader = stream.readable.getReader();
  const reads = [reader.read()];
  await writer.write([1, 2, 3]);
  assert.is(await fate(writer.close()), bad);
  for (let i = 0; i < 2; i++) reads.push(reader.read());
  assert.equal(
    await Promise.all(reads),
    [1, 2, 3].map(value => ({ value, done: false })),
  );
  assert.is(await fate(reader.read()), bad);
});

test('rejects the write whose chunk fails, and later writes', async () => {
  const { stage, stream, writer } = scripted();
  const writes = [writer.write([1, bad]), writer.write([2])];
  const fates = Promise.all(writes.map(write => fate(write)));
  assert.equal(await fates, ['pending', 'pending']);
  assert.equal(await readAll(stream.readable), [1, bad]);
  assert.equal(await Promise.all(writes.map(write => fate(write))), [bad, bad]);
  assert.is(await fate(writer.closed), bad);
  assert.equal(stage.written, [[1, bad]]);
});

test('rejects a write at once if its chunk fails for a pending read', async () => {
  const { stream, writer } = scripted();
  const reading = readAll(stream.readable);
  await settle();
  assert.is(await fate(writer.write([bad])), bad);
  assert.equal(await reading, [bad]);
});

test('reads the stage only for a pending read', async () => {
  const { stage, stream, writer } = scripted();
  const write = writer.write([1, 2]);
  assert.is(await fate(write), 'pending');
  assert.is(stage.reads, 0);
  const reader = stream.readable.getReader();
  assert.equal(await reader.read(), { value: 1, done: false });
  assert.is(await fate(write), 'fulfilled');
  assert.is(await fate(writer.write([3])), 'pending');
  assert.is(stage.reads, 3);
});

test('decodes one burst for a read, of at least two outputs', async () => {
  const many: number[] = Array.from({ length: 1000 }, (_, i) => i);
  const reads = async (options: StageStreamOptions<number>) => {
    const { stage, stream, writer } = scripted(options);
    void writer.write(many);
    await stream.readable.getReader().read();
    await settle();
    return stage.reads;
  };
  assert.is(await reads({ sizeOf: () => 64 }), 128);
  assert.is(await reads({ sizeOf: () => 0 }), 256);
  assert.is(await reads({}), 256);
  assert.is(await reads({ burstBytes: 128, sizeOf: () => 0 }), 2);
  assert.is(await reads({ burstBytes: 129, sizeOf: () => 0 }), 3);
  assert.is(await reads({ burstBytes: 1 }), 2);
  assert.is(await reads({ sizeOf: () => Infinity }), 2);
  assert.is(await reads({ burstBytes: Infinity }), 1001);
});

test('takes byteLength as the size of an output, plus 64 bytes', async () => {
  for (const [length, expected] of [
    [128, 2],
    [127, 3],
  ] as const) {
    const outputs = [new Uint16Array(8000), new Uint16Array(length), null, new Uint8Array(1)];
    let reads = 0;
    const stage: Stage<string, ArrayBufferView | null> = {
      write() {},
      read: () => outputs[reads++],
      close() {},
    };
    const stream = new StageStream(stage);
    void stream.writable.getWriter().write('');
    await stream.readable.getReader().read();
    await settle();
    assert.is(reads, expected);
  }
});

test('rejects an invalid burstBytes', () => {
  assert.throws(() => new StageStream(new ScriptedStage(), { burstBytes: 0 }), /burstBytes/);
});

test('settles a write when its outputs are read, with at most two reads', async () => {
  const { stream, writer } = scripted({ burstBytes: 1 });
  const reader = stream.readable.getReader();
  const write = writer.write([1]);
  assert.equal(await reader.read(), { value: 1, done: false });
  await write;
  const hungry = reader.read();
  await settle();
  await writer.write([2]);
  assert.equal(await hungry, { value: 2, done: false });
});

test('accepts a limited amount if the reader has released its read', async () => {
  const { stage, stream, writer } = scripted();
  const reader = stream.readable.getReader();
  const read = reader.read();
  read.catch(() => {});
  await settle();
  reader.releaseLock();
  const writes = [1, 2, 3, 4, 5].map(i => writer.write([i]));
  for (const write of writes) write.catch(() => {});
  await settle();
  assert.ok(stage.written.length <= 2, `${stage.written.length} chunks accepted`);
  void writer.close();
  assert.equal(await readAll(stream.readable), [1, 2, 3, 4, 5, 'end']);
});

test('settles pending reads in order', async () => {
  const { stream, writer } = scripted();
  const reader = stream.readable.getReader();
  const reads = Array.from({ length: 6 }, () => reader.read());
  await settle();
  await writer.write([1, 2]);
  await writer.write([3]);
  await writer.write([4, 5]);
  void writer.close();
  const values = (await Promise.all(reads)).map(({ value, done }) => (done ? 'end' : value));
  assert.equal(values, [1, 2, 3, 4, 5, 'end']);
});

test('close: reaches the reader after the queue', async () => {
  const { stage, stream, writer } = scripted();
  const reader = stream.readable.getReader();
  const read = reader.read();
  await writer.write([1, 2]);
  assert.is(await fate(writer.close()), 'fulfilled');
  assert.ok(stage.closed);
  assert.is((await read).value, 1);
  assert.is((await reader.read()).value, 2);
  assert.ok((await reader.read()).done);
});

test('abort: reaches a waiting reader and a late one', async () => {
  const waiting = scripted();
  const reading = readAll(waiting.stream.readable);
  await settle();
  await waiting.writer.abort(reason);
  assert.equal(await reading, [reason]);

  const later = scripted();
  await later.writer.abort(reason);
  assert.equal(await readAll(later.stream.readable), [reason]);
});

test('abort: settles at once, releases the write, and comes after the remaining outputs', async () => {
  for (const between of [undefined, settle]) {
    const { stream, writer } = scripted();
    const write = writer.write([1, 2, 3]);
    await settle();
    assert.is(await fate(writer.abort(reason)), 'fulfilled');
    assert.not.equal(await fate(write), 'pending');
    assert.equal(await readAll(stream.readable, between), [1, 2, 3, reason]);
  }
});

test('abort: comes after the queue', async () => {
  const { stream, writer } = scripted();
  const reader = stream.readable.getReader();
  const first = reader.read();
  await writer.write([1, 2]);
  await writer.abort(reason);
  assert.is((await first).value, 1);
  assert.is((await reader.read()).value, 2);
  assert.is(await fate(reader.read()), reason);
});

test('prefers a failure of the stage to the reason of an abort', async () => {
  const before = scripted();
  const write = before.writer.write([1, bad]);
  write.catch(() => {});
  await settle();
  await before.writer.abort(reason);
  assert.equal(await readAll(before.stream.readable), [1, bad]);

  const during = scripted();
  during.writer.write([1, bad]).catch(() => {});
  await settle();
  const reader = during.stream.readable.getReader();
  const calls = Promise.all([fate(during.writer.abort(reason)), reader.read()]);
  assert.equal((await calls)[1], { value: 1, done: false });
  assert.is(await fate(reader.read()), bad);
});

test('abort: from upstream, comes after the decoded outputs', async () => {
  let fail = (_: unknown): void => {};
  const upstream = new ReadableStream<Script>({
    start(controller) {
      controller.enqueue([1, 2]);
      fail = error => controller.error(error);
    },
  });
  const readable = upstream
    .pipeThrough(new StageStream(new ScriptedStage()))
    .pipeThrough(new StageStream(wrapping()));
  const reader = readable.getReader();
  assert.equal(await reader.read(), { value: [1], done: false });
  fail(reason);
  assert.equal(await reader.read(), { value: [2], done: false });
  assert.is(await fate(reader.read()), reason);
});

test('cancel: rejects the pending write and later ones', async () => {
  const { stage, stream, writer } = scripted();
  const write = fate(writer.write([1, 2]));
  assert.is(await write, 'pending');
  const pending = writer.write([3]);
  const fates = Promise.all([fate(pending), fate(stream.readable.cancel(reason))]);
  assert.equal(await fates, [reason, 'fulfilled']);
  assert.is(await fate(writer.closed), reason);
  assert.is(await fate(writer.write([3])), reason);
  assert.is(stage.reads, 0);
});

test('cancel: reaches the source of a chain', async () => {
  let cancelled: unknown;
  const source = new ReadableStream<Script>({
    pull: controller => controller.enqueue([1]),
    cancel: why => void (cancelled = why),
  });
  const readable = source
    .pipeThrough(new StageStream(new ScriptedStage()))
    .pipeThrough(new StageStream(wrapping()));
  const reader = readable.getReader();
  await reader.read();
  await reader.cancel(reason);
  await settle();
  assert.is(cancelled, reason);
});

test('cancel: drops the remaining outputs after an abort', async () => {
  const { stage, stream, writer } = scripted();
  writer.write([1, 2]).catch(() => {});
  await settle();
  await writer.abort(bad);
  await stream.readable.cancel(reason);
  assert.is(stage.reads, 0);
  assert.equal(await readAll(stream.readable), ['end']);
});

test('gives the host a task while the stage is busy, and gives the same outputs', async () => {
  const script: Script = ['busy', 1, 2, 'busy', 'busy', 3, 'busy'];
  for (const read of [readAll, iterateAll]) {
    const stage = new ScriptedStage();
    const busyReads: number[] = [];
    const spied: Stage<Script, number> = {
      write: chunk => stage.write(chunk),
      read: () => stage.read(),
      get busy() {
        if (stage.busy) busyReads.push(stage.reads);
        return stage.busy;
      },
      close: () => stage.close(),
    };
    assert.equal(await read(from(script, [4], ['busy']).pipeThrough(new StageStream(spied))), [
      1,
      2,
      3,
      4,
      'end',
    ]);
    assert.is(busyReads.length, 5);
  }
});

test('does not read a busy stage before the next task', async () => {
  const { stage, stream, writer } = scripted();
  void writer.write(['busy', 1]);
  const reader = stream.readable.getReader();
  const read = reader.read();
  await microtasks();
  assert.is(stage.reads, 1);
  assert.equal(await read, { value: 1, done: false });
  reader.releaseLock();
  void writer.write([2, 'busy', 3]);
  const again = stream.readable.getReader();
  assert.equal(await again.read(), { value: 2, done: false });
  const { reads } = stage;
  const last = again.read();
  await microtasks();
  assert.is(stage.reads, reads);
  assert.equal(await last, { value: 3, done: false });
});

test('abort: comes after the remaining outputs while the stage is busy', async () => {
  for (const between of [undefined, settle]) {
    const { stream, writer } = scripted();
    const reading = readAll(stream.readable, between);
    await settle();
    writer.write(['busy', 1, 'busy', 2, 'busy']).catch(() => {});
    assert.is(await fate(writer.abort(reason)), 'fulfilled');
    assert.equal(await reading, [1, 2, reason]);
  }
});

test('cancel: ends a busy stage', async () => {
  const { stage, stream, writer } = scripted();
  const write = fate(writer.write(['busy', 1]));
  const reader = stream.readable.getReader();
  const read = reader.read();
  await microtasks();
  await reader.cancel(reason);
  assert.equal(await read, { value: undefined, done: true });
  assert.is(await write, reason);
  assert.is(stage.reads, 1);
});

/** Returns true if a timer fires before `step` has run a hundred thousand times. */
async function timerFiresDuring(step: () => Promise<unknown>): Promise<boolean> {
  let fired = false;
  setTimeout(() => (fired = true));
  for (let i = 0; i < 1e5 && !fired; i++) await step();
  return fired;
}

test('lets timers run while source and reader are always ready', async () => {
  const source = new ReadableStream<Script>({ pull: controller => controller.enqueue([1, 2, 3]) });
  const reader = source.pipeThrough(new StageStream(new ScriptedStage())).getReader();
  assert.ok(await timerFiresDuring(() => reader.read()));
  await reader.cancel();
});

test('lets timers run while one chunk has endless outputs, for a reader and an iterator', async () => {
  const endless: Stage<string, number> = { write() {}, read: () => 1, close() {} };
  const streams = [new StageStream(endless), new StageStream(endless)];
  for (const { writable } of streams)
    writable
      .getWriter()
      .write('')
      .catch(() => {});
  const reader = streams[0]!.readable.getReader();
  assert.ok(await timerFiresDuring(() => reader.read()), 'reader');
  await reader.cancel();
  const iterator = streams[1]!.readable[Symbol.asyncIterator]();
  assert.ok(await timerFiresDuring(() => iterator.next()), 'iterator');
  await iterator.return!();
});

// On hosts on which the tasks can be counted.
const onlyWithImmediates = 'setImmediate' in globalThis ? test : test.skip;

onlyWithImmediates('leaves the host a task only now and then', async () => {
  const stream = new StageStream<string, number>({ write() {}, read: () => 1, close() {} });
  stream.writable
    .getWriter()
    .write('')
    .catch(() => {});
  const { setImmediate } = globalThis;
  let tasks = 0;
  globalThis.setImmediate = ((callback: () => void) => {
    tasks += 1;
    return setImmediate(callback);
  }) as typeof setImmediate;
  let outputs = 0;
  for await (const _ of stream.readable) if (++outputs === 10_240) break;
  globalThis.setImmediate = setImmediate;
  assert.ok(tasks >= 9 && tasks <= 10, `${tasks} tasks`);
});

test('lets timers run while chunks have no outputs', async () => {
  const { stream, writer } = scripted();
  const reading = readAll(stream.readable);
  assert.ok(await timerFiresDuring(() => writer.write([])));
  await writer.close();
  assert.equal(await reading, ['end']);
});

test.run();
