import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Connection } from '../../lib/connection/connection.ts';
import type { ConnectionOptions } from '../../lib/connection/connection-options.ts';
import { SocketDriver } from '../../lib/sockets/socket-driver.ts';
import { lockDuplex } from '../../lib/streams/byte-duplex.ts';
import { nextTask } from '../../lib/streams/next-task.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { HandDuplex } from '../support/hand-duplex.ts';
import { fromHex } from '../support/hex.ts';
import { fromClient, fromServer } from '../support/named-frames.ts';
import { settle } from '../support/settling.ts';

const test = suite('SocketDriver');

/** Returns a server's driver over a duplex that the spec controls. */
function driving(duplex = new HandDuplex(), options: Partial<ConnectionOptions> = {}, rest = '') {
  const clock = new FakeClock();
  const connection = new Connection({ role: 'server', ...options });
  const events: string[] = [];
  const owner = {
    full: false,
    crowded: false,
    moments: 0,
    changes: 0,
    ends: 0,
    push: (event: { type: string; data?: unknown }) => {
      events.push(event.type === 'text' ? (event.data as string) : event.type);
    },
    decoded: () => {},
    giveMoment: () => {
      owner.moments += 1;
      owner.crowded = false;
    },
    onChange: () => void (owner.changes += 1),
    onRoom: () => {},
    onEnd: () => void (owner.ends += 1),
  };
  const driver = new SocketDriver(connection, lockDuplex(duplex), clock, owner, owner);
  driver.start(fromHex(rest));
  return { clock, connection, duplex, events, owner, driver };
}

/** A duplex with an endless supply of empty chunks. */
function endless(): HandDuplex {
  const readable = new ReadableStream<Uint8Array>(
    { pull: controller => controller.enqueue(new Uint8Array(0)) },
    { highWaterMark: 0 },
  );
  return Object.assign(new HandDuplex(), { readable });
}

test('decodes the bytes read after the handshake first, in a later task', async () => {
  const { duplex, events } = driving(new HandDuplex(), {}, fromClient.text('a') + fromClient.ping());
  await Promise.resolve();
  assert.equal(events, []);
  await settle();
  assert.equal([events, duplex.wire], [['a', 'ping'], fromServer.pong()]);
  duplex.give(fromClient.text('b'));
  await settle();
  assert.equal(events, ['a', 'ping', 'b']);
});

test('reads without demand, until the inbox is full, and then stops the transport', async () => {
  const { duplex, events, owner, driver } = driving();
  await settle();
  assert.is(duplex.pulls, 1);
  owner.full = true;
  duplex.give(fromClient.text('a') + fromClient.text('b'));
  await settle();
  assert.equal([events, duplex.pulls], [['a'], 1]);
  driver.resume();
  await settle();
  assert.equal(events, ['a']);
  owner.full = false;
  driver.resume();
  await settle();
  assert.equal([events, duplex.pulls], [['a', 'b'], 2]);
});

test('gives the reader of a crowded inbox time before the next event', async () => {
  const { duplex, events, owner } = driving();
  await settle();
  owner.crowded = true;
  duplex.give(fromClient.text('a') + fromClient.text('b'));
  for (let i = 0; i < 3; i++) await settle();
  assert.equal([events, owner.moments], [['a', 'b'], 1]);
});

test('does not time out the peer while the inbox is full', async () => {
  const { clock, connection, duplex, owner, driver } = driving();
  await settle();
  owner.full = true;
  duplex.give(fromClient.text('a') + fromClient.text('b'));
  await settle();
  clock.moveTo(50_000);
  await settle();
  assert.equal([connection.failure, duplex.wire], [undefined, fromServer.pong() + fromServer.pong()]);
  owner.full = false;
  driver.resume();
  await settle();
  assert.is(connection.nextDeadline(), 70_000);
});

test('writes the messages of one turn as one chunk, together with replies', async () => {
  const { connection, duplex, driver, owner } = driving();
  await settle();
  for (const data of ['a', 'b']) {
    connection.send({ type: 'text', data });
    driver.flushSoon();
  }
  assert.equal(duplex.out, []);
  await settle();
  assert.equal(duplex.out, [fromServer.text('a') + fromServer.text('b')]);
  owner.push = () => {
    connection.send({ type: 'text', data: 'c' });
    driver.flushSoon();
  };
  duplex.give(fromClient.ping() + fromClient.text('x') + fromClient.text('y'));
  await settle();
  assert.is(duplex.out[1], fromServer.pong() + fromServer.text('c').repeat(3));
});

