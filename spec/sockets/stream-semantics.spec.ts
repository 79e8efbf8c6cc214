// Runs the same scenarios over streams of the platform and over those of a socket, with the socket's own methods and with the
// platform's. A socket's streams take shortcuts, but must behave as the platform's streams in every way a consumer can see.

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { WebSocketError } from '../../lib/base/websocket-error.ts';
import type { Message } from '../../lib/sockets/event-readables.ts';
import type { OutgoingMessage } from '../../lib/sockets/message-writable.ts';
import { HandDuplex } from '../support/hand-duplex.ts';
import { fromHex } from '../support/hex.ts';
import { streamsAreStandard } from '../support/host-streams.ts';
import { fromClient } from '../support/named-frames.ts';
import { referenceDecode } from '../support/reference-decoder.ts';
import { fate, settle } from '../support/settling.ts';
import { openByHand } from '../support/socket-over.ts';

const all = suite('streams of a socket compared with streams of the platform');
/** Scenarios are skipped if the platform departs from the standard, because there is nothing to compare with. */
const test = streamsAreStandard ? all : all.skip;

type In = ReadableStream<Message>;
type Out = WritableStream<OutgoingMessage>;
type Reader = ReadableStreamDefaultReader<Message>;
type Writer = WritableStreamDefaultWriter<OutgoingMessage>;

/** A readable and its source. */
interface Source {
  readonly readable: In;
  give(...chunks: string[]): void;
  end(): void;
  fail(): void;
  /** The reason of the consumer's cancel, if it cancelled. */
  cancelled(): string | undefined;
}

/** A writable and its sink. */
interface Sink {
  readonly writable: Out;
  /** Blocks the sink. */
  block(): void;
  unblock(): void;
  /** Settles a pending close. */
  answerClose(): void;
  fail(): void;
  /** The chunks received, then `close` or `abort`, with a code if there is one. */
  got(): readonly string[];
}

/** The way in which a consumer calls the methods of a stream. */
interface Methods {
  getReader(readable: In): Reader;
  values(readable: In, options?: { preventCancel?: boolean } | null): AsyncIterableIterator<Message>;
  cancel(readable: In, reason?: unknown): Promise<void>;
  tee(readable: In): [In, In];
  pipeTo(readable: In, writable: Out, options?: StreamPipeOptions): Promise<void>;
  getWriter(writable: Out): Writer;
  close(writable: Out): Promise<void>;
  abort(writable: Out, reason?: unknown): Promise<void>;
}

const own: Methods = {
  getReader: readable => readable.getReader(),
  values: (readable, options) => readable.values(options as object) as never,
  cancel: (readable, reason) => readable.cancel(reason),
  tee: readable => readable.tee(),
  pipeTo: (readable, writable, options) => readable.pipeTo(writable as WritableStream, options),
  getWriter: writable => writable.getWriter(),
  close: writable => writable.close(),
  abort: (writable, reason) => writable.abort(reason),
};

const { prototype: readables } = ReadableStream;
const { prototype: writables } = WritableStream;
const platform: Methods = {
  getReader: readable => readables.getReader.call(readable) as Reader,
  values: (readable, options) => readables.values.call(readable, options as object) as never,
  cancel: (readable, reason) => readables.cancel.call(readable, reason),
  tee: readable => readables.tee.call(readable) as [In, In],
  pipeTo: (readable, writable, options) => readables.pipeTo.call(readable, writable, options),
  getWriter: writable => writables.getWriter.call(writable) as Writer,
  close: writable => writables.close.call(writable),
  abort: (writable, reason) => writables.abort.call(writable, reason),
};

const violation = WebSocketError.of('broken', { closeCode: 1002 });
/** Bytes that a peer may not send. */
const reservedOpcode = fromClient.frame(3);

const codeOf = (reason: unknown) => (reason as { closeCode?: number } | undefined)?.closeCode;
const said = (what: string, code: number | null | undefined) => (code ? `${what} ${code}` : what);

function platformSource(): Source {
  let controller!: ReadableStreamDefaultController<Message>;
  let cancelled: string | undefined;
  const readable = new ReadableStream<Message>(
    {
      start: given => void (controller = given),
      cancel: reason => void (cancelled = said('cancel', codeOf(reason))),
    },
    { highWaterMark: 0 },
  );
  return {
    readable,
    give(...chunks) {
      if (cancelled === undefined) for (const chunk of chunks) controller.enqueue(chunk);
    },
    end: () => controller.close(),
    // As on a socket, after the chunks given before.
    fail: () => void whenEmpty(controller).then(() => controller.error(violation)),
    cancelled: () => cancelled,
  };
}

