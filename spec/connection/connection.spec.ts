import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Stage } from '../../lib/base/stage.ts';
import { WebSocketError } from '../../lib/base/websocket-error.ts';
import { Connection } from '../../lib/connection/connection.ts';
import type { ConnectionOptions } from '../../lib/connection/connection-options.ts';
import type { TappedFrame } from '../../lib/connection/frame-observer.ts';
import { Deflater } from '../../lib/deflate/deflater.ts';
import { Inflater } from '../../lib/deflate/inflater.ts';
import type { WebSocketEvent } from '../../lib/events/event.ts';
import type { Completion } from '../../lib/events/transmission.ts';
import { runCuts } from '../../lib/testing/run-cuts.ts';
import { slowDeflater } from '../support/fake-codec.ts';
import { fromHex, hex } from '../support/hex.ts';
import { fromClient, fromServer, utf8Hex } from '../support/named-frames.ts';
import { utf8 } from '../support/utf8.ts';

const test = suite('Connection');

/** A masking key of zeros leaves the payload unchanged: eight digits `0` after the length. */
const clientKey = (byteLength: number) => new Uint8Array(byteLength);

function server(options: Partial<ConnectionOptions> = {}, now?: number): Connection {
  return new Connection({ role: 'server', ...options }, now);
}

function client(options: Partial<ConnectionOptions> = {}): Connection {
  return new Connection({ role: 'client', randomBytes: clientKey, ...options });
}

/** Returns all bytes that can be sent now, as hex. The transport takes them at once. */
function sent(connection: Connection): string {
  let wire = '';
  for (let next = connection.transmit(); next !== undefined; next = connection.transmit()) {
    wire += hex(next.bytes);
    next.sent();
  }
  return wire;
}

/** Returns the events in these bytes (hex). The last item is the failure, if there is one. */
function receive(connection: Connection, wire: string): unknown[] {
  const events: unknown[] = [];
  try {
    connection.receive(fromHex(wire));
    for (let event = connection.read(); event !== undefined || connection.busy; event = connection.read()) {
      if (event !== undefined) events.push(event);
      if (connection.exhausted) assert.is(connection.read(), undefined, 'exhausted, but there was an event');
    }
  } catch (error) {
    events.push(error);
  }
  return events;
}

function thrown(step: () => void): WebSocketError | undefined {
  try {
    step();
  } catch (error) {
    return error as WebSocketError;
  }
  return undefined;
}

/** A frame that violates the protocol. */
const violation = fromClient.text('', { rsv2: true });

/** Records whether something was sent or lost. */
function telling(told: string[], name: string): Completion {
  return { sent: () => told.push(name), lost: () => told.push(`${name} lost`) };
}

const codeOf = (error: unknown) => (error as WebSocketError).closeCode;

test('is exhausted after the last event of a chunk, unless more of its message may follow', () => {
  const connection = server({ deliver: 'parts' });
  const read = (wire: string) => {
    connection.receive(fromHex(wire));
    connection.read();
    return connection.exhausted;
  };
  assert.ok(read(fromClient.text('a')));
  assert.ok(read(fromClient.ping('a')));
  assert.not(read(fromClient.text('a') + fromClient.text('b')));
  assert.is((connection.read() as { data: unknown }).data, 'b');
  assert.ok(connection.exhausted);
  assert.not(read(fromClient.text('a', { fin: false })));
  assert.is(connection.read(), undefined);
});

test('answers a ping with the same payload, and does not answer a pong (§5.5.2, 5.5.3)', () => {
  const connection = client();
  for (const payload of [new Uint8Array(0), Uint8Array.of(255), new Uint8Array(125).fill(0xc3)]) {
    const [event] = receive(connection, fromServer.ping(payload));
    assert.equal(event, { type: 'ping', data: payload });
    assert.is(sent(connection), fromClient.pong(payload));
  }
  assert.equal(receive(connection, fromServer.pong()), [{ type: 'pong', data: fromHex('') }]);
  assert.is(sent(connection), '');
});

test('answers pings between the fragments of a message and keeps the message whole (§5.4)', () => {
  const connection = client();
  assert.equal(
    receive(
      connection,
      fromServer.text('a', { fin: false }) + fromServer.ping('1') + fromServer.continuation('b'),
    ),
    [
      { type: 'ping', data: fromHex('31') },
      { type: 'text', data: 'ab', last: true },
    ],
  );
  assert.is(sent(connection), fromClient.pong('1'));
});

test('copies the payload of a ping for the pending pong', () => {
  const connection = client();
  const [event] = receive(connection, fromServer.ping('a')) as [{ data: Uint8Array }];
  event.data[0] = 0;
  assert.is(sent(connection), fromClient.pong('a'));
});

test('answers a Close with its code and reason, and one without a code with one without (§5.5.1, B10)', () => {
  const table = [
    [fromServer.close(1000), fromClient.close(1000), 1000],
    [fromServer.close(), fromClient.close(), undefined],
    [fromServer.close(4000, 'bye'), fromClient.close(4000, 'bye'), 4000],
  ] as const;
  for (const [wire, reply, closeCode] of table) {
    const connection = client();
    receive(connection, wire);
    assert.is(connection.open, false);
    assert.is(sent(connection), reply);
    const { sent: our, received, initiator, wasClean, cause } = connection.record;
    assert.equal(received, { closeCode, reason: closeCode === 4000 ? 'bye' : '' });
    assert.equal(our, received);
    assert.equal([initiator, wasClean, cause], ['remote', true, undefined]);
  }
});

test('a Close or a violation after a message waits for one call of read, so that the answer can leave', () => {
  const ends = [
    [fromClient.close(1000), fromServer.close(1000)],
    [violation, fromServer.close(1002, 'RSV2 or RSV3 set')],
  ] as const;
  for (const [end, reply] of ends) {
    const connection = server();
    connection.receive(fromHex(fromClient.text('a') + end));
    assert.equal(connection.read(), { type: 'text', data: 'a', last: true });
    assert.is(connection.endPending, false);
    assert.is(connection.read(), undefined);
    assert.equal([connection.endPending, connection.busy, connection.open], [true, true, true]);
    // Nothing after it counts any more.
    connection.receive(fromHex(fromClient.text('b')));
    connection.send({ type: 'text', data: 'A' });
    assert.is(sent(connection), fromServer.text('A'));
    const error = thrown(() =>
      assert.equal(connection.read(), { type: 'close', closeCode: 1000, reason: '' }),
    );
    assert.is(error?.closeCode, end === violation ? 1002 : undefined);
    assert.equal([connection.endPending, connection.busy, connection.open], [false, false, false]);
    assert.is(sent(connection), reply);
  }
});

test('a Close waits for nothing if no event came in the same bytes, or if the closing has begun', () => {
  const quiet = server();
  receive(quiet, fromClient.text('a'));
  quiet.receive(fromHex(fromClient.close(1000)));
  assert.equal(quiet.read(), { type: 'close', closeCode: 1000, reason: '' });
  const closing = server();
  closing.close(4000);
  closing.receive(fromHex(fromClient.text('a') + fromClient.close(4000)));
  assert.equal(closing.read(), { type: 'text', data: 'a', last: true });
  assert.equal(closing.read(), { type: 'close', closeCode: 4000, reason: '' });
});