test('sends a pong before messages that were not encoded yet', async () => {
  const duplex = new HandDuplex(false);
  const { connection, driver } = driving(duplex, { maxFrameBytes: 16_384 });
  await settle();
  connection.send({ type: 'binary', data: new Uint8Array(100_000) });
  driver.flush();
  duplex.give(fromClient.ping());
  await settle();
  assert.is(duplex.out.length, 1);
  duplex.settleWrite();
  await settle();
  assert.ok((duplex.out[1] as string).startsWith(fromServer.pong()));
});

test('yields to the host between events, and between chunks without events', async () => {
  const many = driving(new HandDuplex(), {}, fromClient.text('a').repeat(5000));
  let turns = 0;
  const turn = () => {
    turns += 1;
    if (many.events.length < 5000) void nextTask().then(turn);
  };
  void nextTask().then(turn);
  while (many.events.length < 5000) await settle();
  assert.ok(turns >= 3, `${turns}`);

  const quiet = driving(endless());
  let ticked = 0;
  const timer = setInterval(() => (ticked += 1));
  while (ticked < 3) await settle();
  clearInterval(timer);
  quiet.connection.transportFailed(undefined);
  quiet.driver.flush();
});

/** Returns how many chunks of this frame a driver takes in one turn. */
async function takenInTurn(frame: string): Promise<number> {
  const connection = new Connection({ role: 'server', ownsInput: false });
  const inbox = { full: false, crowded: false, giveMoment() {}, push() {}, decoded() {} };
  const observer = { onChange() {}, onRoom() {}, onEnd() {} };
  const wrote: boolean[] = [];
  let paused = true;
  let taken = 0;
  const push = () => ({
    pause: () => void (paused = true),
    resume: () => void (paused = false),
    hasRoom: true,
    copies: true,
    write: () => wrote.push(true) > 0,
    end() {},
    destroy() {},
    afterTurn: queueMicrotask,
  });
  const duplex = { ...lockDuplex(new HandDuplex()), push };
  const driver = new SocketDriver(connection, duplex, new FakeClock(), inbox, observer);
  driver.start(new Uint8Array(0));
  while (paused) await nextTask();
  for (const bytes = fromHex(frame); !paused && taken < 100; taken++) driver.receive(bytes);
  connection.transportFailed(undefined);
  driver.flush();
  return taken;
}

test('counts eight plain bytes as one of text in the budget of a turn', async () => {
  assert.is(await takenInTurn(fromClient.text('a'.repeat(65_536))), 4);
  assert.is(await takenInTurn(fromClient.binary(new Uint8Array(65_536))), 30);
  assert.is(await takenInTurn(fromClient.binary(new Uint8Array(1000)).repeat(65)), 16);
});

test("ends a server's output after both Closes, and is done when the peer has ended (§7.1.1)", async () => {
  const { clock, connection, duplex, owner } = driving();
  duplex.give(fromClient.text('a') + fromClient.close(1000) + fromClient.text('b'));
  await settle();
  assert.equal([duplex.out, owner.ends], [[fromServer.close(1000), 'close'], 0]);
  duplex.end();
  await settle();
  assert.equal([owner.ends, connection.over, connection.failure, clock.timers.size], [1, true, undefined, 0]);
  assert.equal(duplex.cancelled, []);
});

test('ends its output once, however often it is flushed', async () => {
  const { duplex, driver } = driving();
  duplex.give(fromClient.close(1000));
  await settle();
  driver.flush();
  driver.flush();
  await settle();
  assert.equal(duplex.out, [fromServer.close(1000), 'close']);
});

test('sends a Close on a violation, drops the following input, and reads to the end (§7.1.7)', async () => {
  const { clock, connection, duplex, events, owner } = driving();
  duplex.give(fromClient.text('a') + fromClient.frame(3, '\0') + fromClient.text('b'));
  await settle();
  for (let i = 0; i < 3; i++) {
    duplex.give(fromClient.text('c'));
    await settle();
  }
  assert.equal([events, duplex.out], [['a'], [fromServer.close(1002, 'reserved opcode'), 'close']]);
  assert.is(owner.ends, 0);
  duplex.end();
  await settle();
  assert.equal([owner.ends, connection.failure?.closeCode, clock.timers.size], [1, 1002, 0]);
});

test('fails with 1006 on an end without a Close, and releases both sides (§7.1.5)', async () => {
  const { clock, connection, duplex, owner } = driving();
  duplex.give(`${fromClient.text('a')}81`);
  duplex.end();
  await settle();
  assert.equal([connection.failure?.closeCode, owner.ends, clock.timers.size], [1006, 1, 0]);
  assert.equal(duplex.out, [connection.failure]);
});

test('does nothing after the end', async () => {
  const { connection, duplex, owner, driver } = driving();
  duplex.end();
  await settle();
  const { changes } = owner;
  connection.send({ type: 'text', data: 'a' });
  driver.flush();
  driver.flushSoon();
  driver.resume();
  driver.receive(fromHex(fromClient.text('a')));
  driver.taken();
  await settle();
  assert.equal([owner.changes, owner.ends, duplex.wire], [changes, 1, '']);
});