async function whenEmpty(controller: ReadableStreamDefaultController): Promise<void> {
  while ((controller.desiredSize ?? 0) < 0) await new Promise(resolve => setTimeout(resolve));
}

function socketSource(): Source {
  const { duplex, socket } = openByHand();
  return {
    readable: socket.readable,
    give: (...chunks) => duplex.give(chunks.map(chunk => fromClient.text(chunk)).join('')),
    end() {
      duplex.give(fromClient.close(1000));
      duplex.end();
    },
    fail: () => duplex.give(reservedOpcode),
    cancelled() {
      const { initiator, failed, sent } = socket.closeRecord;
      return initiator === 'local' && !failed && sent !== undefined
        ? said('cancel', sent.closeCode)
        : undefined;
    },
  };
}

function platformSink(): Sink {
  const got: string[] = [];
  let controller!: WritableStreamDefaultController;
  let blocked: Promise<void> | undefined;
  let unblock = () => {};
  let answer!: () => void;
  const answered = new Promise<void>(resolve => {
    answer = resolve;
  });
  const writable = new WritableStream<OutgoingMessage>(
    {
      start: given => void (controller = given),
      async write(chunk) {
        const message = `${chunk}`;
        await blocked;
        got.push(message);
      },
      close() {
        got.push('close');
        return answered;
      },
      abort: reason => void got.push(said('abort', codeOf(reason))),
    },
    { highWaterMark: 65_536, size: chunk => 64 + (typeof chunk === 'string' ? chunk.length : 0) },
  );
  return {
    writable,
    block() {
      blocked = new Promise(resolve => {
        unblock = resolve;
      });
    },
    unblock() {
      blocked = undefined;
      unblock();
    },
    answerClose: answer,
    fail: () => controller.error(violation),
    got: () => got,
  };
}

function socketSink(): Sink {
  const { duplex, socket } = openByHand({ maxFrameBytes: Infinity }, new HandDuplex());
  return {
    writable: socket.writable,
    block: () => void (duplex.flowing = false),
    unblock() {
      duplex.flowing = true;
      duplex.settleWrite();
    },
    answerClose() {
      duplex.give(fromClient.close(1000));
      duplex.end();
    },
    fail: () => duplex.give(reservedOpcode),
    got() {
      const { failed } = socket.closeRecord;
      const decoded = referenceDecode(fromHex(duplex.wire), { role: 'client' }).events;
      // The Close after a violation is not the writer's.
      const ours = decoded.filter(([type]) => type !== 'close' || !failed);
      return ours.map(([type, data]) => (type === 'close' ? endOf(data as number | undefined) : `${data}`));
    },
  };
  /** The Close of a closed or aborted writer; the caller knows which it was. */
  function endOf(code: number | undefined): string {
    return code === undefined ? 'close' : said('abort', code);
  }
}

/** A log of what happens, in order. */
class Trace {
  readonly lines: string[] = [];

  say(line: string): void {
    this.lines.push(line);
  }

  /** Logs the result of a call, or its error. */
  call(name: string, step: () => unknown): void {
    try {
      this.say(`${name}: ${shown(step())}`);
    } catch (error) {
      this.say(`${name} throws ${shown(error)}`);
    }
  }

  /** Logs the result of a promise. */
  watch<T>(name: string, promise: Promise<T>): Promise<T> {
    promise.then(
      value => this.say(`${name}: ${shown(value)}`),
      error => this.say(`${name} rejects ${shown(error)}`),
    );
    return promise;
  }

  /** Logs the state of a promise after everything has settled that can. */
  async settles(name: string, promise: Promise<unknown>): Promise<void> {
    const before = this.lines.length;
    this.watch(name, promise);
    await settle();
    if (this.lines.length === before) this.say(`${name}: pending`);
  }
}

function shown(value: unknown): string {
  if (value instanceof Error) return value.name;
  // The order of these differs between engines.
  if (typeof value === 'object' && value !== null && 'done' in value) {
    const { done, value: chunk } = value as { done: boolean; value: unknown };
    return done ? `end ${shown(chunk)}` : shown(chunk);
  }
  return JSON.stringify(value) ?? `${value as string}`;
}

const reason = new WebSocketError('enough', { closeCode: 4000 });

type World = () => Promise<readonly string[]>;

