import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { WebSocketError } from '../../lib/base/websocket-error.ts';
import { builtInCodec } from '../../lib/deflate/built-in-codec.ts';
import { deflateSettings } from '../../lib/deflate/deflate-options.ts';
import { systemClock } from '../../lib/sockets/deadline-timer.ts';
import type { Consumer, EventInbox, SocketEvent } from '../../lib/sockets/event-inbox.ts';
import { followRules, OpenWebSocket, takeEvents } from '../../lib/sockets/open-websocket.ts';
import { PreparedMessage } from '../../lib/sockets/prepared-message.ts';
import { type AgreedCompression, socketConnection } from '../../lib/sockets/socket-options.ts';
import { turnBudget } from '../../lib/streams/turn-budget.ts';
import { duplexPair } from '../../lib/testing/duplex-pair.ts';
import { HandDuplex } from '../support/hand-duplex.ts';
import { fromClient, fromServer } from '../support/named-frames.ts';
import { settledSocket } from '../support/settled.ts';
import { fate, settle } from '../support/settling.ts';
import { openByHand, opening, socketOver } from '../support/socket-over.ts';

const test = suite('OpenWebSocket');

const open = (duplex?: HandDuplex) => openByHand({}, duplex);

/** Returns all chunks; the last item is `'end'` or the failure. */
async function readAll(socket: OpenWebSocket): Promise<unknown[]> {
  const got: unknown[] = [];
  try {
    for await (const message of socket.readable) got.push(message);
  } catch (error) {
    return [...got, error];
  }
  return [...got, 'end'];
}

/** Returns the result of `closed`: code and reason, or the code of its error. Fails unless it has settled. */
async function ending(socket: OpenWebSocket): Promise<unknown> {
  assert.is.not(await fate(socket.closed), 'pending', 'closed is pending');
  return socket.closed.catch((error: WebSocketError) => [error.name, error.closeCode]);
}

test('has the results of the opening handshake', () => {
  const { protocol, extensions, compression, request, response } = open().socket;
  assert.equal({ protocol, extensions, compression, request, response, deflating: undefined }, opening);
});

test("sends a reader's answers to messages that came with a Close before its own Close", async () => {
  const echoes: Record<string, (socket: OpenWebSocket) => Promise<void>> = {
    async iterator(socket) {
      for await (const message of socket.readable) void socket.send(message);
    },
    async reader(socket) {
      const reader = socket.readable.getReader();
      const writer = socket.writable.getWriter();
      for (let next = await reader.read(); !next.done; next = await reader.read())
        void writer.write(next.value);
    },
    async pipe(socket) {
      await socket.readable.pipeTo(socket.writable).catch(() => {});
    },
  };
  for (const [name, echo] of Object.entries(echoes)) {
    const { duplex, socket } = open();
    void echo(socket);
    duplex.give(fromClient.text('a') + fromClient.text('b') + fromClient.close(1000));
    duplex.end();
    await socket.closed;
    assert.equal(
      duplex.out.join(''),
      `${fromServer.text('a')}${fromServer.text('b')}${fromServer.close(1000)}close`,
      name,
    );
  }
});

test('gives a chunk for each message, text as a string, and sends a message for each chunk', async () => {
  const { duplex, socket } = open();
  duplex.give(
    fromClient.text('a', { fin: false }) +
      fromClient.continuation('', { fin: false }) +
      fromClient.continuation('b') +
      fromClient.binary(Uint8Array.of(0, 0xff)) +
      fromClient.text(),
  );
  const reader = socket.readable.getReader();
  assert.is((await reader.read()).value, 'ab');
  assert.equal((await reader.read()).value, Uint8Array.of(0, 255));
  assert.is((await reader.read()).value, '');
  const writer = socket.writable.getWriter();
  await writer.write('ü\ud800');
  await writer.write(Uint8Array.of(1));
  await writer.write(Uint8Array.of(2).buffer);
  assert.equal(duplex.out, [fromServer.text('ü�'), fromServer.binary('\x01'), fromServer.binary('\x02')]);
});

test('settles a write when the duplex has taken its last frame', async () => {
  const { duplex, socket } = open(new HandDuplex(false));
  await settle();
  const writer = socket.writable.getWriter();
  const first = writer.write('a');
  await settle();
  const second = writer.write('b');
  assert.equal([await fate(first), duplex.wire], ['pending', fromServer.text('a')]);
  duplex.settleWrite();
  assert.equal(
    [await fate(first), await fate(second), duplex.wire],
    ['fulfilled', 'pending', fromServer.text('a') + fromServer.text('b')],
  );
  duplex.settleWrite();
  assert.is(await fate(second), 'fulfilled');
});

test('writes the messages of one turn as one chunk, on every way of sending', async () => {
  const { duplex, socket } = open();
  await settle();
  const writer = socket.writable.getWriter();
  const sends = [writer.write('a'), socket.send('b'), writer.write('c'), socket.send(Uint8Array.of(1))];
  assert.equal(duplex.out, []);
  await Promise.all(sends);
  assert.equal(duplex.out, [
    fromServer.text('a') + fromServer.text('b') + fromServer.text('c') + fromServer.binary('\x01'),
  ]);
});

test('send: takes text, buffers and views, copies them, and rejects after the closing has begun', async () => {
  const { duplex, socket } = open();
  await settle();
  const bytes = Uint8Array.of(1, 2, 3);
  const sent = [
    socket.send('ü'),
    socket.send(bytes.subarray(1)),
    socket.send(bytes.buffer),
    socket.send(7 as never),
  ];
  bytes.fill(9);
  await Promise.all(sent);
  assert.is(
    duplex.wire,
    fromServer.text('ü') +
      fromServer.binary('\x02\x03') +
      fromServer.binary('\x01\x02\x03') +
      fromServer.text('7'),
  );
  assert.throws(() => socket.send(new SharedArrayBuffer(1)), /data must not be in a SharedArrayBuffer/);
  const resizable = Reflect.construct(ArrayBuffer, [1, { maxByteLength: 2 }]) as ArrayBuffer;
  assert.throws(() => socket.send(new Uint8Array(resizable)), /resizable ArrayBuffer/);
  assert.throws(() => socket.send(Symbol('x') as never), TypeError);
  socket.close();
  const late = (await fate(socket.send('late'))) as Error;
  assert.equal([late.name, late.message], ['InvalidStateError', 'the WebSocket is closing']);
  assert.is(duplex.wire.slice(-4), fromServer.close());
});

