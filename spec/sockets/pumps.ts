import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Connection } from '../../lib/connection/connection.ts';
import type { ConnectionOptions } from '../../lib/connection/connection-options.ts';
import { Alarm } from '../../lib/sockets/alarm.ts';
import { Pumps } from '../../lib/sockets/pumps.ts';
import { nextTask } from '../../lib/streams/next-task.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { HandDuplex } from '../support/hand-duplex.ts';
import { hex, unhex } from '../support/hex.ts';
import { settle } from '../support/settling.ts';

const test = suite('Pumps');

/** Masked by a key of zeros. */
const ping = '898000000000';
const text = (letter: string) => `818100000000${hex(new TextEncoder().encode(letter))}`;
const close = '888200000000' + '03e8';

/** A server's pumps over a duplex that is worked by hand. */
function pumping(duplex = new HandDuplex(), rest = '', options: Partial<ConnectionOptions> = {}) {
  const clock = new FakeClock();
  const connection = new Connection({ role: 'server', ...options });
  const events: string[] = [];
  const owner = {
    full: false,
    crowded: false,
    moments: 0,
    sent: 0,
    changes: 0,
    ends: 0,
    push: (event: { type: string; data?: unknown }) => {
      events.push(event.type === 'text' ? (event.data as string) : event.type);
    },
    giveMoment: async () => {
      owner.moments += 1;
      owner.crowded = false;
    },
    onChange: () => void (owner.changes += 1),
    onEnd: () => void (owner.ends += 1),
  };
  const alarm = new Alarm(clock, () => pumps.push());
  const locked = {
    reader: duplex.readable.getReader(),
    writer: duplex.writable.getWriter(),
    rest: unhex(rest),
  };
  const pumps: Pumps = new Pumps(connection, locked, alarm, owner, owner);
  pumps.start(locked.rest);
  const onSent = () => void (owner.sent += 1);
  return { clock, connection, duplex, events, onSent, owner, pumps };
}

test('decodes what was read behind the handshake first', async () => {
  const { duplex, events, owner } = pumping(new HandDuplex(), text('a') + ping);
  // The owner has a task to look around before.
  await Promise.resolve();
  assert.equal(events, []);
  await settle();
  assert.equal([events, duplex.wire], [['a', 'ping'], '8a00']);
  duplex.give(text('b'));
  await settle();
  assert.equal([events, duplex.wire], [['a', 'ping', 'b'], '8a00']);
  assert.ok(owner.changes > 0);
});

test('reads without demand, until the owner is full, and then stops the duplex', async () => {
  const { duplex, events, owner, pumps } = pumping();
  await settle();
  assert.is(duplex.pulls, 1);
  owner.full = true;
  duplex.give(text('a') + text('b'));
  await settle();
  assert.equal([events, duplex.pulls], [['a'], 1]);
  pumps.resume();
  await settle();
  assert.equal(events, ['a']);
  owner.full = false;
  pumps.resume();
  await settle();
  assert.equal([events, duplex.pulls], [['a', 'b'], 2]);
});

test('waits before it reads, too, when the rest has filled the owner', async () => {
  const duplex = new HandDuplex();
  const { owner, pumps, events } = pumping(duplex);
  await settle();
  duplex.give('');
  owner.full = true;
  await settle();
  const before = duplex.pulls;
  await settle();
  assert.is(duplex.pulls, before);
  owner.full = false;
  pumps.resume();
  await settle();
  duplex.give(text('a'));
  await settle();
  assert.equal([events, duplex.pulls], [['a'], before + 2]);
});

test('leaves the host a task while the connection is busy, and loses nothing', async () => {
  const { duplex, events } = pumping();
  await settle();
  duplex.give(`018000000000${'008000000000'.repeat(5000)}808000000000${text('b')}`);
  assert.equal(events, []);
  while (events.length < 2) await nextTask();
  assert.equal(events, ['', 'b']);
  duplex.give(ping);
  await settle();
  assert.equal([events.length, duplex.wire], [3, '8a00']);
});

test('gives a crowded owner a moment before the next event', async () => {
  const { duplex, events, owner } = pumping();
  owner.crowded = true;
  duplex.give(text('a') + text('b'));
  await settle();
  assert.equal([events, owner.moments], [['a', 'b'], 1]);
});