/** Checks that each kind of stream gives the same lines as the first. */
async function same(worlds: Readonly<Record<string, World>>): Promise<void> {
  const [first, ...others] = Object.entries(worlds);
  const expected = await first![1]();
  assert.ok(expected.length > 1, 'nothing happens');
  for (const [name, world] of others) assert.equal([name, ...(await world())], [name, ...expected]);
}

/** Runs a scenario of reading on a stream of the platform and on a socket's, with both kinds of methods. */
function reading(name: string, scenario: (source: Source, by: Methods, trace: Trace) => Promise<void>): void {
  const run = (source: () => Source, by: Methods) => async () => {
    const trace = new Trace();
    const given = source();
    await settle();
    await scenario(given, by, trace);
    await settle();
    trace.say(`told: ${given.cancelled()}`);
    return trace.lines;
  };
  test(`reading: ${name}`, () =>
    same({
      platform: run(platformSource, own),
      'socket, directly': run(socketSource, own),
      'socket, by the platform': run(socketSource, platform),
    }));
}

reading('a lock excludes all others', async ({ readable }, by, trace) => {
  trace.say(`${readable.locked}`);
  const reader = by.getReader(readable);
  trace.say(`${readable.locked}`);
  trace.call('getReader', () => by.getReader(readable));
  trace.call('values', () => by.values(readable));
  trace.call('tee', () => by.tee(readable));
  await trace.settles('cancel', by.cancel(readable));
  await trace.settles('pipeTo', by.pipeTo(readable, new WritableStream()));
  reader.releaseLock();
  trace.say(`${readable.locked}`);
  trace.call('getReader', () => by.getReader(readable).constructor.name.includes('Reader'));
});

reading('getReader rejects unknown modes', async ({ readable }, _, trace) => {
  trace.call('byob', () => readable.getReader({ mode: 'byob' }));
  trace.call('other', () => readable.getReader({ mode: 'other' as 'byob' }));
  trace.say(`${readable.locked}`);
});

reading(
  'reads are served in order, before and after chunks come, then by the end',
  async (source, by, trace) => {
    const reader = by.getReader(source.readable);
    trace.watch('closed', reader.closed);
    for (let i = 1; i <= 3; i++) trace.watch(`read ${i}`, reader.read());
    source.give('a', 'b');
    await settle();
    source.give('c', 'd');
    await settle();
    for (let i = 4; i <= 6; i++) trace.watch(`read ${i}`, reader.read());
    await settle();
    source.end();
    await settle();
    await trace.settles('read', reader.read());
    await trace.settles('cancel', reader.cancel('late'));
  },
);

reading('queued chunks come before the end', async (source, by, trace) => {
  source.give('a', 'b');
  source.end();
  await settle();
  const reader = by.getReader(source.readable);
  trace.watch('closed', reader.closed);
  await settle();
  trace.say('read');
  for (let i = 1; i <= 3; i++) await trace.settles(`read ${i}`, reader.read());
});

reading('queued chunks come before a failure, which stays', async (source, by, trace) => {
  source.give('a', 'b');
  source.fail();
  await settle();
  const reader = by.getReader(source.readable);
  trace.watch('closed', reader.closed);
  for (let i = 1; i <= 4; i++) await trace.settles(`read ${i}`, reader.read());
  reader.releaseLock();
  const next = by.getReader(source.readable);
  await trace.settles('closed', next.closed);
  await trace.settles('read', next.read());
  await trace.settles('cancel', next.cancel());
});

reading('a failure rejects all pending reads, after closed', async (source, by, trace) => {
  const reader = by.getReader(source.readable);
  for (let i = 1; i <= 3; i++) trace.watch(`read ${i}`, reader.read());
  trace.watch('closed', reader.closed);
  source.fail();
  await settle();
  await trace.settles('cancel', reader.cancel());
});

reading('the end resolves all pending reads, after closed', async (source, by, trace) => {
  const reader = by.getReader(source.readable);
  for (let i = 1; i <= 3; i++) trace.watch(`read ${i}`, reader.read());
  trace.watch('closed', reader.closed);
  source.end();
  await settle();
});

reading(
  'a released reader rejects its pending reads; the next reader continues',
  async (source, by, trace) => {
    const reader = by.getReader(source.readable);
    trace.watch('closed', reader.closed);
    trace.watch('read 1', reader.read());
    source.give('a');
    await settle();
    for (let i = 2; i <= 3; i++) trace.watch(`read ${i}`, reader.read());
    reader.releaseLock();
    reader.releaseLock();
    await settle();
    await trace.settles('closed', reader.closed);
    await trace.settles('read', reader.read());
    await trace.settles('cancel', reader.cancel());
    const next = by.getReader(source.readable);
    trace.watch('next read', next.read());
    source.give('b', 'c');
    await settle();
    await trace.settles('next read', next.read());
  },
);