test('send: rejects with the error of the writable, which need not be handled (C1)', async () => {
  const { duplex, socket } = open(new HandDuplex(false));
  await settle();
  const writer = socket.writable.getWriter();
  void socket.send('under way');
  await settle();
  const lost = [socket.send('a'), writer.write('b'), socket.ping()];
  duplex.give(fromClient.close(4001));
  await settle();
  duplex.settleWrite();
  const [send, write, ping] = (await Promise.all(lost.map(fate))) as Error[];
  assert.is(send, write);
  assert.is(await writer.closed.catch(error => error), write);
  assert.equal([write?.name, ping?.name], ['InvalidStateError', 'WebSocketError']);
  assert.is(socket.closeRecord.lost, true);
});

test('sends pongs by hand, and does not answer pings if autoPong is false (C9)', async () => {
  const { duplex, socket } = openByHand({ autoPong: false });
  await settle();
  const events: SocketEvent[] = [];
  socket.subscribe(event => events.push(event));
  duplex.give(fromClient.ping('\x01\x02'));
  await settle();
  assert.equal([duplex.wire, events], ['', [{ type: 'ping', data: Uint8Array.of(1, 2) }]]);
  socket.pong(Uint8Array.of(1, 2));
  socket.pong();
  await settle();
  assert.is(duplex.wire, fromServer.pong('\x01\x02') + fromServer.pong());
  assert.throws(
    () => socket.pong(new Uint8Array(126)),
    /data of a pong must be at most 125 bytes \(got 126\)/,
  );
});

test('tees events and batches: both branches get all', async () => {
  for (const name of ['events', 'batches'] as const) {
    const { duplex, socket } = openByHand();
    const branches = socket[name].tee().map(branch => branch.getReader());
    duplex.give(fromClient.text('a'));
    for (const reader of branches) {
      const { value } = await reader.read();
      assert.equal([value].flat(), [{ type: 'text', data: 'a', last: true }]);
    }
  }
});

test('send: takes compress, and rejects unknown options', async () => {
  const { duplex, socket } = openByHand();
  await socket.send('a', { compress: false });
  assert.is(duplex.wire, fromServer.text('a'));
  assert.throws(() => socket.send('a', { compres: false } as never), /no option "compres"/);
});

test('follows other rules for the codes of aborts and the errors of streams', async () => {
  const { duplex, socket } = openByHand();
  followRules(socket, {
    closeInfoOf: reason => ({ closeCode: 4000, reason: String(reason) }),
    failureOf: failure => new Error(`so: ${failure.closeCode}`),
  });
  const reader = socket.readable.getReader();
  duplex.end();
  assert.is(((await reader.read().catch(error => error)) as Error).message, 'so: 1006');
  const other = openByHand();
  followRules(other.socket, {
    closeInfoOf: reason => ({ closeCode: 4000, reason: String(reason) }),
    failureOf: failure => failure,
  });
  await settle();
  void other.socket.writable.abort('x').catch(() => {});
  await settle();
  assert.is(other.duplex.wire, fromServer.close(4000, 'x'));
});

/** A consumer that takes no events. */
class IdleConsumer implements Consumer {
  readonly name = 'idle';
  readonly wantsAll: boolean;
  readonly inbox: EventInbox;

  constructor(inbox: EventInbox, wantsAll: boolean) {
    this.inbox = inbox;
    this.wantsAll = wantsAll;
  }

  pushed(): void {}
  decoded(): void {}
  end(): void {}
}

test('records that messages were dropped which came after its Close and did not fit', async () => {
  for (const [build, frames, wantsAll, dropped, overflowed] of [
    [fromClient.binary, 1, false, false, false],
    [fromClient.binary, 3000, false, true, true],
    // A consumer of all events misses pings, which are no messages.
    [fromClient.ping, 3000, true, false, true],
  ] as const) {
    const { duplex, socket } = openByHand();
    const { inbox } = takeEvents(socket, inbox => new IdleConsumer(inbox, wantsAll));
    assert.throws(() => socket.readable, /readable is locked: idle was used first/);
    socket.close();
    for (let i = 0; i < frames; i++) duplex.give(build('\x01'));
    duplex.give(fromClient.close());
    duplex.end();
    await socket.closed;
    assert.is(inbox.overflowed, overflowed);
    assert.is(socket.closeRecord.messagesDropped, dropped);
  }
});

test('has the context of its opening, if there is one', () => {
  assert.is(openByHand().socket.context, undefined);
});

test('reports its delivery', () => {
  assert.is(openByHand().socket.delivers, 'messages');
  assert.is(openByHand({ deliver: 'parts' }).socket.delivers, 'parts');
});

test('settles a write of many frames with the last, so that writers cannot outrun the duplex', async () => {
  const { duplex, socket } = openByHand({ maxFrameBytes: 16_384 }, new HandDuplex(false, 65_536));
  await settle();
  const writer = socket.writable.getWriter();
  let written = 0;
  const writing = (async () => {
    for (; written < 4; written++) await writer.write(new Uint8Array(65_536));
  })();
  // Each message has four frames, of 4 bytes and 16,384.
  const messageBytes = 65_552;
  let goneBytes = 0;
  for (let chunks = 0; goneBytes < 4 * messageBytes; chunks++) {
    await settle();
    assert.is(written, Math.floor(goneBytes / messageBytes), `${goneBytes} bytes were taken`);
    duplex.settleWrite();
    goneBytes += (duplex.out[chunks] as string).length / 2;
  }
  await writing;
  assert.is(socket.bufferedAmount, 0);
});

/** The steps before an end, and the end. After each, no promise may be pending and no timer may be left. */
interface Ending {
  readonly name: string;
  readonly steps: readonly ((the: ReturnType<typeof open>) => unknown)[];
  readonly closed: unknown;
  readonly wire: string;
}