test('does not blame the peer while the owner is full', async () => {
  const { clock, connection, duplex, owner, pumps } = pumping();
  owner.full = true;
  duplex.give(text('a') + text('b'));
  await settle();
  clock.moveTo(50_000);
  await settle();
  assert.equal([connection.failure, duplex.wire], [undefined, '8a008a00']);
  owner.full = false;
  pumps.resume();
  await settle();
  assert.is(connection.nextDeadline(), 70_000);
  clock.moveTo(70_000);
  await settle();
  assert.is(duplex.wire, '8a008a008900');
});

test('an octet counts as a sign of life from when it came', async () => {
  const { clock, connection, duplex } = pumping();
  await settle();
  clock.jumpTo(15_000);
  duplex.give('81');
  await settle();
  assert.is(connection.nextDeadline(), 35_000);
});

test('what came while the host slept is heard before the peer is judged', async () => {
  const { clock, connection, duplex, pumps } = pumping();
  clock.moveTo(20_000);
  await settle();
  assert.is(duplex.wire, '8900');
  for (const now of [40_090, 50_000]) {
    clock.jumpTo(now);
    duplex.give('8a80' + '00000000');
    if (now === 50_000) pumps.push();
    await settle();
    assert.is(connection.failure, undefined);
  }
});

test('never waits for a write before it reads on', async () => {
  const { duplex, events } = pumping(new HandDuplex(false));
  for (const letter of ['a', 'b', 'c']) {
    duplex.give(ping + text(letter));
    await settle();
  }
  assert.equal(events, ['ping', 'a', 'ping', 'b', 'ping', 'c']);
  assert.equal(duplex.out, ['8a00']);
  duplex.settleWrite();
  await settle();
  assert.equal(duplex.out, ['8a00', '8a008a00']);
});

test('chooses one chunk for a duplex that wants no more, and below 32 KiB under way for any', async () => {
  for (const [highWaterMark, left] of [
    [1, 7],
    [1e6, 4],
  ] as const) {
    const { connection, pumps } = pumping(new HandDuplex(false, highWaterMark), '', { maxFrameBytes: 8190 });
    await settle();
    for (let i = 0; i < 10; i++) connection.send({ type: 'binary', data: new Uint8Array(8190) });
    pumps.push();
    let completed = 0;
    for (let next = connection.transmit(); next !== undefined; next = connection.transmit())
      completed += next.onSent.length;
    assert.is(completed, left, `${highWaterMark}`);
  }
});

test('goes on as writes settle', async () => {
  const { connection, onSent, owner, pumps } = pumping(new HandDuplex(true, 1e6), '', {
    maxFrameBytes: 8190,
  });
  await settle();
  for (let i = 0; i < 30; i++) connection.send({ type: 'binary', data: new Uint8Array(8190) }, onSent);
  pumps.push();
  await settle();
  assert.is(owner.sent, 30);
});

test('a pong overtakes what was not chosen yet', async () => {
  const duplex = new HandDuplex(false);
  const { connection, pumps } = pumping(duplex, '', { maxFrameBytes: 2 });
  await settle();
  connection.send({ type: 'binary', data: new Uint8Array(20_000) });
  pumps.push();
  await settle();
  duplex.give(ping);
  await settle();
  assert.is(duplex.out.length, 1);
  duplex.settleWrite();
  await settle();
  assert.ok((duplex.out[1] as string).startsWith('8a000002'));
});

test('tells how many messages have reached the duplex when their octets have', async () => {
  const { connection, duplex, onSent, owner, pumps } = pumping(new HandDuplex(false));
  await settle();
  connection.send({ type: 'text', data: 'a' }, onSent);
  connection.send({ type: 'text', data: 'b' }, onSent);
  pumps.push();
  await settle();
  assert.equal([owner.sent, duplex.wire], [0, '810161810162']);
  duplex.settleWrite();
  await settle();
  assert.is(owner.sent, 2);
});

test('tells of a part without octets at once', async () => {
  const { connection, duplex, onSent, owner, pumps } = pumping();
  connection.send({ type: 'text', data: 'a', last: false }, onSent);
  pumps.push();
  await settle();
  connection.send({ type: 'text', data: '', last: false }, onSent);
  pumps.push();
  await Promise.resolve();
  assert.equal([owner.sent, duplex.wire], [2, '010161']);
});