reading('a cancel ends the pending reads, and passes its reason to the source', async (source, by, trace) => {
  const reader = by.getReader(source.readable);
  trace.watch('closed', reader.closed);
  for (let i = 1; i <= 2; i++) trace.watch(`read ${i}`, reader.read());
  trace.watch('cancel', reader.cancel(reason));
  trace.watch('read 3', reader.read());
  await settle();
  source.give('a');
  await trace.settles('read 4', reader.read());
  await trace.settles('cancel again', reader.cancel('other'));
});

reading('a cancel drops queued chunks', async (source, by, trace) => {
  source.give('a', 'b');
  await settle();
  await trace.settles('cancel', by.cancel(source.readable, reason));
  const reader = by.getReader(source.readable);
  await trace.settles('closed', reader.closed);
  await trace.settles('read', reader.read());
});

reading('both branches of a tee get everything, and the end', async (source, by, trace) => {
  const [one, other] = by.tee(source.readable);
  trace.say(`${source.readable.locked}`);
  const [left, right] = [one.getReader(), other.getReader()];
  source.give('a', 'b');
  await settle();
  for (let i = 1; i <= 2; i++) await trace.settles(`left ${i}`, left.read());
  await trace.settles('right 1', right.read());
  await trace.settles('left cancels', left.cancel(reason));
  source.give('c');
  for (let i = 2; i <= 3; i++) await trace.settles(`right ${i}`, right.read());
  source.end();
  await trace.settles('right 4', right.read());
});

reading(
  'both branches of a tee get the chunks before a failure, and the failure',
  async (source, by, trace) => {
    source.give('a');
    source.fail();
    await settle();
    const readers = by.tee(source.readable).map(branch => branch.getReader());
    for (const [i, reader] of readers.entries()) {
      await trace.settles(`${i}`, reader.read());
      await trace.settles(`${i}`, reader.read());
    }
  },
);

reading('a tee cancels when both branches have been cancelled', async (source, by, trace) => {
  const [one, other] = by.tee(source.readable);
  trace.watch('one', one.cancel(reason));
  await settle();
  trace.say(`${source.cancelled()}`);
  await trace.settles('other', other.cancel('why'));
});

reading('an iterator takes everything and releases the lock', async (source, by, trace) => {
  source.give('a');
  const loop = async () => {
    for await (const chunk of by.values(source.readable)) trace.say(`${chunk}`);
  };
  const looped = trace.watch('loop', loop());
  await settle();
  source.give('b', 'c');
  await settle();
  source.end();
  await looped;
  trace.say(`${source.readable.locked}`);
});

reading('an iterator gives the chunks before a failure, then the failure once', async (source, by, trace) => {
  source.give('a', 'b');
  source.fail();
  await settle();
  const iterator = by.values(source.readable);
  for (let i = 1; i <= 4; i++) await trace.settles(`next ${i}`, iterator.next());
  trace.say(`${source.readable.locked}`);
  await trace.settles('return', iterator.return!());
});

reading('calls of an iterator settle in order, also after return', async (source, by, trace) => {
  const iterator = by.values(source.readable);
  for (let i = 1; i <= 3; i++) trace.watch(`next ${i}`, iterator.next());
  trace.watch('return', iterator.return!(reason));
  trace.watch('next 4', iterator.next());
  trace.watch('return again', iterator.return!('other'));
  source.give('a', 'b');
  await settle();
  trace.say('and');
  source.give('c', 'd');
  await settle();
});

reading('pending calls of an iterator get the end, or the failure, once', async (source, by, trace) => {
  const iterator = by.values(source.readable);
  for (let i = 1; i <= 3; i++) trace.watch(`next ${i}`, iterator.next());
  source.give('a');
  await settle();
  source.fail();
  await settle();
  trace.say(`${source.readable.locked}`);
});

reading('leaving a loop cancels, unless that is prevented', async (source, by, trace) => {
  source.give('a', 'b', 'c');
  for await (const chunk of by.values(source.readable, { preventCancel: true })) {
    trace.say(`${chunk}`);
    break;
  }
  trace.say(`${source.readable.locked} ${source.cancelled()}`);
  for await (const chunk of by.values(source.readable, null)) {
    trace.say(`${chunk}`);
    break;
  }
  trace.say(`${source.readable.locked}`);
  await settle();
});