const reset = new Error('reset');
const ours = (the: ReturnType<typeof open>) => the.socket.close({ closeCode: 4000, reason: 'us' });
const theirs = (the: ReturnType<typeof open>) => the.duplex.give(fromClient.close(4001));
const end = (the: ReturnType<typeof open>) => the.duplex.end();
const breakInput = (the: ReturnType<typeof open>) => the.duplex.breakInput(reset);
const breakOutput = (the: ReturnType<typeof open>) => the.duplex.breakOutput(reset);
const violate = (the: ReturnType<typeof open>) => the.duplex.give(fromClient.frame(3));
const abort = (the: ReturnType<typeof open>) =>
  void the.socket.writable.abort(new WebSocketError('', { closeCode: 4002, reason: 'ab' }));
const cancel = (the: ReturnType<typeof open>) => void the.socket.readable.cancel();
const closeWritable = (the: ReturnType<typeof open>) => void the.socket.writable.close();
const wait = (ms: number) => (the: ReturnType<typeof open>) => the.clock.moveTo(the.clock.now() + ms);

const our = fromServer.close(4000, 'us');
const bad = fromServer.close(1002, 'reserved opcode');
const echo = fromServer.close(4001);
const agreed = { closeCode: 4001, reason: '' };
const failure = (code: number) => ['WebSocketError', code];

const endings: readonly Ending[] = [
  { name: 'open, EOF', steps: [end], closed: failure(1006), wire: '' },
  { name: 'open, input breaks', steps: [breakInput], closed: failure(1006), wire: '' },
  { name: 'open, output breaks', steps: [breakOutput], closed: failure(1006), wire: '' },
  { name: 'open, violation, EOF', steps: [violate, end], closed: failure(1002), wire: bad },
  { name: 'open, violation, no EOF', steps: [violate, wait(10_000)], closed: failure(1002), wire: bad },
  { name: 'open, violation, input breaks', steps: [violate, breakInput], closed: failure(1002), wire: bad },
  { name: 'open, violation, their Close', steps: [violate, theirs, end], closed: failure(1002), wire: bad },
  { name: 'open, violation, ours', steps: [violate, ours, end], closed: failure(1002), wire: bad },
  {
    name: 'open, silence',
    // The peer gets a Close, and its reply is not awaited (B6).
    steps: [wait(20_000), wait(20_000), wait(0)],
    closed: failure(1011),
    wire: fromServer.ping() + fromServer.close(1011, 'ping timeout'),
  },
  { name: 'ours, theirs, EOF', steps: [ours, theirs, end], closed: agreed, wire: our },
  { name: 'ours, theirs, no EOF', steps: [ours, theirs, wait(10_000)], closed: agreed, wire: our },
  { name: 'ours, theirs, input breaks', steps: [ours, theirs, breakInput], closed: agreed, wire: our },
  { name: 'ours, EOF', steps: [ours, end], closed: failure(1006), wire: our },
  { name: 'ours, input breaks', steps: [ours, breakInput], closed: failure(1006), wire: our },
  { name: 'ours, output breaks', steps: [ours, breakOutput], closed: failure(1006), wire: our },
  { name: 'ours, silence', steps: [ours, wait(10_000)], closed: failure(1006), wire: our },
  { name: 'ours, violation', steps: [ours, violate, end], closed: failure(1002), wire: our },
  { name: 'ours twice', steps: [ours, ours, theirs, end], closed: agreed, wire: our },
  { name: 'theirs, EOF', steps: [theirs, end], closed: agreed, wire: echo },
  { name: 'theirs, no EOF', steps: [theirs, wait(10_000)], closed: agreed, wire: echo },
  { name: 'theirs, input breaks', steps: [theirs, breakInput], closed: agreed, wire: echo },
  { name: 'theirs, ours', steps: [theirs, ours, end], closed: agreed, wire: echo },
  { name: 'theirs, abort', steps: [theirs, abort, end], closed: agreed, wire: echo },
  { name: 'theirs, cancel', steps: [theirs, cancel, end], closed: agreed, wire: echo },
  { name: 'abort, theirs', steps: [abort, theirs, end], closed: agreed, wire: fromServer.close(4002, 'ab') },
  { name: 'abort, EOF', steps: [abort, end], closed: failure(1006), wire: fromServer.close(4002, 'ab') },
  {
    name: 'abort, silence',
    steps: [abort, wait(10_000)],
    closed: failure(1006),
    wire: fromServer.close(4002, 'ab'),
  },
  { name: 'cancel, theirs', steps: [cancel, theirs, end], closed: agreed, wire: fromServer.close() },
  { name: 'cancel, EOF', steps: [cancel, end], closed: failure(1006), wire: fromServer.close() },
  { name: 'cancel, abort', steps: [cancel, abort, theirs, end], closed: agreed, wire: fromServer.close() },
  {
    name: 'writable closed, theirs',
    steps: [closeWritable, theirs, end],
    closed: agreed,
    wire: fromServer.close(),
  },
  {
    name: 'writable closed, EOF',
    steps: [closeWritable, end],
    closed: failure(1006),
    wire: fromServer.close(),
  },
  {
    name: 'writable closed, ours',
    steps: [closeWritable, ours, theirs, end],
    closed: agreed,
    wire: fromServer.close(),
  },
  {
    name: 'their Close has no code',
    steps: [the => the.duplex.give(fromClient.close()), end],
    closed: { closeCode: 1005, reason: '' },
    wire: fromServer.close(),
  },
  {
    name: 'their Close has a reason',
    steps: [the => the.duplex.give(fromClient.close(1000, 'bye')), end],
    closed: { closeCode: 1000, reason: 'bye' },
    wire: fromServer.close(1000, 'bye'),
  },
];

test('ends once from every state: with the right code and bytes, without a timer or a pending promise', async () => {
  for (const { name, steps, closed, wire } of endings) {
    const the = open();
    const cancelled = steps.includes(cancel);
    const read = cancelled ? Promise.resolve([]) : readAll(the.socket);
    the.duplex.give(fromClient.text('first'));
    await settle();
    for (const step of steps) {
      step(the);
      await settle();
    }
    assert.equal(await ending(the.socket), closed, name);
    assert.is(the.duplex.wire, wire, name);
    assert.is(the.clock.timers.size, 0, name);
    assert.is.not(await fate(read), 'pending', name);
    if (!cancelled) {
      const last = Array.isArray(closed) ? the.socket.closed.catch(error => error) : 'end';
      assert.equal(await read, ['first', await last], name);
    }
    // Node 20 fails on a write to a closed stream.
    if (!steps.includes(closeWritable)) {
      const write = the.socket.writable.getWriter().write('late');
      assert.is.not(await fate(write), 'pending', name);
    }
    assert.is(the.duplex.wire, wire, name);
    the.socket.close();
    const error = (await fate(the.socket.ping())) as Error;
    assert.is(error.name, 'WebSocketError', name);
    assert.equal([the.duplex.wire, the.clock.timers.size], [wire, 0], name);
  }
});