test('a Close that waits is read after an end of the input, and a violation is that end', () => {
  const closed = server();
  closed.receive(fromHex(fromClient.text('a') + fromClient.close(1000)));
  closed.read();
  closed.read();
  closed.receiveEnd();
  assert.equal(closed.read(), { type: 'close', closeCode: 1000, reason: '' });
  const failed = server();
  failed.receive(fromHex(fromClient.text('a') + violation));
  failed.read();
  failed.read();
  assert.is(thrown(() => failed.receiveEnd())?.closeCode, 1002);
  assert.is(failed.busy, false);
});

test('ignores everything after a Close (§5.5.1)', () => {
  const connection = client();
  const events = receive(
    connection,
    fromServer.close(1000) + fromServer.text('a') + fromServer.ping() + fromServer.close(1001),
  );
  assert.equal(events, [{ type: 'close', closeCode: 1000, reason: '' }]);
  assert.equal(receive(connection, 'ffffff'), []);
  assert.is(sent(connection), fromClient.close(1000));
  assert.is(connection.record.received?.closeCode, 1000);
});

test('sends one Close per side if both close at the same time (§5.5.1)', () => {
  const connection = server();
  connection.close(1000);
  assert.is(sent(connection), fromServer.close(1000));
  receive(connection, fromClient.close(1001));
  assert.is(sent(connection), '');
  assert.equal(connection.record, {
    sent: { closeCode: 1000, reason: '' },
    received: { closeCode: 1001, reason: '' },
    initiator: 'local',
    wasClean: true,
    failed: false,
    lost: false,
    messagesDropped: false,
    cause: undefined,
  });
});

test('answers a Close that arrives before ours was sent, and drops the messages queued before ours', () => {
  const connection = server();
  connection.send({ type: 'text', data: 'a' });
  connection.close(4000, 'late');
  receive(connection, fromClient.close(1001));
  assert.is(sent(connection), fromServer.close(1001));
  const { sent: our, initiator, wasClean, lost } = connection.record;
  assert.equal([our, initiator, wasClean, lost], [{ closeCode: 1001, reason: '' }, 'remote', true, true]);
});

test('sends messages queued before the Close, and none queued after it (§5.5.1)', () => {
  const connection = server();
  connection.send({ type: 'text', data: 'a' });
  connection.close(1000, 'ok');
  connection.send({ type: 'text', data: 'b' });
  connection.close(1001);
  assert.is(sent(connection), fromServer.text('a') + fromServer.close(1000, 'ok'));
  connection.send({ type: 'text', data: 'c' });
  assert.is(sent(connection), '');
  assert.equal(connection.record.sent, { closeCode: 1000, reason: 'ok' });
});

test('answers pings after our Close until the peer has sent its own (§5.5.2)', () => {
  const connection = server();
  connection.close();
  assert.is(sent(connection), fromServer.close());
  receive(connection, fromClient.ping('1'));
  assert.is(sent(connection), fromServer.pong('1'));
  assert.is(connection.outputEnded, false);
  receive(connection, fromClient.ping('2') + fromClient.close());
  assert.is(connection.outputEnded, false);
  assert.is(sent(connection), fromServer.pong('2'));
  assert.is(connection.outputEnded, true);
});

test('drops unsent messages on an abort, which replaces a queued Close', () => {
  const connection = server({ maxFrameBytes: 65_536 });
  connection.send({ type: 'binary', data: new Uint8Array(65_537) });
  assert.is(connection.transmit()?.byteLength, 10 + 65_536);
  connection.close(1000);
  assert.is(connection.record.lost, false);
  connection.closeNow(4000, 'now');
  assert.is(sent(connection), fromServer.close(4000, 'now'));
  assert.equal([connection.record.sent, connection.record.lost], [{ closeCode: 4000, reason: 'now' }, true]);
});

test('does not change a Close that was sent if an abort follows', () => {
  const table: readonly (readonly [(connection: Connection) => void, string, number])[] = [
    [connection => connection.closeNow(4000), fromServer.close(4000), 4000],
    [connection => receive(connection, fromClient.close(1001)), fromServer.close(1001), 1001],
    [
      connection => receive(connection, fromServer.text('')),
      fromServer.close(1002, 'unmasked frame from a client'),
      1002,
    ],
  ];
  for (const [step, wire, code] of table) {
    const connection = server();
    step(connection);
    connection.closeNow(4001, 'late');
    assert.is(sent(connection), wire);
    assert.is(connection.record.sent?.closeCode, code);
  }
});

test('rejects an invalid code or reason before anything else happens, closed or not', () => {
  const connection = server();
  for (const end of ['close', 'closeNow'] as const) {
    assert.throws(
      () => connection[end](1005),
      (error: unknown) => error instanceof RangeError,
    );
    assert.throws(
      () => connection[end](1000, 'x'.repeat(124)),
      (error: unknown) => error instanceof RangeError,
    );
  }
  assert.ok(connection.open);
  assert.is(sent(connection), '');
});

test('fails once, after all events before the violation and with none after it (§7.1.7)', () => {
  const connection = server();
  const { text, ping, frame, close } = fromClient;
  const events = receive(connection, text('a') + ping('1') + frame(3, 'a') + text('b'));
  assert.equal(events.slice(0, 2), [
    { type: 'text', data: 'a', last: true },
    { type: 'ping', data: fromHex('31') },
  ]);
  assert.is(codeOf(events[2]), 1002);
  assert.is(connection.failure, events[2]);
  assert.equal(receive(connection, close(1000)), [events[2]]);
  assert.is(
    thrown(() => connection.receiveEnd()),
    events[2],
  );
  assert.is(sent(connection), fromServer.pong('1') + fromServer.close(1002, 'reserved opcode'));
  const { sent: our, received, initiator, wasClean, failed, cause } = connection.record;
  assert.equal(our, { closeCode: 1002, reason: 'reserved opcode' });
  assert.equal([received, initiator, wasClean, failed, cause], [undefined, 'local', false, true, events[2]]);
  assert.is(connection.outputEnded, true);
});

test('drops queued messages on a failure, whose Close replaces a queued one', () => {
  const connection = client();
  connection.send({ type: 'text', data: 'a' });
  connection.close(1000);
  receive(connection, fromServer.frame(3, '', { declared: 1 }));
  assert.is(sent(connection), fromClient.close(1002, 'reserved opcode'));
  assert.equal([connection.record.failed, connection.record.lost], [true, true]);
});

test('sends no second Close if the connection fails after ours', () => {
  const connection = client();
  connection.close(1000);
  assert.is(sent(connection), fromClient.close(1000));
  assert.is(codeOf(receive(connection, fromServer.frame(3, '', { declared: 1 }))[0]), 1002);
  assert.is(sent(connection), '');
  assert.equal(connection.record.wasClean, false);
  assert.is(connection.outputEnded, true);
});