reading('an error thrown in a loop leaves it and cancels', async (source, by, trace) => {
  source.give('a', 'b');
  const loop = async () => {
    for await (const _ of by.values(source.readable)) throw reason;
  };
  await trace.settles('loop', loop());
  trace.say(`${source.readable.locked}`);
});

reading('an iterator has the methods and prototype of the platform’s', async (source, by, trace) => {
  const iterator = by.values(source.readable);
  trace.call('itself', () => iterator[Symbol.asyncIterator]() === iterator);
  trace.say(`${typeof iterator.next} ${typeof iterator.return} ${typeof iterator.throw}`);
  trace.say(`${source.readable.locked}`);
});

reading('pipeThrough passes everything, and the end', async (source, _, trace) => {
  const upper = new TransformStream<Message, string>({
    transform: (chunk, controller) => controller.enqueue(`${chunk}`.toUpperCase()),
  });
  const reader = source.readable.pipeThrough(upper).getReader();
  trace.say(`${source.readable.locked}`);
  source.give('a', 'b');
  for (let i = 1; i <= 2; i++) await trace.settles(`${i}`, reader.read());
  source.end();
  await trace.settles('end', reader.read());
});

reading('a transferred stream continues at its destination', async (source, _, trace) => {
  source.give('a');
  let moved: In;
  try {
    moved = structuredClone(source.readable, { transfer: [source.readable as never] });
  } catch (error) {
    return trace.say(`throws ${shown(error)}`);
  }
  trace.say(`${source.readable.locked}`);
  const reader = moved.getReader();
  trace.say(shown(await reader.read()));
  source.give('b');
  trace.say(shown(await reader.read()));
  source.end();
  trace.say(shown(await reader.read()));
});

type Writing = (sink: Sink, by: Methods, trace: Trace) => Promise<void>;

const writeIn = (scenario: Writing, sink: () => Sink, by: Methods): World => {
  return async () => {
    const trace = new Trace();
    const given = sink();
    await settle();
    await scenario(given, by, trace);
    await settle();
    trace.say(`got: ${given.got().map(line => line.slice(0, 10))}`);
    return trace.lines;
  };
};

/** Runs a scenario of writing on a stream of the platform and on a socket's, with both kinds of methods. */
function writing(name: string, scenario: Writing): void {
  test(`writing: ${name}`, () =>
    same({
      platform: writeIn(scenario, platformSink, own),
      'socket, directly': writeIn(scenario, socketSink, own),
      'socket, by the platform': writeIn(scenario, socketSink, platform),
    }));
}

/** Like `writing`, for the platform's writers, whose writes settle when desiredSize is positive. */
function directWriting(name: string, scenario: Writing): void {
  test(`writing: ${name}`, () =>
    same({
      platform: writeIn(scenario, platformSink, own),
      'socket, directly': writeIn(scenario, socketSink, own),
    }));
}

const large = 'x'.repeat(70_000);

writing('a lock excludes all others', async ({ writable }, by, trace) => {
  trace.say(`${writable.locked}`);
  const writer = by.getWriter(writable);
  trace.say(`${writable.locked}`);
  trace.call('getWriter', () => by.getWriter(writable));
  await trace.settles('close', by.close(writable));
  await trace.settles('abort', by.abort(writable));
  await trace.settles('pipeTo', by.pipeTo(new ReadableStream(), writable));
  writer.releaseLock();
  trace.say(`${writable.locked}`);
  trace.call('getWriter', () => typeof by.getWriter(writable));
});

writing('writes arrive in order, and settle in order', async ({ writable }, by, trace) => {
  const writer = by.getWriter(writable);
  for (const chunk of ['a', 'b', 'c']) trace.watch(chunk, writer.write(chunk));
  await settle();
  await trace.settles('ready', writer.ready);
  await trace.settles('closed', writer.closed);
});

directWriting('writes wait for the transport, and then settle in order', async (sink, by, trace) => {
  const writer = by.getWriter(sink.writable);
  sink.block();
  for (const chunk of ['a', 'b', 'c']) trace.watch(chunk, writer.write(chunk));
  await settle();
  trace.say('room');
  sink.unblock();
  await settle();
});