test('fails the writable with InvalidStateError after a clean end, else with the WebSocketError', async () => {
  const clean = open();
  theirs(clean);
  const closedWriter = clean.socket.writable.getWriter();
  assert.is(((await fate(closedWriter.closed)) as Error).name, 'InvalidStateError');
  const failed = open();
  end(failed);
  const failure = await fate(failed.socket.writable.getWriter().closed);
  assert.is(failure, await fate(failed.socket.closed));
  assert.is((failure as Error).name, 'WebSocketError');
});

test("fails writes after the peer's Close with the value of `closed` as their cause", async () => {
  const the = open();
  const pipe = new ReadableStream<string>(
    { pull: controller => controller.enqueue('a') },
    { highWaterMark: 0 },
  );
  const piped = pipe.pipeTo(the.socket.writable);
  the.duplex.give(fromClient.close(1009, 'message too big'));
  end(the);
  const error = (await fate(piped)) as Error;
  assert.equal(
    [error.name, error.message],
    ['InvalidStateError', 'the WebSocket is closed (1009 message too big)'],
  );
  assert.equal(error.cause, { closeCode: 1009, reason: 'message too big' });
  assert.equal(error.cause, await the.socket.closed);
});

test('records the whole closing', async () => {
  const the = open();
  ours(the);
  theirs(the);
  await settle();
  assert.equal(the.socket.closeRecord, {
    sent: { closeCode: 4000, reason: 'us' },
    received: { closeCode: 4001, reason: '' },
    initiator: 'local',
    wasClean: true,
    failed: false,
    lost: false,
    messagesDropped: false,
    cause: undefined,
  });
  const broken = open();
  breakInput(broken);
  await settle();
  assert.is(broken.socket.closeRecord.cause, reset);
});

test('delivers messages received before the end, whenever they are read', async () => {
  for (const [how, last] of [
    [theirs, 'end'],
    [violate, 1002],
    [end, 1006],
    [breakInput, 1006],
    [breakOutput, 1006],
  ] as const) {
    const the = open();
    the.duplex.give(fromClient.text('a') + fromClient.text('b') + fromClient.text('c'));
    await settle();
    how(the);
    the.clock.moveTo(20_000);
    await settle();
    const got = await readAll(the.socket);
    assert.equal(got.slice(0, 3), ['a', 'b', 'c'], how.name);
    assert.is(last === 'end' ? got[3] : (got[3] as WebSocketError).closeCode, last);
  }
});

test('allows one way of reading, the first that is used; the others throw', () => {
  const views = ['readable', 'messages', 'events', 'batches'] as const;
  for (const taken of views) {
    const { socket } = open();
    const view = socket[taken];
    assert.is(socket[taken], view);
    for (const other of views.filter(name => name !== taken)) {
      assert.throws(
        () => socket[other],
        (error: unknown) => error instanceof TypeError,
      );
    }
  }
});

test('delivers messages as streams of their parts', async () => {
  const { duplex, socket } = openByHand({ deliver: 'parts' });
  assert.throws(() => socket.readable, /readable needs deliver: 'messages'/);
  const reader = socket.messages.getReader();
  duplex.give(
    fromClient.text('a', { fin: false }) +
      fromClient.continuation('b', { fin: false }) +
      fromClient.continuation('c') +
      fromClient.binary('\x07'),
  );
  const { value: first } = await reader.read();
  const parts: unknown[] = [];
  for await (const part of first!.readable) parts.push(part);
  assert.equal([first!.type, parts], ['text', ['a', 'b', 'c']]);
  const { value: second } = await reader.read();
  assert.equal([second!.type, await second!.bytes()], ['binary', Uint8Array.of(7)]);
});

test('delivers all events, one by one or in arrays, and finally the close record', async () => {
  for (const view of ['events', 'batches'] as const) {
    const { duplex, socket } = open();
    duplex.give(fromClient.text('a') + fromClient.ping('\x07') + fromClient.pong() + fromClient.close(4001));
    duplex.end();
    const got: SocketEvent[] = [];
    for await (const chunk of socket[view]) got.push(...[chunk].flat());
    assert.equal(got, [
      { type: 'text', data: 'a', last: true },
      { type: 'ping', data: Uint8Array.of(7) },
      { type: 'pong', data: new Uint8Array(0) },
      { type: 'close', closeCode: 4001, reason: '' },
      { type: 'closed', record: socket.closeRecord },
    ]);
    assert.is(duplex.wire, fromServer.pong('\x07') + echo, view);
  }
});

test('sends an open message part by part, and ends it with its writable (§5.4)', async () => {
  const { duplex, socket } = open();
  const part = socket.openMessage('text').getWriter();
  await part.write('a');
  const whole = socket.writable.getWriter().write('z');
  await part.write('b');
  assert.is(duplex.wire, fromServer.text('a', { fin: false }) + fromServer.continuation('b', { fin: false }));
  await part.close();
  await whole;
  assert.is(
    duplex.wire,
    fromServer.text('a', { fin: false }) +
      fromServer.continuation('b', { fin: false }) +
      fromServer.continuation('') +
      fromServer.text('z'),
  );
  const bytes = socket.openMessage('binary', { compress: false }).getWriter();
  await bytes.write(Uint8Array.of(7));
  assert.ok(duplex.wire.endsWith(fromServer.binary('\x07', { fin: false })));
});