test('fails with 1006 if the input ends without a Close, and sends nothing more (§7.1.5)', () => {
  const { text } = fromServer;
  for (const wire of [
    '',
    '81',
    text('', { declared: 2 }),
    text('a', { declared: 2 }),
    text('a', { fin: false }),
  ]) {
    const connection = client();
    connection.send({ type: 'text', data: 'a' });
    receive(connection, wire);
    const error = thrown(() => connection.receiveEnd())!;
    assert.is(error.closeCode, 1006, wire);
    assert.is(connection.failure, error);
    assert.is(connection.over, true);
    assert.is(connection.outputEnded, true);
    assert.is(sent(connection), '');
    assert.is(connection.nextDeadline(), Infinity);
    const { initiator, failed, lost, cause } = connection.record;
    assert.equal([initiator, failed, lost, cause], ['remote', false, true, error]);
  }
});

test('sends its reply if the input ends after the peer’s Close', () => {
  const connection = client();
  receive(connection, fromServer.close());
  connection.receiveEnd();
  assert.is(connection.failure, undefined);
  assert.is(connection.outputEnded, false);
  assert.is(sent(connection), fromClient.close());
  assert.is(connection.outputEnded, true);
});

test("ends the output of a server after both Closes, that of a client after the server's (§7.1.1)", () => {
  const first = server();
  receive(first, fromClient.close());
  assert.is(first.outputEnded, false);
  sent(first);
  assert.is(first.outputEnded, true);
  const second = client();
  receive(second, fromServer.close());
  sent(second);
  assert.is(second.outputEnded, false);
  second.receiveEnd();
  assert.is(second.outputEnded, true);
  assert.is(second.over, false);
});

/** Returns a server whose inflater throws the error. */
function throwing(cause: Error): Connection {
  const inflater = {
    write() {},
    read(): never {
      throw cause;
    },
  };
  return server({ inflater: inflater as unknown as NonNullable<ConnectionOptions['inflater']> });
}

test('fails with 1011 on an error other than a violation, which becomes the cause', () => {
  const cause = new RangeError('Array buffer allocation failed');
  const connection = throwing(cause);
  const [error] = receive(connection, fromClient.text('\0', { rsv1: true })) as [WebSocketError];
  assert.equal([error.name, error.closeCode, error.cause], ['WebSocketError', 1011, cause]);
  assert.is(sent(connection), fromServer.close(1011, 'internal error'));
});

test('sends a Close without a code for a violation without a code', () => {
  const error = new WebSocketError('odd');
  const connection = throwing(error);
  assert.equal(receive(connection, fromClient.text('\0', { rsv1: true })), [error]);
  assert.is(sent(connection), fromServer.close());
});

test('ends at once if the transport fails, which is no failure after both Closes', () => {
  const reset = new Error('reset');
  const open = server();
  open.send({ type: 'text', data: 'a' });
  open.transportFailed(reset);
  assert.equal([open.failure?.closeCode, open.failure?.cause, open.record.cause], [1006, reset, reset]);
  assert.equal([open.over, open.open, open.outputEnded, sent(open)], [true, false, true, '']);
  assert.equal([open.record.failed, open.record.lost], [false, true]);
  assert.is(
    thrown(() => open.read()),
    open.failure,
  );
  const closed = server();
  receive(closed, fromClient.close());
  sent(closed);
  closed.transportFailed(reset);
  assert.equal([closed.failure, closed.over, closed.record.wasClean], [undefined, true, true]);
});

test('is not clean if a Close was received and none sent, and has the peer’s code (§7.1.5)', () => {
  const connection = server();
  receive(connection, fromClient.close(4000, 'bye'));
  connection.transportFailed(undefined);
  const { closeCode, reason } = connection.failure!;
  assert.equal([closeCode, reason, connection.record.sent], [4000, 'bye', undefined]);
});

test('reports the round trip of a ping; a pong answers all earlier pings, too', () => {
  const connection = server();
  const told: unknown[] = [];
  connection.tick(1);
  connection.ping(fromHex('01'), ms => told.push(ms));
  assert.is(sent(connection), fromServer.ping('\x01'));
  connection.tick(3);
  connection.ping(fromHex('02'), ms => told.push(ms));
  assert.is(sent(connection), fromServer.ping('\x02'));
  connection.tick(10);
  receive(connection, fromClient.pong('\x02'));
  receive(connection, fromClient.pong('\x02'));
  assert.equal(told, [9, 7]);
});

test('measures a round trip from when the transport has taken the ping (B1)', () => {
  const connection = server();
  const told: unknown[] = [];
  connection.ping(fromHex('01'), ms => told.push(ms));
  connection.tick(70);
  const transmission = connection.transmit()!;
  connection.tick(100);
  transmission.sent();
  connection.tick(104);
  receive(connection, fromClient.pong('\x01'));
  assert.equal([told, connection.stats().roundTripMs], [[4], 4]);
});

test('rejects a ping while 64 are pending (A8)', () => {
  const connection = server();
  const told: unknown[] = [];
  const ping = (data: string) =>
    connection.ping(fromHex(data), (ms, error) => told.push(ms ?? (error as Error).message));
  for (let i = 0; i < 64; i++) ping('01');
  ping('02');
  assert.equal(told, ['at most 64 pings may wait for their pongs']);
  assert.is(sent(connection), fromServer.ping('\x01').repeat(64));
  receive(connection, fromClient.pong('\x01'));
  ping('02');
  assert.is(sent(connection), fromServer.ping('\x02'));
  assert.equal(told.slice(1), new Array(64).fill(0));
});

test('takes at most 125 bytes for a ping, and copies them', () => {
  const connection = server();
  const data = new Uint8Array(125);
  connection.ping(data, () => {});
  data.fill(1);
  assert.is(sent(connection), fromServer.ping(new Uint8Array(125)));
  assert.throws(
    () => connection.ping(new Uint8Array(126), () => {}),
    /data of a ping must be at most 125 bytes \(got 126\)/,
  );
});

test('fails pending pings at once when no pong can come, however the connection ends', () => {
  const ends: readonly ((connection: Connection) => void)[] = [
    connection => receive(connection, fromClient.close()),
    connection => receive(connection, fromServer.frame(3)),
    connection => thrown(() => connection.receiveEnd()),
    connection => connection.transportFailed(new Error('reset')),
    connection => connection.terminate('enough'),
    connection => {
      connection.close();
      connection.tick(0);
      sent(connection);
      connection.tick(10_000);
    },
  ];
  for (const end of ends) {
    const connection = server();
    const told: unknown[] = [];
    connection.ping(fromHex('01'), (ms, error) => told.push(ms, (error as Error).name));
    end(connection);
    assert.equal(told, [undefined, 'WebSocketError']);
    connection.transportFailed(undefined);
    connection.ping(fromHex('02'), (ms, error) => told.push(ms, (error as Error).message));
    assert.equal(told.slice(2), [undefined, 'the connection is closing']);
  }
});

test('fails pending pings when the connection ends cleanly', () => {
  const connection = server();
  connection.close();
  sent(connection);
  const told: unknown[] = [];
  connection.ping(fromHex('01'), (_, error) => told.push((error as Error).message));
  assert.equal(told, ['the connection is closing']);
});