test('a server ends its side when both Closes passed, and is done when the peer has ended too (§7.1.1)', async () => {
  const { clock, connection, duplex, owner } = pumping();
  duplex.give(text('a') + close + text('b'));
  await settle();
  assert.equal(duplex.out, ['880203e8', 'close']);
  assert.is(owner.ends, 0);
  duplex.end();
  await settle();
  assert.equal([owner.ends, connection.over, connection.failure, clock.timers.size], [1, true, undefined, 0]);
  assert.equal(duplex.cancelled, []);
});

test('is done when the peer has ended first and our side follows', async () => {
  const { clock, duplex, owner } = pumping(new HandDuplex(false));
  duplex.give(close);
  duplex.end();
  await settle();
  assert.equal([duplex.out, owner.ends], [['880203e8'], 0]);
  duplex.settleWrite();
  await settle();
  assert.equal([duplex.out, owner.ends, clock.timers.size], [['880203e8', 'close'], 1, 0]);
});

test('ends its side once, however often it is pushed', async () => {
  const { duplex, pumps } = pumping();
  duplex.give(close);
  await settle();
  pumps.push();
  pumps.push();
  await settle();
  assert.equal(duplex.out, ['880203e8', 'close']);
});

test('sends the pongs that wait behind our Close before it ends its side', async () => {
  const { connection, duplex, pumps, owner } = pumping(new HandDuplex(false));
  await settle();
  connection.startClose(1000);
  pumps.push();
  duplex.give(ping + close);
  await settle();
  assert.equal(duplex.out, ['880203e8']);
  duplex.settleWrite();
  await settle();
  duplex.settleWrite();
  await settle();
  assert.equal(duplex.out, ['880203e8', '8a00', 'close']);
  duplex.end();
  await settle();
  assert.equal([owner.ends, connection.failure], [1, undefined]);
});

test('tells the peer of a violation, drops what follows, and reads to the end (§7.1.7)', async () => {
  const { clock, connection, duplex, events, owner } = pumping();
  duplex.give(`${text('a')}8381${'00000000'}00${text('b')}`);
  await settle();
  for (let i = 0; i < 3; i++) {
    duplex.give(text('c'));
    await settle();
  }
  const reason = hex(new TextEncoder().encode('reserved opcode'));
  assert.equal([events, duplex.out], [['a'], [`881103ea${reason}`, 'close']]);
  assert.is(owner.ends, 0);
  duplex.end();
  await settle();
  assert.equal([owner.ends, connection.failure?.closeCode, clock.timers.size], [1, 1002, 0]);
});

test('an end without a Close is 1006, and both sides are let go of (§7.1.5)', async () => {
  const { clock, connection, duplex, owner } = pumping();
  duplex.give(`${text('a')}81`);
  duplex.end();
  await settle();
  assert.equal([connection.failure?.closeCode, owner.ends, clock.timers.size], [1006, 1, 0]);
  assert.equal(duplex.out, [connection.failure]);
});

test('cuts both sides when the closing takes too long, from when our Close has left', async () => {
  const { clock, connection, duplex, owner, pumps } = pumping(new HandDuplex(false));
  await settle();
  connection.send({ type: 'binary', data: new Uint8Array(20_000) });
  connection.startClose(1000);
  pumps.push();
  clock.jumpTo(9000);
  duplex.settleWrite();
  await settle();
  assert.ok(connection.record.sent === undefined || duplex.wire.endsWith('880203e8'));
  duplex.settleWrite();
  await settle();
  duplex.settleWrite();
  await settle();
  assert.is(connection.record.sent?.closeCode, 1000);
  clock.moveTo(18_999);
  assert.is(owner.ends, 0);
  clock.moveTo(19_000);
  await settle();
  const { failure } = connection;
  assert.equal([owner.ends, failure?.closeCode, clock.timers.size], [1, 1006, 0]);
  assert.equal([duplex.cancelled, duplex.out.at(-1)], [[failure], failure]);
});

test('cuts a duplex that does not end behind a clean closing, with no failure', async () => {
  const { clock, connection, duplex, owner } = pumping();
  duplex.give(close);
  await settle();
  clock.moveTo(10_000);
  await settle();
  assert.equal([owner.ends, connection.failure, duplex.cancelled], [1, undefined, [undefined]]);
  assert.equal(duplex.out, ['880203e8', 'close']);
});