test('sends a prepared message, settles with it, and drops it after our Close', async () => {
  const { duplex, socket } = open(new HandDuplex(false));
  await settle();
  const prepared = new PreparedMessage('a');
  const [first, second] = [socket.sendPrepared(prepared), socket.sendPrepared(prepared)];
  assert.equal([await fate(first), duplex.wire], ['pending', fromServer.text('a') + fromServer.text('a')]);
  duplex.settleWrite();
  assert.equal([await fate(first), await fate(second)], ['fulfilled', 'fulfilled']);
  const third = socket.sendPrepared(prepared);
  await settle();
  const fourth = socket.sendPrepared(prepared);
  socket.terminate();
  for (const lost of [third, fourth]) assert.is(((await fate(lost)) as Error).name, 'WebSocketError');
  const closing = open();
  closing.socket.close();
  assert.is(((await fate(closing.socket.sendPrepared(prepared))) as Error).name, 'InvalidStateError');
  assert.is(closing.duplex.wire, fromServer.close());
});

test('shows its state to a console', async () => {
  const { duplex, socket } = open();
  const custom = Symbol.for('nodejs.util.inspect.custom');
  type Shown = { [custom](depth: number, options: object, inspect: (value: unknown) => string): string };
  const shown = () => (socket as unknown as Shown)[custom](2, {}, JSON.stringify);
  assert.match(shown(), /^OpenWebSocket \{"state":"open","target":"\/"/);
  socket.close();
  assert.match(shown(), /"state":"closing",.*"closeRecord":\{"sent"/);
  duplex.give(fromClient.close());
  duplex.end();
  await socket.closed;
  assert.match(shown(), /"state":"closed"/);
});

test('uses the clock of the platform by default', async () => {
  const connection = socketConnection('server', settledSocket('server', { closeTimeoutMs: 30 }));
  const duplex = new HandDuplex();
  const transport = {
    reader: duplex.readable.getReader(),
    writer: duplex.writable.getWriter(),
    rest: new Uint8Array(0),
  };
  const socket = new OpenWebSocket(connection, transport, opening);
  const started = performance.now();
  socket.close();
  const error = await socket.closed.catch(error => error);
  assert.is(error.closeCode, 1006);
  assert.ok(performance.now() - started >= 29);
});

test('stops the duplex after 64 KiB if the application does not read, answers pings until then, and loses nothing', async () => {
  for (const [message, fit] of [
    // An event counts 512 bytes besides its own (A13).
    [fromClient.text(), 128],
    [fromClient.text('x'.repeat(36)), 120],
    [fromClient.text('', { fin: false }) + fromClient.continuation(), 128],
  ] as const) {
    const { duplex, socket } = open();
    for (let i = 0; i < 3000; i++) duplex.give((i === 5 ? fromClient.ping() : '') + message);
    for (let i = 0; i < 20; i++) await settle();
    assert.is(3000 - duplex.unread, fit);
    assert.is(duplex.wire, fromServer.pong());
    const reader = socket.readable.getReader();
    for (let i = 0; i < 3000; i++) assert.is((await reader.read()).done, false);
  }
});

test('closes though the application does not read, whatever arrived before the peer’s Close', async () => {
  const { clock, duplex, socket } = open();
  for (let i = 0; i < 3000; i++) duplex.give(fromClient.text('x'));
  duplex.give(fromClient.close(1000));
  await settle();
  ours({ clock, duplex, socket });
  for (let i = 0; i < 20; i++) await settle();
  end({ clock, duplex, socket });
  assert.equal(await ending(socket), { closeCode: 1000, reason: '' });
  const got = await readAll(socket);
  assert.ok(got.length > 120 && got.length < 140, `${got.length}`);
  assert.is(clock.timers.size, 0);
});

test('loses nothing before the peer’s Close if the reader keeps reading', async () => {
  const { clock, duplex, socket } = open();
  const read = readAll(socket);
  await settle();
  ours({ clock, duplex, socket });
  for (let i = 0; i < 4; i++) duplex.give(fromClient.text('x').repeat(5000));
  duplex.give(fromClient.close(1000));
  duplex.end();
  const got = await read;
  assert.equal([got.length, got.at(-1)], [20_001, 'end']);
});

test('drops received messages after a cancel', async () => {
  const { clock, duplex, socket } = open();
  duplex.give(fromClient.text('a'));
  await settle();
  await socket.readable.cancel(new WebSocketError('', { closeCode: 4003, reason: 'no' }));
  for (let i = 0; i < 3000; i++) duplex.give(fromClient.text('x'));
  theirs({ clock, duplex, socket });
  end({ clock, duplex, socket });
  for (let i = 0; i < 10; i++) await settle();
  assert.equal([await ending(socket), duplex.wire], [agreed, fromServer.close(4003, 'no')]);
});

test('sends a Close after earlier writes, and drops later ones, which resolve (§5.5.1)', async () => {
  const { duplex, socket } = open();
  const writer = socket.writable.getWriter();
  const before = writer.write('a');
  socket.close({ reason: 'x' });
  const behind = writer.write('b');
  assert.equal([await fate(before), await fate(behind)], ['fulfilled', 'fulfilled']);
  assert.is(duplex.wire, fromServer.text('a') + fromServer.close(1000, 'x'));
});

test('writable.close(): sends a Close after all writes, and settles with the socket', async () => {
  const { duplex, socket } = open();
  await settle();
  const writer = socket.writable.getWriter();
  void writer.write('a');
  const closing = writer.close();
  assert.equal([await fate(closing), duplex.wire], ['pending', fromServer.text('a') + fromServer.close()]);
  assert.is(((await fate(writer.write('late'))) as Error).name, 'TypeError');
  duplex.give(fromClient.close(1000));
  duplex.end();
  await settle();
  assert.equal([await fate(closing), await fate(writer.closed)], ['fulfilled', 'fulfilled']);
});

test('writable.close(): settles if the connection ends before the Close is sent', async () => {
  const the = open(new HandDuplex(false));
  await settle();
  the.duplex.give(fromClient.ping());
  await settle();
  const closing = the.socket.writable.close();
  assert.is(await fate(closing), 'pending');
  breakOutput(the);
  assert.is.not(await fate(closing), 'pending');
  assert.equal(await ending(the.socket), failure(1006));
});

test('drops the rest of a message at the next frame boundary on an abort, and rejects its write', async () => {
  const the = open(new HandDuplex(false));
  await settle();
  const writer = the.socket.writable.getWriter();
  const write = writer.write('x'.repeat(200_000));
  await settle();
  const aborting = writer.abort(new WebSocketError('', { closeCode: 4002 }));
  assert.is.not(await fate(write), 'pending');
  assert.is(await fate(aborting), 'fulfilled');
  for (let i = 0; i < 4; i++) {
    the.duplex.settleWrite();
    await settle();
  }
  const { wire } = the.duplex;
  assert.ok(wire.startsWith(fromServer.text('', { fin: false, declared: 65_536 })));
  assert.is(wire.length / 2, 10 + 65_536 + 4);
  assert.ok(wire.endsWith(fromServer.close(4002)));
});

test('queues sixteen pongs for a blocked transport, times out the closing, and settles all writes', async () => {
  const the = open(new HandDuplex(false));
  await settle();
  const write = the.socket.writable.getWriter().write('a');
  await settle();
  the.duplex.give(Array.from({ length: 1000 }, (_, i) => fromClient.ping(Uint8Array.of(i % 256))).join(''));
  await settle();
  assert.is(the.duplex.wire, fromServer.text('a'));
  ours(the);
  the.clock.moveTo(10_000);
  assert.is.not(await fate(write), 'pending');
  assert.equal([await ending(the.socket), the.clock.timers.size], [failure(1006), 0]);
  assert.is(the.duplex.wire, fromServer.text('a'));
});

test('queues at most sixteen pongs, the latest ones', async () => {
  const the = open(new HandDuplex(false));
  await settle();
  void the.socket.writable.getWriter().write('a');
  await settle();
  the.duplex.give(Array.from({ length: 20 }, (_, i) => fromClient.ping(Uint8Array.of(i))).join(''));
  await settle();
  the.duplex.settleWrite();
  await settle();
  const pongs = Array.from({ length: 16 }, (_, i) => fromServer.pong(Uint8Array.of(i + 4))).join('');
  assert.is(the.duplex.wire, fromServer.text('a') + pongs);
});

test('answers the peer’s Close in the middle of our message, and fails the write as the writable', async () => {
  const the = open(new HandDuplex(false));
  await settle();
  const write = the.socket.writable.getWriter().write(new Uint8Array(200_000));
  await settle();
  theirs(the);
  await settle();
  for (let i = 0; i < 3; i++) {
    the.duplex.settleWrite();
    await settle();
  }
  assert.is(((await fate(write)) as Error).name, 'InvalidStateError');
  assert.ok(
    the.duplex.wire.startsWith(fromServer.binary('', { fin: false, declared: 65_536 })) &&
      the.duplex.wire.endsWith(echo),
  );
  end(the);
  the.duplex.settleWrite();
  assert.equal(await ending(the.socket), agreed);
});

test('resolves a ping with the round trip, copies its data, and rejects it when the connection ends', async () => {
  const the = open();
  await settle();
  the.clock.jumpTo(3);
  const data = Uint8Array.of(1);
  const ping = the.socket.ping(data);
  data[0] = 2;
  await settle();
  assert.is(the.duplex.wire, fromServer.ping('\x01'));
  the.clock.moveTo(10);
  the.duplex.give(fromClient.pong('\x01'));
  assert.is(await ping, 7);
  const lost = the.socket.ping();
  await settle();
  assert.ok(/^8908.{16}$/.test(the.duplex.out[1] as string));
  end(the);
  assert.is(((await fate(lost)) as WebSocketError).closeCode, 1006);
  assert.ok((await fate(the.socket.ping(new Uint8Array(126)))) instanceof RangeError);
});

test('rejects a code or a reason that may not be sent, without any effect', async () => {
  const { duplex, socket } = open();
  for (const info of [{ closeCode: 1005 }, { closeCode: 999 }, { reason: 'ü'.repeat(62) }]) {
    assert.throws(
      () => socket.close(info),
      (error: unknown) => error instanceof RangeError,
    );
  }
  await settle();
  assert.equal([duplex.wire, await fate(socket.closed)], ['', 'pending']);
  socket.close({ closeCode: 1011, reason: 'x' });
  assert.is(duplex.wire, fromServer.close(1011, 'x'));
});

test('is cancelled by a consumer that throws: delivers nothing more, and closes', async () => {
  const the = open();
  the.duplex.give(fromClient.text('a') + fromClient.text('b'));
  const loop = (async () => {
    for await (const _ of the.socket.readable) throw reset;
  })();
  assert.is(await fate(loop), reset);
  theirs(the);
  end(the);
  assert.equal([await ending(the.socket), the.duplex.wire], [agreed, fromServer.close()]);
});

const mebibyte = new Uint8Array(2 ** 20).map((_, i) => i);

test('carries 1 MiB each way before either side reads, over transports that buffer nothing, 64 KiB or everything', async () => {
  for (const capacityBytes of [0, 65_536, Infinity]) {
    const ends = duplexPair({ capacityBytes });
    const server = socketOver('server', ends[0], {}, systemClock);
    const client = socketOver('client', ends[1], {}, systemClock);
    const sockets = [server, client];
    await Promise.all(sockets.map(socket => socket.writable.getWriter().write(mebibyte)));
    for (const socket of sockets) {
      const reader = socket.readable.getReader();
      assert.ok(Buffer.compare((await reader.read()).value as Uint8Array, mebibyte) === 0);
      reader.releaseLock();
    }
    assert.ok((await server.ping()) >= 0 && (await client.ping()) >= 0);
    client.close({ closeCode: 1000, reason: 'done' });
    assert.equal(await Promise.all(sockets.map(socket => socket.closed)), [
      { closeCode: 1000, reason: 'done' },
      // The reply repeats the reason (B10).
      { closeCode: 1000, reason: 'done' },
    ]);
  }
});

test('sends one Close per side if both close at once over a network', async () => {
  for (const capacityBytes of [0, 65_536, Infinity]) {
    const [near, far] = duplexPair({ capacityBytes });
    const server = socketOver('server', near, {}, systemClock);
    const client = socketOver('client', far, {}, systemClock);
    server.close({ closeCode: 4000 });
    client.close({ closeCode: 4001 });
    assert.equal(await server.closed, { closeCode: 4001, reason: '' });
    assert.equal(await client.closed, { closeCode: 4000, reason: '' });
    assert.equal(
      [server, client].map(({ closeRecord }) => closeRecord.initiator),
      ['local', 'local'],
    );
  }
});

test('ends both sides on a reset of the network', async () => {
  const [near, far] = duplexPair();
  const server = socketOver('server', near, {}, systemClock);
  const client = socketOver('client', far, {}, systemClock);
  far.reset(reset);
  assert.equal(await ending(client), failure(1006));
  assert.equal(await ending(server), failure(1006));
  assert.is(client.closeRecord.cause, reset);
});

const never = { closed: 'pending', wire: '' };

test('closes on closeSignal, with the code of a WebSocketError, and ignores it afterwards', async () => {
  const controller = new AbortController();
  const the = openByHand({ closeSignal: controller.signal });
  await settle();
  assert.equal({ closed: await fate(the.socket.closed), wire: the.duplex.wire }, never);
  controller.abort(new WebSocketError('', { closeCode: 4000, reason: 'us' }));
  controller.abort();
  theirs(the);
  end(the);
  assert.equal([await ending(the.socket), the.duplex.wire], [agreed, our]);
  for (const reason of [undefined, 'why', new Error('why')]) {
    const aborted = openByHand({ closeSignal: AbortSignal.abort(reason) });
    await settle();
    assert.is(aborted.duplex.wire, fromServer.close());
    aborted.socket.terminate();
  }
});

test('stops listening to its closeSignal after any end', async () => {
  for (const how of [theirs, end]) {
    const listeners = new Set<unknown>();
    const closeSignal = {
      aborted: false,
      addEventListener: (_: string, listener: unknown) => listeners.add(listener),
      removeEventListener: (_: string, listener: unknown) => listeners.delete(listener),
    } as unknown as AbortSignal;
    const the = openByHand({ closeSignal });
    assert.is(listeners.size, 1);
    how(the);
    the.duplex.flowing = true;
    if (how === theirs) end(the);
    await ending(the.socket);
    assert.is(listeners.size, 0);
  }
});

test('closes on disposal, and waits for any end', async () => {
  for (const how of [theirs, end, breakInput]) {
    const the = openByHand();
    const disposed = the.socket[Symbol.asyncDispose]();
    assert.equal([await fate(disposed), the.duplex.wire], ['pending', fromServer.close()]);
    how(the);
    if (how === theirs) end(the);
    assert.is(await fate(disposed), 'fulfilled');
    assert.is(the.clock.timers.size, 0);
  }
});

test('terminate: releases the transport at once, without a Close', async () => {
  const the = open();
  the.socket.terminate();
  assert.equal([await ending(the.socket), the.duplex.wire], [failure(1006), '']);
  assert.is(the.duplex.cancelled.length, 1);
  assert.is(the.clock.timers.size, 0);
  the.socket.terminate();
});

test('discardIncoming: drops received messages, and still answers pings and the Close', async () => {
  const the = open();
  the.duplex.give(fromClient.text('a'));
  the.socket.discardIncoming();
  for (let i = 0; i < 3000; i++) the.duplex.give(fromClient.text('x'.repeat(50)));
  the.duplex.give(fromClient.ping('p'));
  for (let i = 0; i < 10; i++) await settle();
  assert.equal([the.duplex.unread, the.duplex.wire], [0, fromServer.pong('p')]);
  await the.socket.writable.getWriter().write('b');
  theirs(the);
  end(the);
  assert.equal(
    [await ending(the.socket), the.duplex.wire],
    [agreed, fromServer.pong('p') + fromServer.text('b') + echo],
  );
  assert.equal(await readAll(the.socket), ['end']);
});

test('bufferedAmount: is exact at once after a call, on every way of sending', async () => {
  const { socket, duplex } = open(new HandDuplex(false));
  await settle();
  socket.send('é');
  assert.is(socket.bufferedAmount, 2);
  socket.send(new Uint8Array(7));
  assert.is(socket.bufferedAmount, 9);
  socket.send(new Uint8Array(9).subarray(1, 4));
  assert.is(socket.bufferedAmount, 12);
  socket.send('');
  assert.equal([socket.bufferedAmount, socket.queuedMessages], [12, 4]);
  socket.sendPrepared(new PreparedMessage('abc'));
  assert.is(socket.bufferedAmount, 12 + 3);
  const writer = socket.openMessage('text').getWriter();
  void writer.write('part');
  assert.is(socket.bufferedAmount, 12 + 3 + 4);
  void writer.close();
  assert.is(socket.bufferedAmount, 12 + 3 + 4);
  for (let i = 0; i < 4; i++) {
    await settle();
    duplex.settleWrite();
  }
  const sent = fromServer.text('é') + fromServer.binary('\0'.repeat(7)) + fromServer.binary('\0\0\0');
  assert.ok(duplex.wire.startsWith(sent), duplex.wire);
  assert.equal([socket.bufferedAmount, socket.queuedMessages], [0, 0]);
});

test('bufferedAmount: counts bytes that the duplex has not taken, with headers once they are encoded', async () => {
  const the = open(new HandDuplex(false));
  await settle();
  const writer = the.socket.writable.getWriter();
  assert.is(the.socket.bufferedAmount, 0);
  const writes = [writer.write(new Uint8Array(100)), writer.write('abc'), writer.write(new Uint8Array(7))];
  assert.equal([the.socket.bufferedAmount, the.socket.queuedMessages], [100 + 3 + 7, 3]);
  await settle();
  // All are encoded, and the transport has not taken them.
  assert.equal([the.socket.bufferedAmount, the.socket.queuedMessages], [102 + 5 + 9, 0]);
  the.duplex.settleWrite();
  await Promise.all(writes);
  assert.is(the.socket.bufferedAmount, 0);
  writer.write(new Uint8Array(100_000)).catch(() => {});
  await settle();
  assert.ok(the.socket.bufferedAmount >= 100_000);
  breakOutput(the);
  await settle();
  the.duplex.settleWrite();
  await settle();
  assert.is((await ending(the.socket)) !== undefined, true);
});

test('counts queued bytes, and 64 for each queued message, in desiredSize and ready', async () => {
  const the = open(new HandDuplex(false));
  await settle();
  const writer = the.socket.writable.getWriter();
  assert.is(writer.desiredSize, 65_536);
  const writes = [writer.write('ab'), writer.write(new Uint8Array(1000))];
  assert.is(writer.desiredSize, 65_536 - 64 - 2 - 64 - 1000);
  assert.is(await fate(writer.ready), 'fulfilled');
  writes.push(writer.write(new Uint8Array(65_536)));
  assert.is(await fate(writer.ready), 'pending');
  for (let i = 0; i < 12; i++) {
    the.duplex.settleWrite();
    await settle();
  }
  await Promise.all(writes);
  assert.is(await fate(writer.ready), 'fulfilled');
  assert.is(writer.desiredSize, 65_536);
});

test('reports its traffic', async () => {
  const the = open();
  the.duplex.give(fromClient.text('abc'));
  await the.socket.writable.getWriter().write('d');
  await settle();
  const { received, sent, roundTripMs } = the.socket.stats();
  assert.equal([received.wireBytes, sent.wireBytes, roundTripMs], [9, 3, undefined]);
});

/** Returns the number of chunks that the socket takes from the duplex while the application does not read. */
async function takenOf(chunk: string, times: number, agreement?: AgreedCompression) {
  const { duplex, socket } = openByHand({}, new HandDuplex(), agreement);
  for (let i = 0; i < times; i++) duplex.give(chunk);
  for (let i = 0; i < 40; i++) await settle();
  return { taken: times - duplex.unread, duplex, socket };
}

const deflated: AgreedCompression = {
  agreement: {
    serverContextTakeover: false,
    clientContextTakeover: false,
    serverMaxWindowBits: 15,
    clientMaxWindowBits: 15,
  },
  settings: deflateSettings('server', true)!,
};

test('compresses a large frame in several turns, after earlier messages were sent', async () => {
  let state = 1;
  const noise = Uint8Array.from({ length: 2 ** 20 }, () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) | 0;
    return state >>> 16;
  });
  for (const spent of [0, 300_000]) {
    const { duplex, socket } = openByHand({ maxFrameBytes: 2 ** 21 }, new HandDuplex(), deflated);
    await settle();
    void socket.send('a', { compress: false });
    const sent = socket.send(noise);
    turnBudget.spend(spent);
    await settle();
    for (let i = 0; i < 20; i++) await settle();
    assert.is(await fate(sent), 'fulfilled');
    assert.ok(duplex.wire.startsWith(fromServer.text('a')) && duplex.wire.length > 2 ** 20);
    socket.terminate();
  }
});