test('pings a silent peer after 20 s, and fails with 1011 after 20 s more', () => {
  const connection = client();
  assert.is(connection.nextDeadline(), 20_000);
  connection.tick(19_999);
  assert.is(sent(connection), '');
  connection.tick(20_000);
  assert.is(connection.nextDeadline(), Infinity, 'the ping waits to leave');
  connection.tick(20_100);
  assert.is(sent(connection), fromClient.ping());
  assert.is(connection.nextDeadline(), 40_100);
  connection.tick(40_099);
  assert.is(connection.failure, undefined);
  connection.tick(40_100);
  assert.is(connection.failure?.closeCode, 1011);
  assert.equal([connection.record.failed, connection.record.initiator], [true, 'local']);
});

test('sends a silent peer a Close, and is over at the next tick (B6)', () => {
  for (const leaves of [true, false]) {
    const connection = client();
    connection.tick(20_000);
    sent(connection);
    connection.tick(40_000);
    assert.equal([connection.over, connection.failure?.closeCode], [false, 1011]);
    const close = fromClient.close(1011, 'ping timeout');
    if (leaves) assert.is(sent(connection), close);
    assert.ok(connection.nextDeadline() <= 40_000);
    connection.tick(40_000);
    assert.equal([connection.over, connection.failure?.closeCode], [true, 1011]);
    assert.is(sent(connection), '');
  }
});

/** Returns a connection with a message of 1 MB that is partly sent, on a blocked transport. */
function blocked(options: Partial<ConnectionOptions> = {}): Connection {
  const connection = server({ maxFrameBytes: Infinity, ...options });
  connection.send({ type: 'binary', data: new Uint8Array(1_000_000) });
  connection.transmit();
  connection.transportBlocked(0);
  return connection;
}

test('fails if the transport is blocked for writeTimeoutMs, also while we do not read (A6)', () => {
  for (const pauses of [false, true]) {
    const connection = blocked({ pingIntervalMs: Infinity });
    if (pauses) connection.pauseReading();
    assert.is(connection.nextDeadline(), 60_000);
    connection.transportUnblocked(30_000);
    connection.transportBlocked(30_000);
    connection.transportBlocked(50_000);
    assert.is(connection.nextDeadline(), 90_000);
    connection.tick(90_000);
    assert.equal([connection.over, codeOf(connection.failure)], [true, 1006]);
    assert.match(connection.failure!.message, 'no bytes for 60000 ms (writeTimeoutMs)');
    assert.equal([connection.record.lost, connection.queuedBytes], [true, 0]);
  }
});

test('does not give up a peer that reads steadily while a ping is queued after our data (B1)', () => {
  const connection = blocked();
  connection.tick(20_000);
  for (let now = 20_000; now <= 200_000; now += 400) {
    connection.transportUnblocked(now);
    connection.tick(now);
    connection.transportBlocked(now);
  }
  assert.is(connection.failure, undefined);
});

test('throws the failure again if the input ends after it', () => {
  const connection = client();
  connection.tick(20_000);
  sent(connection);
  connection.tick(40_000);
  const { failure } = connection;
  assert.is(codeOf(failure), 1011);
  assert.is(
    thrown(() => connection.receiveEnd()),
    failure,
  );
  assert.is(connection.failure, failure);
});

test('sends nothing after we gave the transport up', () => {
  const connection = server();
  connection.send({ type: 'text', data: 'a' });
  connection.terminate('enough');
  assert.equal([sent(connection), connection.queuedBytes, connection.over], ['', 0, true]);
  assert.equal([codeOf(connection.failure), connection.failure?.message], [1006, 'enough']);
});

test('says by a code how it has failed, and in its message which limit it was', () => {
  const failures: readonly (readonly [string, number, RegExp, () => Connection])[] = [
    [
      'ERR_PING_TIMEOUT',
      1011,
      /ping timeout \(no pong for 5 ms: pingTimeoutMs\)$/,
      () => {
        const connection = server({ pingIntervalMs: 10, pingTimeoutMs: 5 });
        connection.tick(10);
        sent(connection);
        connection.tick(15);
        return connection;
      },
    ],
    [
      'ERR_FRAME_TIMEOUT',
      1008,
      /frame timeout \(fewer than 20 bytes in 2000 ms: minBytesPerSecond, frameTimeoutMs\)$/,
      () => {
        const connection = server({ pingIntervalMs: Infinity, frameTimeoutMs: 2000 });
        receive(connection, '82fe');
        connection.tick(2000);
        return connection;
      },
    ],
    [
      'ERR_WRITE_TIMEOUT',
      1006,
      /no bytes for 7 ms \(writeTimeoutMs\)$/,
      () => {
        const connection = server({ writeTimeoutMs: 7 });
        connection.transportBlocked(0);
        connection.tick(7);
        return connection;
      },
    ],
    [
      'ERR_CLOSE_TIMEOUT',
      1006,
      /longer than 9 ms \(closeTimeoutMs\)$/,
      () => {
        const connection = server({ closeTimeoutMs: 9 });
        connection.close();
        connection.tick(9);
        return connection;
      },
    ],
    [
      'ERR_TERMINATED',
      1006,
      /^enough$/,
      () => {
        const connection = server();
        connection.terminate('enough');
        return connection;
      },
    ],
    ...(
      [
        [new Error('read ECONNRESET'), /^the transport failed: read ECONNRESET$/],
        ['gone', /^the transport failed$/],
        [undefined, /^the transport ended before the closing handshake was complete$/],
      ] as const
    ).map(
      ([cause, message]) =>
        [
          'ERR_TRANSPORT',
          1006,
          message,
          () => {
            const connection = server();
            connection.transportFailed(cause);
            return connection;
          },
        ] as const,
    ),
    [
      'ERR_TRANSPORT',
      1006,
      /without a Close frame$/,
      () => {
        const connection = server();
        thrown(() => {
          connection.receiveEnd();
          connection.read();
        });
        return connection;
      },
    ],
    [
      'ERR_PROTOCOL_VIOLATION',
      1002,
      /reserved opcode$/,
      () => {
        const connection = server();
        receive(connection, fromClient.frame(3));
        return connection;
      },
    ],
    [
      'ERR_LIMIT_EXCEEDED',
      1008,
      /too many control frames \(maxControlFramesPerSecond: 1\)$/,
      () => {
        const connection = server({ maxControlFramesPerSecond: 1 });
        receive(connection, fromClient.pong() + fromClient.pong());
        return connection;
      },
    ],
    [
      'ERR_INTERNAL',
      1006,
      /^cannot encode frames: /,
      () => {
        const failing = () => {
          throw new Error('no entropy');
        };
        const connection = client({ randomBytes: failing });
        connection.send({ type: 'text', data: 'a' });
        sent(connection);
        return connection;
      },
    ],
  ];
  for (const [code, closeCode, message, fail] of failures) {
    const { failure } = fail();
    assert.equal([failure?.code, failure?.closeCode], [code, closeCode], code);
    assert.match(failure!.message, message);
  }
});

test('passes time without acting, and reports its shortest timeout', () => {
  const connection = server({ pingIntervalMs: 30, pingTimeoutMs: 20 });
  assert.is(connection.shortestTimeoutMs, 20);
  connection.passTime(50);
  assert.equal([sent(connection), connection.nextDeadline()], ['', 30]);
  connection.close();
  assert.is(connection.nextDeadline(), 10_050);
});