writing('desiredSize and ready reflect the room', async (sink, by, trace) => {
  const writer = by.getWriter(sink.writable);
  trace.say(`${writer.desiredSize! > 0}`);
  await trace.settles('ready', writer.ready);
  sink.block();
  trace.watch('first', writer.write(large));
  trace.watch('second', writer.write(large));
  const { ready } = writer;
  trace.say(`${writer.desiredSize! <= 0} ${ready === writer.ready}`);
  await trace.settles('ready', writer.ready);
  sink.unblock();
  await settle();
  trace.say(`${writer.desiredSize! > 0}`);
  await trace.settles('ready', writer.ready);
});

directWriting(
  'a released writer fails; its writes continue, and so does the next writer',
  async (sink, by, trace) => {
    const writer = by.getWriter(sink.writable);
    sink.block();
    for (const chunk of ['a', large]) trace.watch(chunk.slice(0, 1), writer.write(chunk));
    trace.watch('ready', writer.ready);
    trace.watch('closed', writer.closed);
    await settle();
    writer.releaseLock();
    writer.releaseLock();
    await settle();
    trace.call('desiredSize', () => writer.desiredSize);
    await trace.settles('write', writer.write('z'));
    await trace.settles('close', writer.close());
    await trace.settles('abort', writer.abort());
    await trace.settles('ready', writer.ready);
    await trace.settles('closed', writer.closed);
    const next = by.getWriter(sink.writable);
    trace.watch('b', next.write('b'));
    trace.say('room');
    sink.unblock();
    await settle();
    await trace.settles('closed', next.closed);
  },
);

writing(
  'a close comes after earlier writes, settles with the sink, and rejects later writes',
  async (sink, by, trace) => {
    const writer = by.getWriter(sink.writable);
    trace.watch('closed', writer.closed);
    trace.watch('a', writer.write('a'));
    trace.watch('close', writer.close());
    await trace.settles('close again', writer.close());
    trace.say(`${writer.desiredSize! > 0}`);
    trace.say('answer');
    sink.answerClose();
    await settle();
    trace.say(`${writer.desiredSize}`);
    await trace.settles('ready', writer.ready);
    await trace.settles('abort', writer.abort());
    writer.releaseLock();
    await trace.settles('close', by.close(sink.writable));
  },
);

// Node 20 fails an internal assertion here, so there is nothing to compare with.
test('writing: a write after the close is rejected, whether the sink has closed or not', async () => {
  const sink = socketSink();
  const writer = sink.writable.getWriter();
  const closed = writer.close();
  assert.instance(await fate(writer.write('a')), TypeError);
  sink.answerClose();
  await closed;
  assert.instance(await fate(writer.write('b')), TypeError);
  assert.equal(sink.got(), ['close']);
});

directWriting('a close ends the waiting for room', async (sink, by, trace) => {
  const writer = by.getWriter(sink.writable);
  sink.block();
  trace.watch('first', writer.write(large));
  trace.watch('second', writer.write(large));
  trace.watch('ready', writer.ready);
  await settle();
  trace.watch('close', writer.close());
  await settle();
  await trace.settles('ready', writer.ready);
  sink.unblock();
  await settle();
  sink.answerClose();
  await settle();
});

writing('a stream can be closed without a writer', async (sink, by, trace) => {
  trace.watch('close', by.close(sink.writable));
  sink.answerClose();
  await settle();
  await trace.settles('closed', by.getWriter(sink.writable).closed);
});

writing(
  'an abort rejects pending writes with its reason, and passes it to the sink',
  async (sink, by, trace) => {
    const writer = by.getWriter(sink.writable);
    trace.watch('closed', writer.closed);
    await trace.settles('a', writer.write('a'));
    await trace.settles('abort', writer.abort(reason));
    trace.say(`${writer.desiredSize}`);
    await trace.settles('b', writer.write('b'));
    await trace.settles('close', writer.close());
    await trace.settles('abort again', writer.abort('other'));
    await trace.settles('ready', writer.ready);
  },
);

writing('an abort without a writer', async (sink, by, trace) => {
  await trace.settles('abort', by.abort(sink.writable, reason));
  const writer = by.getWriter(sink.writable);
  await trace.settles('closed', writer.closed);
  await trace.settles('write', writer.write('a'));
});

writing('a failure of the sink fails all writes', async (sink, by, trace) => {
  const writer = by.getWriter(sink.writable);
  trace.watch('closed', writer.closed);
  await trace.settles('a', writer.write('a'));
  sink.fail();
  await settle();
  trace.say(`${writer.desiredSize}`);
  await trace.settles('b', writer.write('b'));
  await trace.settles('close', writer.close());
  await trace.settles('abort', writer.abort(reason));
  await trace.settles('ready', writer.ready);
});