test('holds at most the look-ahead and one message if the reader stalls', async () => {
  const bomb = new PreparedMessage(new Uint8Array(2 ** 20)).part({ codec: builtInCodec, windowBits: 15 });
  const bombs = await takenOf(fromClient.binary(bomb.payload as Uint8Array, { rsv1: true }), 50, deflated);
  assert.is(bombs.taken, 1);
  const stops = await takenOf(fromClient.text('x'.repeat(36)), 3000);
  assert.is(stops.taken, 120);
  const pings = await takenOf(fromClient.ping(), 3000);
  assert.is(pings.taken, 3000);
  const fragments = await takenOf(
    fromClient.binary('', { fin: false }) + fromClient.continuation('', { fin: false }).repeat(9999),
    1,
  );
  assert.is(fragments.socket.bufferedAmount, 0);
  for (const { socket } of [bombs, stops, pings, fragments]) socket.terminate();
});

test('fails with 1008 on empty fragments without end', async () => {
  const { duplex, socket } = openByHand({ maxFragments: 1000 });
  duplex.give(
    fromClient.binary('', { fin: false }) + fromClient.continuation('', { fin: false }).repeat(1000),
  );
  await settle();
  assert.is(socket.closeRecord.sent?.closeCode, 1008);
  socket.terminate();
});