test('counts the control frames of a second from the time of its start', () => {
  const connection = server({ maxControlFramesPerSecond: 1 }, 500);
  const pong = fromClient.pong();
  assert.is(receive(connection, pong).length, 1);
  connection.tick(1400);
  assert.is(codeOf(receive(connection, pong)[0]), 1008);
});

test('takes any byte from the peer as a sign of life', () => {
  const connection = client();
  connection.tick(20_000);
  sent(connection);
  connection.tick(39_999);
  receive(connection, '82');
  connection.tick(40_000);
  assert.is(connection.failure, undefined);
  assert.is(connection.nextDeadline(), 59_999);
});

test('does not blame the peer while we do not read', () => {
  const connection = client();
  connection.pauseReading();
  assert.is(connection.nextDeadline(), 20_000);
  connection.tick(20_000);
  // An unsolicited pong, so that the peer does not treat us as dead (§5.5.3).
  assert.is(sent(connection), fromClient.pong());
  connection.resumeReading();
  assert.is(connection.nextDeadline(), 40_000);
});

test('counts bytes from when they arrived, whenever the last tick was', () => {
  const connection = server({ maxControlFramesPerSecond: 1 });
  const ping = fromHex(fromClient.ping());
  for (const now of [100, 1100]) {
    connection.receive(ping, now);
    assert.is(connection.read()?.type, 'ping');
    assert.is(connection.nextDeadline(), now + 20_000);
  }
});

test('starts its clock at the given time', () => {
  const connection = new Connection({ role: 'server' }, 100);
  assert.is(connection.nextDeadline(), 20_100);
  connection.close();
  assert.is(connection.nextDeadline(), 10_100);
});

test('ends the closing 10 s after our Close was sent, whatever still arrives', () => {
  const connection = server();
  connection.send({ type: 'text', data: 'a' });
  connection.close(1000);
  connection.tick(9999);
  assert.is(sent(connection), fromServer.text('a') + fromServer.close(1000));
  assert.is(connection.nextDeadline(), 19_999);
  connection.tick(15_000);
  receive(connection, fromClient.ping());
  assert.is(sent(connection), fromServer.pong());
  connection.tick(19_998);
  assert.is(connection.over, false);
  connection.tick(19_999);
  assert.equal([connection.over, connection.failure?.closeCode], [true, 1006]);
  assert.is(connection.failure?.message, 'the closing handshake took longer than 10000 ms (closeTimeoutMs)');
  assert.is(connection.record.cause, connection.failure);
  assert.is(
    thrown(() => connection.read()),
    connection.failure,
  );
});

test('does not fail if the transport stays open too long after both Closes', () => {
  const connection = client({ closeTimeoutMs: 5 });
  receive(connection, fromServer.close());
  sent(connection);
  connection.tick(5);
  assert.equal([connection.over, connection.failure, connection.record.wasClean], [true, undefined, true]);
});

test('keeps a violation as the failure if the closing times out', () => {
  const connection = client();
  const [error] = receive(connection, fromServer.frame(3, '', { declared: 1 }));
  sent(connection);
  connection.tick(10_000);
  assert.equal([connection.over, connection.failure], [true, error]);
});

test('does not let pongs delay data or the end of the closing', () => {
  const connection = server();
  connection.send({ type: 'text', data: 'a' });
  connection.close(1000);
  receive(connection, fromClient.ping());
  assert.is(
    hex(connection.transmit()!.bytes),
    fromServer.pong() + fromServer.text('a') + fromServer.close(1000),
  );
});

test('rejects invalid options', () => {
  const bad: readonly (readonly [RegExp, Partial<ConnectionOptions>])[] = [
    [/role/, { role: 'peer' as 'server' }],
    [/maxFrameBytes/, { maxFrameBytes: 0 }],
    [/maxMessageBytes/, { maxMessageBytes: -1 }],
    [/closeTimeoutMs/, { closeTimeoutMs: Number.NaN }],
    [/pingIntervalMs/, { pingIntervalMs: '1' as unknown as number }],
    [/randomBytes/, { role: 'client' }],
  ];
  for (const [name, options] of bad) assert.throws(() => server(options), name);
});

test('is given up if the source of masking keys fails, so that no message is skipped silently', () => {
  const failure = new Error('no entropy');
  let left = 1;
  const connection = client({
    randomBytes: byteLength => {
      if (left-- <= 0) throw failure;
      return new Uint8Array(byteLength);
    },
  });
  const told: string[] = [];
  for (let i = 0; i < 18; i++) connection.send({ type: 'text', data: 'a' }, telling(told, `${i}`));
  // Sixteen keys are requested at a time. Frames encoded before the failure are sent.
  assert.is(sent(connection), fromClient.text('a').repeat(16));
  assert.is(connection.failure?.cause, failure);
  assert.equal([connection.over, connection.record.lost], [true, true]);
  assert.equal(told, [...Array.from({ length: 16 }, (_, i) => `${i}`), '16 lost', '17 lost']);
  connection.send({ type: 'text', data: 'b' });
  assert.is(connection.transmit(), undefined);
});

test('sends frames of at most 64 KiB, unless an option says otherwise', () => {
  const connection = server();
  connection.send({ type: 'binary', data: new Uint8Array(65_537) });
  assert.ok(sent(connection).startsWith(fromServer.binary('', { fin: false, declared: 65_536 })));
  const small = server({ maxFrameBytes: 2 });
  small.send({ type: 'binary', data: fromHex('010203') });
  assert.is(sent(small), fromServer.binary('\x01\x02', { fin: false }) + fromServer.continuation('\x03'));
});

/** The receiving side of a connection, as a stage. */
function asStage(connection: Connection): Stage<Uint8Array, WebSocketEvent> {
  return {
    write: bytes => connection.receive(bytes),
    read: () => connection.read(),
    get busy() {
      return connection.busy;
    },
    close: () => connection.receiveEnd(),
  };
}

test('gives the same events however its input was cut', () => {
  const { text, ping, continuation, pong, binary, close } = fromServer;
  const message = text('a', { fin: false }) + ping('1') + continuation('b');
  const wire = fromHex(`${message}${pong()}${binary('\x01\x02\x03')}${close(1000)}ff`);
  const { outputs, error } = runCuts(
    () => asStage(client()),
    wire,
    events => JSON.stringify(events),
  );
  assert.is(error, undefined);
  assert.equal(
    (JSON.parse(outputs) as { type: string }[]).map(event => event.type),
    ['ping', 'text', 'pong', 'binary', 'close'],
  );
});

/** A Close without its payload. */
const stalled = fromClient.frame(8, '', { declared: 1 });

test('fails with 1008 if a frame stalls for 20 s, wherever it stopped (§10.4)', () => {
  const { text, ping } = fromClient;
  const inPayload = [text('', { declared: 2 }), text('a', { declared: 2 }), ping('', { declared: 2 })];
  for (const wire of ['81', '818100', ...inPayload, stalled]) {
    const connection = server({ pingIntervalMs: Infinity });
    connection.tick(5);
    receive(connection, wire);
    assert.is(connection.nextDeadline(), 20_005, wire);
    connection.tick(20_004);
    assert.is(connection.failure, undefined);
    connection.tick(20_005);
    assert.is(connection.failure?.closeCode, 1008);
    assert.is(sent(connection), fromServer.close(1008, 'frame timeout'));
    assert.is(connection.record.initiator, 'local');
  }
});