directWriting('a failure fails a ready that waits, and what has not left', async (sink, by, trace) => {
  const writer = by.getWriter(sink.writable);
  sink.block();
  const first = writer.write('a');
  await settle();
  const second = writer.write(large);
  // A socket learns of the failure while the transport is still writing the first chunk.
  const outcomes = Promise.allSettled([first, second, writer.ready, writer.closed]);
  await settle();
  sink.fail();
  await settle();
  sink.unblock();
  trace.say((await outcomes).map(({ status }) => status).join());
});

writing('an invalid chunk fails the stream', async (sink, by, trace) => {
  const writer = by.getWriter(sink.writable);
  await trace.settles('a', writer.write('a'));
  await trace.settles('symbol', writer.write(Symbol('s') as never));
  trace.say(`${writer.desiredSize}`);
  await trace.settles('closed', writer.closed);
  await trace.settles('b', writer.write('b'));
});

writing('a transferred stream continues at its destination', async (sink, _, trace) => {
  let moved: Out;
  try {
    moved = structuredClone(sink.writable, { transfer: [sink.writable as never] });
  } catch (error) {
    return trace.say(`throws ${shown(error)}`);
  }
  trace.say(`${sink.writable.locked}`);
  const writer = moved.getWriter();
  await writer.write('a');
  await writer.write('b');
  for (let i = 0; i < 10 && sink.got().length < 2; i++) await settle();
});

type Pipe = { source: Source; sink: Sink; by: Methods; trace: Trace };

/**
 * Runs a scenario over pipes between streams of the platform, of sockets, and one of each.
 *
 * @param waits - whether the pipe waits until writes are sent; the platform's pipes into a socket wait for room only
 */
function piping(name: string, scenario: (pipe: Pipe) => Promise<void>, waits = false): void {
  const run = (from: () => Source, to: () => Sink, by: Methods) => async () => {
    const trace = new Trace();
    const [source, sink] = [from(), to()];
    await settle();
    await scenario({ source, sink, by, trace });
    await settle();
    trace.say(`got: ${sink.got().map(line => line.slice(0, 10))}, told: ${source.cancelled()}`);
    trace.say(`${source.readable.locked} ${sink.writable.locked}`);
    return trace.lines;
  };
  test(`piping: ${name}`, () =>
    same({
      'platform to platform': run(platformSource, platformSink, own),
      'socket to socket, directly': run(socketSource, socketSink, own),
      'socket to platform': run(socketSource, platformSink, own),
      ...(waits
        ? {}
        : {
            'socket to socket, by the platform': run(socketSource, socketSink, platform),
            'platform to socket': run(platformSource, socketSink, own),
          }),
    }));
}

piping('passes everything in order, and locks both ends', async ({ source, sink, by, trace }) => {
  source.give('a');
  trace.watch('pipe', by.pipeTo(source.readable, sink.writable));
  trace.say(`${source.readable.locked} ${sink.writable.locked}`);
  source.give('b', 'c');
  await settle();
  trace.say(`${sink.got()}`);
});

for (const preventClose of [false, true]) {
  piping(`the end of the source, preventClose ${preventClose}`, async ({ source, sink, by, trace }) => {
    trace.watch('pipe', by.pipeTo(source.readable, sink.writable, { preventClose }));
    source.give('a', 'b');
    source.end();
    await settle();
    trace.say(`${sink.got()} ${source.readable.locked} ${sink.writable.locked}`);
    if (preventClose) await trace.settles('c', by.getWriter(sink.writable).write('c'));
    else sink.answerClose();
    await settle();
  });
}

for (const preventAbort of [false, true]) {
  piping(`a failure of the source, preventAbort ${preventAbort}`, async ({ source, sink, by, trace }) => {
    trace.watch('pipe', by.pipeTo(source.readable, sink.writable, { preventAbort }));
    source.give('a', 'b');
    await settle();
    source.fail();
    await settle();
    if (preventAbort) await trace.settles('c', by.getWriter(sink.writable).write('c'));
    else await trace.settles('closed', by.getWriter(sink.writable).closed);
  });
}