test('terminate: ends both sides with 1006', async () => {
  const [near, far] = duplexPair();
  const server = socketOver('server', near, {}, systemClock);
  const client = socketOver('client', far, {}, systemClock);
  client.terminate();
  assert.equal(await ending(client), failure(1006));
  assert.equal(await ending(server), failure(1006));
  assert.is(client.closeRecord.sent, undefined);
});

test('gives the same writable after the end as before', async () => {
  const { duplex, socket } = openByHand();
  duplex.give(fromClient.close(1000));
  duplex.end();
  await socket.closed;
  const { writable } = socket;
  assert.is(writable, socket.writable);
  const writer = writable.getWriter();
  assert.is(((await fate(writer.write('a'))) as Error).name, 'InvalidStateError');
  assert.is(await fate(writer.abort()), 'fulfilled');
});

test('fails a message at once that is opened after the end', async () => {
  const { duplex, socket } = openByHand();
  duplex.give(fromClient.close(1000));
  duplex.end();
  await socket.closed;
  const writer = socket.openMessage('binary').getWriter();
  assert.is(((await fate(writer.closed)) as Error).name, 'InvalidStateError');
});

test('reports the closing that either side has begun', async () => {
  for (const peer of [true, false]) {
    const { duplex, socket } = openByHand();
    assert.is(socket.closing, false);
    if (peer) duplex.give(fromClient.close(1000));
    else socket.close();
    await settle();
    assert.is(socket.closing, true);
    socket.terminate();
  }
});

test('completes the closing of an idle connection though the application does not read', async () => {
  const { clock, duplex, socket } = openByHand({ idleTimeoutMs: 100 });
  await settle();
  clock.moveTo(100);
  for (let i = 0; i < 3; i++) duplex.give(fromClient.binary(new Uint8Array(65_000)));
  duplex.give(fromClient.close(1001));
  duplex.end();
  await settle();
  assert.is(await fate(socket.closed), 'fulfilled');
  assert.is(clock.now(), 100);
});

test('is not idle while it does not read because the look-ahead is full', async () => {
  const { clock, duplex, socket } = openByHand({ idleTimeoutMs: 100 });
  for (let i = 0; i < 3; i++) duplex.give(fromClient.binary(new Uint8Array(65_000)));
  await settle();
  clock.moveTo(1000);
  await settle();
  assert.is(duplex.wire, '');
  const reader = socket.readable.getReader();
  for (let i = 0; i < 3; i++) await reader.read();
  await settle();
  clock.moveTo(1099);
  assert.is(duplex.wire, '');
  clock.moveTo(1100);
  assert.ok(duplex.wire.startsWith('88'));
});

test.run();