test('allows a pause between the frames of a message only if parts are delivered (A7)', () => {
  for (const deliver of ['messages', 'parts'] as const) {
    const connection = server({ pingIntervalMs: Infinity, deliver });
    receive(connection, fromClient.text('a', { fin: false }));
    assert.is(connection.nextDeadline(), deliver === 'messages' ? 20_000 : Infinity);
  }
});

test('fails a frame that brings one byte just before each deadline (A7)', () => {
  const connection = server({ pingIntervalMs: Infinity, frameTimeoutMs: 1000 });
  receive(connection, fromClient.binary('', { declared: 256 }));
  connection.tick(999);
  receive(connection, utf8Hex('a'));
  assert.is(connection.nextDeadline(), 1000);
  connection.tick(1000);
  assert.is(connection.failure?.closeCode, 1008);
});

test('does not fail a frame that continues or has ended', () => {
  const connection = server({ pingIntervalMs: Infinity, frameTimeoutMs: 1000, minBytesPerSecond: 4 });
  receive(connection, fromClient.text('', { declared: 16 }));
  for (const now of [1000, 2000, 3000]) {
    connection.tick(now - 1);
    receive(connection, utf8Hex('aaaa'));
    connection.tick(now);
    assert.equal([connection.failure, connection.nextDeadline()], [undefined, now + 1000]);
  }
  receive(connection, utf8Hex('aaaa') + fromClient.text('a'));
  assert.is(connection.nextDeadline(), Infinity);
});

test('does not fail a frame while we do not read, and gives it the whole time afterwards', () => {
  const connection = server({ frameTimeoutMs: 10, pingIntervalMs: Infinity });
  receive(connection, '81');
  connection.pauseReading();
  assert.is(connection.nextDeadline(), Infinity);
  connection.tick(1e6);
  assert.is(connection.failure, undefined);
  connection.resumeReading();
  assert.is(connection.nextDeadline(), 1e6 + 10);
});

test('does not take a read without bytes as a sign of life', () => {
  for (const wire of ['', '81']) {
    const connection = server({ frameTimeoutMs: 20_000 });
    receive(connection, wire);
    connection.tick(19_999);
    assert.is(connection.read(), undefined);
    assert.is(connection.nextDeadline(), 20_000, wire);
  }
});

test('closes with 1001 if no message passes either way, whatever else does', () => {
  const connection = server({ idleTimeoutMs: 100 });
  assert.is(connection.nextDeadline(), 100);
  connection.tick(10);
  connection.send({ type: 'text', data: 'a' });
  assert.is(connection.nextDeadline(), 110);
  connection.tick(20);
  receive(connection, fromClient.text(''));
  assert.is(connection.nextDeadline(), 120);
  connection.tick(30);
  connection.sendPrepared(ready);
  assert.is(connection.nextDeadline(), 130);
  connection.tick(40);
  receive(connection, fromClient.ping() + fromClient.pong());
  connection.ping(fromHex(''), () => {});
  assert.is(connection.nextDeadline(), 130);
  assert.is(
    sent(connection),
    fromServer.pong() + fromServer.ping() + fromServer.text('a') + fromServer.binary('\x07'),
  );
  assert.is(connection.nextDeadline(), 140);
  connection.tick(139);
  assert.is(connection.open, true);
  connection.tick(140);
  assert.equal([connection.open, connection.failure], [false, undefined]);
  assert.is(sent(connection), fromServer.close(1001, 'idle timeout'));
  assert.is(connection.nextDeadline(), 10_140);
});

test('is not idle while a message is still being received or sent', () => {
  const connection = server({ idleTimeoutMs: 100 });
  receive(connection, fromClient.binary('\x01', { declared: 128 }));
  for (const now of [90, 180, 270]) {
    connection.tick(now);
    receive(connection, '02');
    assert.is(connection.nextDeadline(), now + 100);
  }
  connection.send({ type: 'binary', data: new Uint8Array(150_000) });
  for (const now of [360, 450]) {
    connection.tick(now);
    assert.ok(connection.transmit());
    assert.is(connection.nextDeadline(), now + 100);
  }
});

test('is not idle while we do not read', () => {
  const connection = server({ idleTimeoutMs: 100, pingIntervalMs: Infinity });
  connection.pauseReading();
  assert.is(connection.nextDeadline(), Infinity);
  connection.tick(500);
  connection.resumeReading();
  assert.is(connection.nextDeadline(), 600);
});

test('sends the Close of an idle connection after the queued messages', () => {
  const connection = server({ idleTimeoutMs: 100 });
  connection.send({ type: 'text', data: 'a' });
  connection.tick(100);
  assert.is(sent(connection), fromServer.text('a') + fromServer.close(1001, 'idle timeout'));
});

test('reports each deadline in turn: ping, its timeout, the closing, none', () => {
  const connection = server({ pingIntervalMs: 10, pingTimeoutMs: 5, closeTimeoutMs: 3 }, 100);
  const deadlines = [];
  let now = 100;
  while (connection.nextDeadline() !== Infinity) {
    deadlines.push(connection.nextDeadline());
    now = Math.max(now, connection.nextDeadline());
    connection.tick(now);
    sent(connection);
  }
  assert.equal(deadlines, [110, 115, -Infinity]);
  assert.equal([connection.over, connection.failure?.closeCode], [true, 1011]);
});

test('acts once if time stands still or the tick is late', () => {
  const connection = server({ pingIntervalMs: 10, pingTimeoutMs: 5 });
  connection.tick(100);
  connection.tick(100);
  assert.is(sent(connection), fromServer.ping());
  assert.is(connection.nextDeadline(), 105);
  connection.tick(206);
  assert.equal([connection.failure, connection.nextDeadline()], [undefined, 306]);
  connection.tick(306);
  assert.is(connection.failure?.closeCode, 1011);
});

test('fails with 1008 on more control frames in a second than the option allows (§10.4)', () => {
  const pings = fromClient.ping();
  const connection = server({ maxControlFramesPerSecond: 2 }, 500);
  receive(connection, pings + pings);
  connection.tick(1500);
  const events = receive(connection, pings + pings + pings);
  assert.is(codeOf(events[2]), 1008);
  assert.is(
    sent(connection),
    fromServer.pong().repeat(4) + fromServer.close(1008, 'too many control frames'),
  );
});

test('answers a flood of pings with the latest sixteen pongs if the transport is blocked', () => {
  const connection = server();
  for (let i = 0; i < 10_000; i++) receive(connection, fromClient.ping(Uint8Array.of(i)));
  const pongs = Array.from({ length: 16 }, (_, i) => fromServer.pong(Uint8Array.of(9984 + i)));
  assert.is(sent(connection), pongs.join(''));
});