test('an error of either side of the duplex ends everything, with the error as its cause', async () => {
  const reset = new Error('reset');
  for (const side of ['breakInput', 'breakOutput'] as const) {
    for (const flowing of [true, false]) {
      const { clock, connection, duplex, owner, pumps } = pumping(new HandDuplex(flowing));
      await settle();
      connection.send({ type: 'text', data: 'a' });
      pumps.push();
      duplex[side](reset);
      pumps.push();
      await settle();
      assert.equal([connection.failure?.closeCode, connection.failure?.cause], [1006, reset], side);
      assert.equal([owner.ends, clock.timers.size], [1, 0], side);
    }
  }
});

test('a write that fails ends everything, also where the duplex cannot be aborted', async () => {
  const reset = new Error('reset');
  const writable = new WritableStream<Uint8Array>({
    async write() {
      throw reset;
    },
  });
  const { connection, owner, pumps } = pumping(Object.assign(new HandDuplex(), { writable }));
  connection.send({ type: 'text', data: 'a' });
  pumps.push();
  await settle();
  assert.equal([connection.failure?.closeCode, connection.failure?.cause, owner.ends], [1006, reset, 1]);
  const duplex = new HandDuplex();
  duplex.out.push = item => {
    if (item instanceof Error) throw reset;
    return Array.prototype.push.call(duplex.out, item);
  };
  const other = pumping(duplex);
  await settle();
  other.connection.breakOff(undefined);
  other.pumps.push();
  await settle();
  assert.equal([other.owner.ends, other.connection.failure?.closeCode], [1, 1006]);
});

test('an error behind both Closes is none', async () => {
  for (const side of ['breakInput', 'breakOutput'] as const) {
    const { connection, duplex, owner } = pumping(new HandDuplex(false));
    duplex.give(close);
    await settle();
    duplex[side](new Error('reset'));
    await settle();
    assert.equal([owner.ends, connection.failure, connection.record.wasClean], [1, undefined, true], side);
  }
});

test('an output that cannot be closed ends everything', async () => {
  const duplex = new HandDuplex();
  const { connection, owner } = pumping(duplex);
  const reset = new Error('reset');
  duplex.give(close);
  duplex.out.push = item => {
    if (item === 'close') throw reset;
    return Array.prototype.push.call(duplex.out, item);
  };
  await settle();
  assert.equal([owner.ends, connection.failure], [1, undefined]);
});

test('an error of the input is noticed at once while the owner is full', async () => {
  const { connection, duplex, events, owner } = pumping();
  await settle();
  owner.full = true;
  duplex.give(text('a') + text('b'));
  await settle();
  const reset = new Error('reset');
  duplex.breakInput(reset);
  await settle();
  assert.equal([events, owner.ends, connection.failure?.cause], [['a'], 1, reset]);
});

test('decodes what came before an error of the input', async () => {
  const { connection, duplex, events } = pumping();
  await settle();
  duplex.give(unhex(text('a').repeat(3000)));
  duplex.breakInput(new Error('reset'));
  await settle();
  await settle();
  await settle();
  assert.is(events.length, 3000);
  assert.is(connection.failure?.closeCode, 1006);
});

test('the end comes through while the owner is full', async () => {
  const { clock, connection, duplex, owner, pumps } = pumping();
  await settle();
  owner.full = true;
  duplex.give(text('a') + text('b'));
  await settle();
  connection.startClose();
  pumps.push();
  await settle();
  clock.moveTo(10_000);
  await settle();
  assert.equal([owner.ends, clock.timers.size], [1, 0]);
});

test('lets the host have its turn among events, and among chunks without any', async () => {
  const many = pumping(new HandDuplex(), text('a').repeat(5000));
  let turns = 0;
  const turn = () => {
    turns += 1;
    if (many.events.length < 5000) void nextTask().then(turn);
  };
  void nextTask().then(turn);
  while (many.events.length < 5000) await settle();
  assert.ok(turns >= 4, `${turns}`);

  const quiet = pumping(endless());
  let ticked = 0;
  const timer = setInterval(() => (ticked += 1));
  while (ticked < 3) await settle();
  clearInterval(timer);
  quiet.connection.breakOff(undefined);
  quiet.pumps.push();
});

test('lets the host have its turn among chunks that leave, however ready the duplex is', async () => {
  const { connection, pumps } = pumping();
  let ticked = 0;
  const timer = setInterval(() => (ticked += 1));
  let sent = 0;
  while (ticked < 3) {
    await new Promise<void>(resolve => {
      connection.send({ type: 'text', data: 'a' }, resolve);
      pumps.push();
    });
    sent += 1;
  }
  clearInterval(timer);
  assert.ok(sent > 0);
  connection.breakOff(undefined);
  pumps.push();
});