for (const preventCancel of [false, true]) {
  piping(`a failure of the sink, preventCancel ${preventCancel}`, async ({ source, sink, by, trace }) => {
    trace.watch('pipe', by.pipeTo(source.readable, sink.writable, { preventCancel }));
    source.give('a');
    await settle();
    sink.fail();
    await settle();
    const reader = by.getReader(source.readable);
    if (!preventCancel) return trace.settles('closed', reader.closed);
    source.give('b');
    await trace.settles('read', reader.read());
  });
}

piping('a sink that is closed cancels the source', async ({ source, sink, by, trace }) => {
  const closed = by.close(sink.writable);
  trace.watch('close', closed);
  await settle();
  await trace.settles('pipe', by.pipeTo(source.readable, sink.writable));
  sink.answerClose();
  await settle();
});

piping('a source that has ended closes the sink', async ({ source, sink, by, trace }) => {
  source.end();
  await settle();
  trace.watch('pipe', by.pipeTo(source.readable, sink.writable));
  await settle();
  sink.answerClose();
  await settle();
});

piping('a source that has failed aborts the sink', async ({ source, sink, by, trace }) => {
  source.fail();
  await settle();
  trace.watch('pipe', by.pipeTo(source.readable, sink.writable));
  await settle();
});

for (const [preventAbort, preventCancel] of [
  [false, false],
  [true, false],
  [false, true],
  [true, true],
] as const) {
  const options = { preventAbort, preventCancel };
  piping(`a signal that aborts, with ${JSON.stringify(options)}`, async ({ source, sink, by, trace }) => {
    const stop = new AbortController();
    const { signal } = stop;
    trace.watch('pipe', by.pipeTo(source.readable, sink.writable, { ...options, signal }));
    source.give('a');
    await settle();
    stop.abort(reason);
    await settle();
    trace.say(`${source.readable.locked} ${sink.writable.locked}`);
    if (preventAbort) await trace.settles('b', by.getWriter(sink.writable).write('b'));
    if (preventCancel) {
      source.give('c');
      await trace.settles('read', by.getReader(source.readable).read());
    }
  });
}

piping('a signal that has aborted passes nothing', async ({ source, sink, by, trace }) => {
  source.give('a');
  await settle();
  const signal = AbortSignal.abort(reason);
  trace.watch('pipe', by.pipeTo(source.readable, sink.writable, { signal }));
  await settle();
});

piping(
  'a signal that aborts during a write waits for the write',
  async ({ source, sink, by, trace }) => {
    const stop = new AbortController();
    sink.block();
    const { signal } = stop;
    trace.watch('pipe', by.pipeTo(source.readable, sink.writable, { signal, preventAbort: true }));
    source.give('a', 'b');
    await settle();
    stop.abort(reason);
    await settle();
    trace.say('room');
    sink.unblock();
    await settle();
  },
  true,
);

piping(
  'the end waits for earlier chunks',
  async ({ source, sink, by, trace }) => {
    sink.block();
    trace.watch('pipe', by.pipeTo(source.readable, sink.writable, { preventClose: true }));
    source.give('a', 'b');
    source.end();
    await settle();
    trace.say('room');
    sink.unblock();
    await settle();
  },
  true,
);

piping('a full sink does not block the end forever', async ({ source, sink, by, trace }) => {
  sink.block();
  trace.watch('pipe', by.pipeTo(source.readable, sink.writable, { preventClose: true }));
  source.give(...Array.from({ length: 10 }, () => 'y'.repeat(30_000)));
  await settle();
  trace.say('room');
  sink.unblock();
  for (let i = 0; i < 20; i++) await settle();
  trace.say(`${sink.got().length}`);
  source.end();
  await settle();
});

piping('a stream that cannot be piped gives a rejection', async ({ source, sink, by, trace }) => {
  const { readable } = source;
  const { writable } = sink;
  await trace.settles('no stream', by.pipeTo(readable, undefined as never));
  await trace.settles('an object', by.pipeTo(readable, {} as never));
  await trace.settles('no signal', by.pipeTo(readable, writable, { signal: {} as never }));
  await trace.settles('options', by.pipeTo(readable, writable, 5 as never));
  trace.say(`${readable.locked} ${writable.locked}`);
  const reader = by.getReader(readable);
  await trace.settles('locked source', by.pipeTo(readable, writable));
  reader.releaseLock();
  const writer = by.getWriter(writable);
  await trace.settles('locked sink', by.pipeTo(readable, writable));
  writer.releaseLock();
  const { signal } = new AbortController();
  trace.watch('pipe', by.pipeTo(readable, writable, null as never));
  source.give('a');
  await settle();
  trace.say(`${signal.aborted}`);
});

all.run();