test('uses the memory of frames again only if it was told to', () => {
  for (const reuses of [true, false]) {
    const connection = server();
    if (reuses) connection.reuseFrames();
    const buffers = [1, 2].map(() => {
      connection.send({ type: 'binary', data: new Uint8Array(20_000) });
      const transmission = connection.transmit()!;
      transmission.sent(true);
      return transmission.chunks[0]!.buffer;
    });
    assert.is(buffers[0] === buffers[1], reuses);
  }
});

/** A part as `PreparedMessage` makes it. */
const ready = {
  type: 'binary',
  compressed: false,
  first: true,
  last: true,
  payload: fromHex('07'),
} as const;

test('sends an open message at its own pace and reports each part; others wait (§5.4)', () => {
  const connection = server();
  const told: string[] = [];
  const transmit = () => {
    const transmission = connection.transmit();
    transmission?.sent();
    return transmission && hex(transmission.bytes);
  };
  const message = connection.openMessage();
  connection.send({ type: 'text', data: 'b' }, telling(told, 'b'));
  connection.sendPrepared(ready, telling(told, 'ready'));
  connection.sendPrepared(ready);
  assert.is(connection.queuedBytes, 3);
  assert.ok(connection.queuedMessages > 0);
  assert.is(transmit(), undefined);
  connection.send({ type: 'text', data: 'a', last: false }, telling(told, 'a'), message);
  assert.is(transmit(), fromServer.text('a', { fin: false }));
  receive(connection, fromClient.ping());
  assert.is(transmit(), fromServer.pong());
  assert.equal(told, ['a']);
  connection.send({ type: 'text', data: '' }, telling(told, 'end'), message);
  assert.is(
    transmit(),
    fromServer.continuation('') +
      fromServer.text('b') +
      fromServer.binary('\x07') +
      fromServer.binary('\x07'),
  );
  assert.equal([told, connection.queuedBytes], [['a', 'end', 'b', 'ready'], 0]);
  assert.is(connection.queuedMessages, 0);
});

test('drops an open message only if no part of it was sent', () => {
  const connection = server();
  const lost = new Error('dropped');
  const [first, second] = [connection.openMessage(), connection.openMessage()];
  connection.send({ type: 'text', data: 'a', last: false }, undefined, first);
  connection.send({ type: 'text', data: 'b' }, undefined, second);
  assert.is(sent(connection), fromServer.text('a', { fin: false }));
  assert.equal([connection.dropMessage(first, lost), connection.dropMessage(second, lost)], [false, true]);
  connection.send({ type: 'text', data: 'c' }, undefined, first);
  assert.is(sent(connection), fromServer.continuation('c'));
});

test('cuts a message that is partly sent by a Close, and drops one that has not begun (§5.5.1)', () => {
  for (const begins of [true, false]) {
    const connection = server();
    const message = connection.openMessage();
    if (begins) connection.send({ type: 'text', data: 'a', last: false }, undefined, message);
    assert.is(sent(connection), begins ? fromServer.text('a', { fin: false }) : '');
    connection.send({ type: 'text', data: 'b' });
    connection.close(1000);
    connection.send({ type: 'text', data: 'c' }, undefined, message);
    connection.sendPrepared(ready);
    assert.is(
      sent(connection),
      begins ? fromServer.close(1000) : fromServer.text('b') + fromServer.close(1000),
    );
    assert.is(connection.queuedBytes, 0);
  }
});

test('sends the reply to a Close before the rest of a message', () => {
  const connection = server({ maxFrameBytes: 2 });
  const message = connection.openMessage();
  connection.send({ type: 'binary', data: new Uint8Array(17_000), last: false }, undefined, message);
  connection.transmit();
  receive(connection, fromClient.close(1001));
  assert.equal([sent(connection), connection.queuedBytes], [fromServer.close(1001), 0]);
  assert.ok(connection.record.wasClean);
});

test('counts the traffic in both directions', () => {
  const connection = server();
  const nothing = { frames: 0, messages: 0, payloadBytes: 0, wireBytes: 0, ratio: undefined };
  assert.equal(connection.stats(), { received: nothing, sent: nothing, roundTripMs: undefined });
  connection.send({ type: 'binary', data: fromHex('0102') });
  connection.ping(fromHex('09'), () => {});
  assert.equal(connection.stats().sent, nothing);
  sent(connection);
  connection.tick(4);
  receive(connection, fromClient.text('a', { fin: false }) + fromClient.pong('\x09'));
  const continuation = fromClient.continuation('b');
  receive(connection, continuation.slice(0, 2));
  const stats = connection.stats();
  assert.equal(stats, {
    received: { frames: 2, messages: 0, payloadBytes: 1, wireBytes: 15, ratio: undefined },
    sent: { frames: 2, messages: 1, payloadBytes: 2, wireBytes: 7, ratio: undefined },
    roundTripMs: 4,
  });
  receive(connection, continuation.slice(2));
  assert.equal([stats.received.messages, connection.stats().received.messages], [0, 1]);
});

test('reports the compression ratio of each direction', () => {
  const window = { windowBits: 15, contextTakeover: true };
  const deflater = new Deflater(window);
  const compression = { deflater, thresholdBytes: undefined, contextTakeover: true };
  const near = client({ compression });
  const far = server({ inflater: new Inflater({ ...window, maxMessageBytes: 10_000 }) });
  near.send({ type: 'binary', data: new Uint8Array(1000) });
  near.send({ type: 'text', data: 'not compressed', compress: false });
  receive(far, sent(near));
  const { ratio, payloadBytes } = far.stats().received;
  assert.is(ratio, 1000 / (payloadBytes - 14));
  assert.equal([near.stats().sent.ratio, near.stats().received.ratio], [ratio, undefined]);
  assert.is(far.stats().sent.ratio, undefined);
});

test('answers no ping if autoPong is false, but sends the pongs that it is given (C9)', () => {
  const connection = server({ autoPong: false });
  assert.equal(receive(connection, fromClient.ping('1')), [{ type: 'ping', data: fromHex('31') }]);
  assert.is(sent(connection), '');
  const data = fromHex('31');
  connection.pong(data);
  data[0] = 0;
  connection.pong(fromHex(''));
  assert.is(sent(connection), fromServer.pong('1') + fromServer.pong());
  assert.throws(
    () => connection.pong(new Uint8Array(126)),
    /data of a pong must be at most 125 bytes \(got 126\)/,
  );
  connection.close();
  connection.pong(fromHex('32'));
  assert.is(sent(connection), fromServer.close());
});

test('copies the bytes it sends, unless ownership is given (A22)', () => {
  const connection = server();
  const borrowed = [fromHex('01'), fromHex('02'.repeat(3000)), fromHex('03'.repeat(70_000))];
  for (const data of borrowed) connection.send({ type: 'binary', data });
  const message = connection.openMessage();
  const part = fromHex('04');
  connection.send({ type: 'binary', data: part }, undefined, message);
  for (const data of [...borrowed, part]) data.fill(0xff);
  assert.not.match(sent(connection), 'ff'.repeat(10));
  const given = fromHex('05'.repeat(3000));
  connection.send({ type: 'binary', data: given }, undefined, undefined, 'owned');
  const { chunks } = connection.transmit()!;
  assert.is(chunks[1]?.buffer, given.buffer);
});