test('ends on an error of either side of the duplex, with the error as the cause', async () => {
  const reset = new Error('reset');
  for (const side of ['breakInput', 'breakOutput'] as const) {
    for (const flowing of [true, false]) {
      const { clock, connection, duplex, owner, driver } = driving(new HandDuplex(flowing));
      await settle();
      connection.send({ type: 'text', data: 'a' });
      driver.flush();
      duplex[side](reset);
      await settle();
      assert.equal([connection.failure?.closeCode, connection.failure?.cause], [1006, reset], side);
      assert.equal([owner.ends, clock.timers.size], [1, 0], side);
    }
  }
});

test('ignores an error after both Closes', async () => {
  for (const side of ['breakInput', 'breakOutput'] as const) {
    const { connection, duplex, owner } = driving(new HandDuplex(false));
    duplex.give(fromClient.close(1000));
    await settle();
    duplex[side](new Error('reset'));
    await settle();
    assert.equal([owner.ends, connection.failure, connection.record.wasClean], [1, undefined, true], side);
  }
});

test('ends on a failed write, also if the duplex cannot be aborted (A17)', async () => {
  const reset = new Error('reset');
  const writable = new WritableStream<Uint8Array>({
    async write() {
      throw reset;
    },
  });
  const { connection, owner, driver } = driving(Object.assign(new HandDuplex(), { writable }));
  await settle();
  connection.send({ type: 'text', data: 'a' });
  driver.flush();
  await settle();
  assert.equal([connection.failure?.closeCode, connection.failure?.cause, owner.ends], [1006, reset, 1]);
});

test('fails the connection after the write timeout of a blocked transport (A6)', async () => {
  const { clock, connection, duplex, driver, owner } = driving(new HandDuplex(false), {
    writeTimeoutMs: 5000,
  });
  await settle();
  connection.send({ type: 'text', data: 'a' });
  driver.flush();
  clock.moveTo(4999);
  assert.is(connection.failure, undefined);
  clock.moveTo(5000);
  await settle();
  assert.is(connection.failure?.message, 'the transport has taken no bytes for 5000 ms (writeTimeoutMs)');
  assert.equal([owner.ends, clock.timers.size, duplex.wire], [1, 0, fromServer.text('a')]);
});

test('sends a silent peer a Close, and ends without waiting for it (B6)', async () => {
  const { clock, connection, duplex, owner } = driving(new HandDuplex(), {
    pingIntervalMs: 200,
    pingTimeoutMs: 200,
  });
  await settle();
  clock.moveTo(200);
  await settle();
  assert.is(duplex.wire, fromServer.ping());
  clock.moveTo(400);
  await settle();
  clock.moveTo(400);
  await settle();
  assert.equal([connection.failure?.closeCode, owner.ends, clock.timers.size], [1011, 1, 0]);
});

test('decodes nothing if it ended before the first task', async () => {
  const { connection, driver, events, owner } = driving(new HandDuplex(), {}, fromClient.text('a'));
  connection.transportFailed(undefined);
  driver.flush();
  await settle();
  assert.equal([events, owner.ends, driver.underWayBytes], [[], 1, 0]);
});

test('decodes a message of many budgets in several turns, and the end of the input after it', async () => {
  const { connection, driver, events } = driving();
  await settle();
  driver.receive(fromHex(fromClient.binary(new Uint8Array(600_000)) + fromClient.close(1000)));
  driver.receiveEnd();
  driver.receiveEnd();
  assert.equal(events, []);
  while (events.length < 2) await settle();
  assert.equal([events, connection.failure], [['binary', 'close'], undefined]);
});

test('reports a failure of the transport after earlier input, and ignores later input', async () => {
  const { connection, driver, events } = driving();
  await settle();
  driver.receive(fromHex(fromClient.binary(new Uint8Array(600_000)) + fromClient.text('a')));
  const reset = new Error('reset');
  driver.failed(reset);
  while (events.length < 2) await settle();
  assert.equal([events, connection.failure?.cause], [['binary', 'a'], reset]);
  driver.failed(new Error('again'));
  driver.taken();
  assert.is(connection.failure?.cause, reset);
});

test('delivers nothing after a consumer ends the connection within an event', async () => {
  const { connection, driver, owner, duplex } = driving();
  await settle();
  owner.push = () => {
    connection.transportFailed(undefined);
    driver.flush();
  };
  duplex.give(fromClient.text('a') + fromClient.text('b') + fromClient.ping());
  await settle();
  assert.equal([owner.ends, duplex.wire], [1, '']);
});

test.run();