/** Always ready with one more octet of a message that never ends. */
function endless(): HandDuplex {
  const duplex = new HandDuplex();
  let first = true;
  const readable = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        controller.enqueue(first ? unhex('82ff000000000010000000000000') : unhex('00'));
        first = false;
      },
    },
    { highWaterMark: 0 },
  );
  return Object.defineProperty(duplex, 'readable', { value: readable });
}

test('a source of masking keys that fails ends the connection, and nothing else', async () => {
  const bad = new Error('no entropy');
  const randomBytes = () => {
    throw bad;
  };
  const { connection, owner, pumps } = pumping(new HandDuplex(), '', { role: 'client', randomBytes });
  connection.send({ type: 'text', data: 'a' });
  pumps.push();
  await settle();
  assert.equal([connection.failure?.cause, owner.ends], [bad, 1]);
});

test('a chunk that is no octets is an error of the transport', async () => {
  const { connection, duplex, owner } = pumping();
  duplex.give('a' as unknown as Uint8Array);
  await settle();
  duplex.give({} as unknown as Uint8Array);
  await settle();
  assert.equal([connection.failure?.cause instanceof TypeError, owner.ends], [true, 1]);
});

test('says nothing behind the end', async () => {
  const { connection, duplex, owner, pumps } = pumping();
  duplex.end();
  await settle();
  const { changes } = owner;
  connection.send({ type: 'text', data: 'a' });
  pumps.push();
  pumps.resume();
  await settle();
  assert.equal([owner.changes, owner.ends, duplex.wire], [changes, 1, '']);
});

test('knows of no octets under way behind the end', async () => {
  const { connection, duplex, pumps } = pumping(new HandDuplex(false));
  await settle();
  connection.send({ type: 'text', data: 'a' });
  pumps.push();
  assert.is(pumps.underWayBytes, 3);
  duplex.breakInput(new Error('reset'));
  await settle();
  assert.is(pumps.underWayBytes, 0);
});

test('knows how many octets are under way to the duplex', async () => {
  const { connection, duplex, pumps } = pumping(new HandDuplex(false));
  await settle();
  connection.send({ type: 'text', data: 'a' });
  pumps.push();
  assert.is(pumps.underWayBytes, 3);
  connection.send({ type: 'binary', data: new Uint8Array(20_000) });
  pumps.push();
  assert.is(pumps.underWayBytes, 3);
  duplex.settleWrite();
  await settle();
  assert.is(pumps.underWayBytes, 4);
  duplex.settleWrite();
  await settle();
  duplex.settleWrite();
  await settle();
  duplex.settleWrite();
  await settle();
  duplex.settleWrite();
  await settle();
  assert.is(pumps.underWayBytes, 0);
});

test('a flood of pings into a duplex that stalls costs sixteen pongs and what is under way', async () => {
  const { connection, duplex, pumps } = pumping(new HandDuplex(false));
  for (let i = 0; i < 50; i++) {
    duplex.give(ping.repeat(20));
    await settle();
  }
  assert.equal([duplex.out.length, pumps.underWayBytes], [1, duplex.wire.length / 2]);
  let waiting = 0;
  for (let next = connection.transmit(); next !== undefined; next = connection.transmit())
    waiting += next.bytes.length;
  assert.is(waiting, 32);
});

test('a frame that stalls fails the connection, unless the owner is full', async () => {
  for (const full of [false, true]) {
    const { clock, connection, duplex, owner, pumps } = pumping();
    await settle();
    owner.full = full;
    duplex.give(`${text('a')}8182`);
    await settle();
    clock.moveTo(20_000);
    await settle();
    assert.is(connection.failure?.closeCode, full ? undefined : 1008);
    owner.full = false;
    pumps.resume();
    await settle();
    clock.moveTo(40_000);
    assert.is(connection.failure?.closeCode, 1008);
  }
});

test('an idle connection is closed by the alarm alone', async () => {
  const { clock, duplex } = pumping(new HandDuplex(), '', { idleTimeoutMs: 100 });
  await settle();
  clock.moveTo(100);
  await settle();
  assert.ok(duplex.wire.startsWith('880e03e9'));
});

test.run();