const compressingTo = (pieces: number): ConnectionOptions['compression'] => ({
  deflater: slowDeflater(pieces, 0xee),
  thresholdBytes: 0,
  contextTakeover: true,
});

test('sends a compressed message in one frame if maxFrameBytes allows it (B2)', () => {
  const payload = new Uint8Array(20_480).fill(0xee);
  const inOne = fromServer.text(payload, { rsv1: true });
  const inTwo =
    fromServer.text(payload.subarray(1), { fin: false, rsv1: true }) +
    fromServer.continuation(payload.subarray(0, 1));
  const table: readonly (readonly [number | undefined, string])[] = [
    [undefined, inOne],
    [Infinity, inOne],
    [20_480, inOne],
    [20_479, inTwo],
  ];
  for (const [maxFrameBytes, wire] of table) {
    const connection = server({ maxFrameBytes, compression: compressingTo(20) });
    connection.send({ type: 'text', data: 'a'.repeat(100) });
    assert.ok(sent(connection) === wire, `${maxFrameBytes}`);
  }
});

test('is busy after a compressor has used the budget of one call', () => {
  const connection = server({ maxFrameBytes: Infinity, compression: compressingTo(600) });
  connection.send({ type: 'text', data: 'a' });
  assert.equal([connection.wantsToTransmit, connection.transmitBusy], [true, false]);
  assert.is(connection.transmit(), undefined);
  assert.equal([connection.wantsToTransmit, connection.transmitBusy], [true, true]);
  assert.is(connection.transmit(), undefined);
  assert.ok(connection.transmit());
  assert.is(connection.transmitBusy, false);
  while (connection.wantsToTransmit) connection.transmit();
  assert.is(connection.stats().sent.payloadBytes, 600 * 1024);
});

test('reads pending input before it times out the closing after a suspend (B7)', () => {
  const connection = server({ closeTimeoutMs: 50 });
  connection.close(1000);
  sent(connection);
  connection.tick(500);
  assert.equal([connection.over, connection.nextDeadline()], [false, 600]);
  receive(connection, fromClient.close(1000));
  assert.ok(connection.record.wasClean);
});

test('does not count bytes after a failure', () => {
  const connection = server();
  receive(connection, fromServer.frame(3));
  receive(connection, fromServer.frame(3));
  assert.is(connection.stats().received.wireBytes, 2);
});

test('shows every frame to the tap, both ways, with or without payloads', () => {
  for (const tapPayloads of [false, true]) {
    const shown: unknown[] = [];
    const tap = ({ direction, opcode, payload, payloadBytes }: TappedFrame) => {
      shown.push([direction, opcode, payloadBytes, typeof payload === 'object' ? hex(payload) : payload]);
    };
    const connection = server({ tap, tapPayloads });
    receive(connection, fromClient.ping('1') + fromClient.text('a', { fin: false }));
    connection.send({ type: 'text', data: 'b' });
    sent(connection);
    const payloads = tapPayloads ? ['31', '61', '31', 'b'] : [];
    assert.equal(shown, [
      ['in', 9, 1, payloads[0]],
      ['in', 1, 1, payloads[1]],
      ['out', 10, 1, payloads[2]],
      ['out', 1, 1, payloads[3]],
    ]);
  }
});

test('allows a tap to close: the Close follows the frame it was shown', () => {
  const wire: string[] = [];
  const transmit = (connection: Connection) => {
    for (let next = connection.transmit(); next !== undefined; next = connection.transmit())
      wire.push(hex(next.bytes));
  };
  const connection: Connection = server({
    tap: ({ opcode }) => {
      if (opcode !== 1) return;
      connection.close(1000);
      transmit(connection);
    },
  });
  connection.send({ type: 'text', data: 'b' });
  transmit(connection);
  assert.equal(wire, [fromServer.text('b'), fromServer.close(1000)]);
});

test('allows a tap to end the connection: the frame it was shown is lost, and reported so', () => {
  const told: string[] = [];
  const connection: Connection = server({ tap: () => connection.terminate('enough') });
  connection.send({ type: 'text', data: 'b' }, telling(told, 'b'));
  assert.is(connection.transmit(), undefined);
  assert.equal([told, connection.over], [['b lost'], true]);
});

test('resets compression after a message that was compressed separately (RFC 7692 §7.2.3.2)', () => {
  const context = { windowBits: 15, contextTakeover: true };
  const compression = { deflater: new Deflater(context), thresholdBytes: 0, contextTakeover: true };
  const connection = server({ compression });
  const peer = client({ inflater: new Inflater({ ...context, maxMessageBytes: 2 ** 20 }) });
  const said = 'the quick brown fox jumps over the lazy dog; '.repeat(4);
  const apart = new Deflater({ windowBits: 15, contextTakeover: false });
  apart.write(utf8(`apart: ${said}`), true);
  const prepared = {
    ...ready,
    type: 'text',
    compressed: true,
    payload: apart.read()!.slice(),
    deflated: true,
  } as const;
  const sizes: number[] = [];
  const events: unknown[] = [];
  const pass = () => {
    const wire = sent(connection);
    sizes.push(wire.length / 2);
    events.push(...receive(peer, wire).map(event => (event as { data?: string }).data ?? event));
  };
  connection.send({ type: 'text', data: said });
  pass();
  connection.send({ type: 'text', data: said });
  pass();
  connection.sendPrepared(prepared);
  pass();
  connection.send({ type: 'text', data: said });
  pass();
  connection.send({ type: 'text', data: said });
  pass();
  assert.equal(events, [said, said, `apart: ${said}`, said, said]);
  assert.ok(sizes[1]! < sizes[0]! / 2, 'it refers to the first');
  assert.is(sizes[3], sizes[0], 'it refers to none');
  assert.is(sizes[4], sizes[1], 'it refers to the one before again');
});

test('is busy after many frames without an event, until it is read again or fails', () => {
  const connection = client();
  connection.receive(
    fromHex(fromServer.text('', { fin: false }) + fromServer.continuation('', { fin: false }).repeat(3000)),
  );
  assert.is(connection.read(), undefined);
  assert.ok(connection.busy);
  assert.is(connection.read(), undefined);
  assert.not.ok(connection.busy);
  connection.receive(fromHex(fromServer.continuation('', { fin: false }).repeat(3000)));
  assert.is(connection.read(), undefined);
  assert.ok(connection.busy);
  connection.transportFailed(new Error('reset'));
  assert.not.ok(connection.busy);
});

test('shows its state to a console', () => {
  const connection = new Connection({ role: 'server' });
  const custom = Symbol.for('nodejs.util.inspect.custom');
  type Shown = { [custom](depth: number, options: object, inspect: (value: unknown) => string): string };
  const shown = () => (connection as unknown as Shown)[custom](2, {}, JSON.stringify);
  assert.is(shown(), 'Connection {"role":"server","state":"open","queuedBytes":0,"queuedMessages":0}');
  connection.close(1000);
  assert.match(shown(), /"state":"closing",.*"record":/);
  connection.terminate('enough');
  assert.match(shown(), /"state":"over"/);
});

test.run();
