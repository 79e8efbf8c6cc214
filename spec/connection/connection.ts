import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { WebSocketError } from '../../lib/base/websocket-error.ts';
import { Connection } from '../../lib/connection/connection.ts';
import type { ConnectionOptions } from '../../lib/connection/connection-options.ts';
import type { TappedFrame } from '../../lib/connection/frame-meter.ts';
import { Deflater } from '../../lib/deflate/deflater.ts';
import { Inflater } from '../../lib/deflate/inflater.ts';
import { runCuts } from '../../lib/testing/run-cuts.ts';
import { hex, unhex } from '../support/hex.ts';

const test = suite('Connection');

/** A masking key of zeros leaves the payload as it is: `0000` twice behind the length. */
const clientKey = (byteLength: number) => new Uint8Array(byteLength);

function server(options: Partial<ConnectionOptions> = {}, now?: number): Connection {
  return new Connection({ role: 'server', ...options }, now);
}

function client(options: Partial<ConnectionOptions> = {}): Connection {
  return new Connection({ role: 'client', randomBytes: clientKey, ...options });
}

/** All that leaves now. */
function sent(connection: Connection): string {
  let octets = '';
  for (let next = connection.transmit(); next !== undefined; next = connection.transmit())
    octets += hex(next.bytes);
  return octets;
}

/** The events of these octets; the last item is the failure, if there is one. */
function receive(connection: Connection, octets: string): unknown[] {
  const events: unknown[] = [];
  try {
    connection.write(unhex(octets));
    for (let event = connection.read(); event !== undefined || connection.busy; event = connection.read()) {
      if (event !== undefined) events.push(event);
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

const codeOf = (error: unknown) => (error as WebSocketError).closeCode;

test('answers a ping by the same payload, and a pong by nothing (§5.5.2, 5.5.3)', () => {
  const connection = client();
  for (const payload of ['', 'ff', 'c3'.repeat(125)]) {
    const length = hex(Uint8Array.of(payload.length / 2));
    const [event] = receive(connection, `89${length}${payload}`);
    assert.equal(event, { type: 'ping', data: unhex(payload) });
    const masked = hex(Uint8Array.of(0x80 | (payload.length / 2)));
    assert.is(sent(connection), `8a${masked}00000000${payload}`);
  }
  assert.equal(receive(connection, '8a00'), [{ type: 'pong', data: unhex('') }]);
  assert.is(sent(connection), '');
});

test('answers pings between the fragments of a message, which stays whole (§5.4)', () => {
  const connection = client();
  assert.equal(receive(connection, '010161' + '890131' + '800162'), [
    { type: 'ping', data: unhex('31') },
    { type: 'text', data: 'ab', last: true },
  ]);
  assert.is(sent(connection), '8a810000000031');
});

test('a pong that is owed does not change with the event', () => {
  const connection = client();
  const [event] = receive(connection, '890161') as [{ data: Uint8Array }];
  event.data[0] = 0;
  assert.is(sent(connection), '8a810000000061');
});

test('answers a Close by its own code, and one without a code by one without (§5.5.1)', () => {
  const table = [
    ['880203e8', '8882000000' + '0003e8', 1000],
    ['8800', '888000000000', undefined],
    ['8805' + '0fa0' + '627965', '88820000000' + '00fa0', 4000],
  ] as const;
  for (const [octets, reply, closeCode] of table) {
    const connection = client();
    receive(connection, octets);
    assert.is(connection.open, false);
    assert.is(sent(connection), reply);
    const { sent: our, received, initiator, wasClean, cause } = connection.record;
    assert.equal(our, { closeCode, reason: '' });
    assert.equal(received, { closeCode, reason: closeCode === 4000 ? 'bye' : '' });
    assert.equal([initiator, wasClean, cause], ['remote', true, undefined]);
  }
});

test('processes nothing behind a Close (§5.5.1)', () => {
  const connection = client();
  const events = receive(connection, '880203e8' + '810161' + '8900' + '880203e9');
  assert.equal(events, [{ type: 'close', closeCode: 1000, reason: '' }]);
  assert.equal(receive(connection, 'ffffff'), []);
  assert.is(sent(connection), '88820000000003e8');
  assert.is(connection.record.received?.closeCode, 1000);
});

test('one Close each when both sides close at once (§5.5.1)', () => {
  const connection = server();
  connection.startClose(1000);
  assert.is(sent(connection), '880203e8');
  receive(connection, '8882' + '00000000' + '03e9');
  assert.is(sent(connection), '');
  assert.equal(connection.record, {
    sent: { closeCode: 1000, reason: '' },
    received: { closeCode: 1001, reason: '' },
    initiator: 'local',
    wasClean: true,
    cause: undefined,
  });
});

test('answers by the code of a Close that overtakes our own, and drops what waited before ours', () => {
  const connection = server();
  connection.send({ type: 'text', data: 'a' });
  connection.startClose(4000, 'late');
  receive(connection, '8882' + '00000000' + '03e9');
  assert.is(sent(connection), '880203e9');
  const { sent: our, initiator, wasClean } = connection.record;
  assert.equal([our, initiator, wasClean], [{ closeCode: 1001, reason: '' }, 'remote', true]);
});

test('sends what was queued before the Close, and nothing of what was queued behind it (§5.5.1)', () => {
  const connection = server();
  connection.send({ type: 'text', data: 'a' });
  connection.startClose(1000, 'ok');
  connection.send({ type: 'text', data: 'b' });
  connection.startClose(1001);
  assert.is(sent(connection), '810161' + '880403e86f6b');
  connection.send({ type: 'text', data: 'c' });
  assert.is(sent(connection), '');
  assert.equal(connection.record.sent, { closeCode: 1000, reason: 'ok' });
});

test('answers pings behind our Close until the peer has sent its own (§5.5.2)', () => {
  const connection = server();
  connection.startClose();
  assert.is(sent(connection), '8800');
  receive(connection, '8981' + '00000000' + '31');
  assert.is(sent(connection), '8a0131');
  assert.is(connection.outputEnded, false);
  receive(connection, '8981' + '00000000' + '32' + '8880' + '00000000');
  assert.is(connection.outputEnded, false);
  assert.is(sent(connection), '8a0132');
  assert.is(connection.outputEnded, true);
});

test('an abort drops what has not left, and overtakes a Close that waits', () => {
  const connection = server({ maxFrameBytes: 16_384 });
  connection.send({ type: 'binary', data: new Uint8Array(16_385) });
  connection.transmit();
  connection.startClose(1000);
  connection.abort(4000, 'now');
  connection.transmit();
  assert.is(sent(connection), '88050fa06e6f77');
  assert.equal(connection.record.sent, { closeCode: 4000, reason: 'now' });
});

test('an abort changes no Close that is already on its way', () => {
  const table: readonly (readonly [(connection: Connection) => void, string, number])[] = [
    [connection => connection.abort(4000), '88020fa0', 4000],
    [connection => receive(connection, '888200000000' + '03e9'), '880203e9', 1001],
    [connection => receive(connection, '8100'), '88', 1002],
  ];
  for (const [step, octets, code] of table) {
    const connection = server();
    step(connection);
    connection.abort(4001, 'late');
    assert.ok(sent(connection).startsWith(octets));
    assert.is(connection.record.sent?.closeCode, code);
  }
});

test('a bad code or reason is refused before anything happens, closed or not', () => {
  const connection = server();
  for (const end of ['startClose', 'abort'] as const) {
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

test('fails once, with everything before it delivered and nothing behind it (§7.1.7)', () => {
  const connection = server();
  const masked = (head: string, payload: string) => `${head}00000000${payload}`;
  const octets = masked('8181', '61') + masked('8981', '31') + masked('8381', '61') + masked('8181', '62');
  const events = receive(connection, octets);
  assert.equal(events.slice(0, 2), [
    { type: 'text', data: 'a', last: true },
    { type: 'ping', data: unhex('31') },
  ]);
  assert.is(codeOf(events[2]), 1002);
  assert.is(connection.failure, events[2]);
  assert.equal(receive(connection, masked('8882', '03e8')), [events[2]]);
  assert.is(
    thrown(() => connection.close()),
    events[2],
  );
  assert.is(sent(connection), `8a0131881103ea${hex(new TextEncoder().encode('reserved opcode'))}`);
  const { sent: our, received, initiator, wasClean, cause } = connection.record;
  assert.equal(our, { closeCode: 1002, reason: 'reserved opcode' });
  assert.equal([received, initiator, wasClean, cause], [undefined, 'local', false, events[2]]);
  assert.is(connection.outputEnded, true);
});

test('a failure drops what was queued, and overtakes a Close that waits', () => {
  const connection = client();
  connection.send({ type: 'text', data: 'a' });
  connection.startClose(1000);
  receive(connection, '8301');
  assert.ok(sent(connection).startsWith('88910000000003ea'));
});

test('fails behind our Close without another one', () => {
  const connection = client();
  connection.startClose(1000);
  assert.is(sent(connection), '88820000000003e8');
  assert.is(codeOf(receive(connection, '8301')[0]), 1002);
  assert.is(sent(connection), '');
  assert.equal(connection.record.wasClean, false);
  assert.is(connection.outputEnded, true);
});

test('an end without a Close is 1006, and nothing is sent any more (§7.1.5)', () => {
  for (const octets of ['', '81', '8102', '810261', '010161']) {
    const connection = client();
    connection.send({ type: 'text', data: 'a' });
    receive(connection, octets);
    const error = thrown(() => connection.close())!;
    assert.is(error.closeCode, 1006, octets);
    assert.is(connection.failure, error);
    assert.is(connection.over, true);
    assert.is(connection.outputEnded, true);
    assert.is(sent(connection), '');
    assert.is(connection.nextDeadline(), Infinity);
    assert.equal([connection.record.initiator, connection.record.cause], ['remote', error]);
  }
});

test('an end behind the peer’s Close is none, and our reply still leaves', () => {
  const connection = client();
  receive(connection, '8800');
  connection.close();
  assert.is(connection.failure, undefined);
  assert.is(connection.outputEnded, false);
  assert.is(sent(connection), '888000000000');
  assert.is(connection.outputEnded, true);
});

test('the server ends its output when both Closes passed, the client when the server has (§7.1.1)', () => {
  const first = server();
  receive(first, '8880' + '00000000');
  assert.is(first.outputEnded, false);
  sent(first);
  assert.is(first.outputEnded, true);
  const second = client();
  receive(second, '8800');
  sent(second);
  assert.is(second.outputEnded, false);
  second.close();
  assert.is(second.outputEnded, true);
  assert.is(second.over, false);
});

/** A server whose inflater throws that. */
function throwing(cause: Error): Connection {
  const inflater = {
    write() {},
    read(): never {
      throw cause;
    },
  };
  return server({ inflater: inflater as unknown as NonNullable<ConnectionOptions['inflater']> });
}

test('an error that is no violation fails with 1011, and the error is the cause', () => {
  const cause = new RangeError('Array buffer allocation failed');
  const connection = throwing(cause);
  const [error] = receive(connection, 'c181' + '00000000' + '00') as [WebSocketError];
  assert.equal([error.name, error.closeCode, error.cause], ['WebSocketError', 1011, cause]);
  assert.is(sent(connection), `881003f3${hex(new TextEncoder().encode('internal error'))}`);
});

test('a violation without a code is told without one', () => {
  const error = new WebSocketError('odd');
  const connection = throwing(error);
  assert.equal(receive(connection, 'c181' + '00000000' + '00'), [error]);
  assert.is(sent(connection), '8800');
});

test('a broken transport ends everything at once; behind both Closes it is no failure', () => {
  const reset = new Error('reset');
  const open = server();
  open.send({ type: 'text', data: 'a' });
  open.breakOff(reset);
  assert.equal([open.failure?.closeCode, open.failure?.cause, open.record.cause], [1006, reset, reset]);
  assert.equal([open.over, open.open, open.outputEnded, sent(open)], [true, false, true, '']);
  assert.is(
    thrown(() => open.read()),
    open.failure,
  );
  const closed = server();
  receive(closed, '8880' + '00000000');
  sent(closed);
  closed.breakOff(reset);
  assert.equal([closed.failure, closed.over, closed.record.wasClean], [undefined, true, true]);
});

test('one Close received and none sent is not clean, and has the peer’s code (§7.1.5)', () => {
  const connection = server();
  receive(connection, '8885' + '00000000' + '0fa0' + '627965');
  connection.breakOff(undefined);
  const { closeCode, reason } = connection.failure!;
  assert.equal([closeCode, reason, connection.record.sent], [4000, 'bye', undefined]);
});

test('a ping tells its round trip; a pong answers all earlier ones', () => {
  const connection = server();
  const told: unknown[] = [];
  connection.tick(1);
  connection.ping(unhex('01'), ms => told.push(ms));
  connection.tick(3);
  connection.ping(unhex('02'), ms => told.push(ms));
  assert.is(sent(connection), '890101' + '890102');
  connection.tick(10);
  receive(connection, '8a81' + '00000000' + '02');
  receive(connection, '8a81' + '00000000' + '02');
  assert.equal(told, [9, 7]);
});

test('a ping has 125 octets at most, which are copied', () => {
  const connection = server();
  const data = new Uint8Array(125);
  connection.ping(data, () => {});
  data.fill(1);
  assert.is(sent(connection), `897d${'00'.repeat(125)}`);
  assert.throws(() => connection.ping(new Uint8Array(126), () => {}), /at most 125 octets, not 126/);
});

test('a ping is told at once when there will be no pong, whatever the end', () => {
  const ends: readonly ((connection: Connection) => void)[] = [
    connection => receive(connection, '8880' + '00000000'),
    connection => receive(connection, '8300'),
    connection => thrown(() => connection.close()),
    connection => connection.breakOff(new Error('reset')),
    connection => {
      connection.startClose();
      connection.tick(0);
      sent(connection);
      connection.tick(10_000);
    },
  ];
  for (const end of ends) {
    const connection = server();
    const told: unknown[] = [];
    connection.ping(unhex('01'), (ms, error) => told.push(ms, (error as Error).name));
    end(connection);
    assert.equal(told, [undefined, 'WebSocketError']);
    connection.breakOff(undefined);
    connection.ping(unhex('02'), (ms, error) => told.push(ms, (error as Error).message));
    assert.equal(told.slice(2), [undefined, 'the connection is closing']);
  }
});

test('pings that wait for pongs are told when a clean connection ends', () => {
  const connection = server();
  connection.startClose();
  sent(connection);
  const told: unknown[] = [];
  connection.ping(unhex('01'), (_, error) => told.push((error as Error).message));
  assert.equal(told, ['the connection is closing']);
});

test('pings a silent peer after 20 s, and fails with 1011 after 20 s more', () => {
  const connection = client();
  assert.is(connection.nextDeadline(), 20_000);
  connection.tick(19_999);
  assert.is(sent(connection), '');
  connection.tick(20_000);
  assert.is(sent(connection), '898000000000');
  assert.is(connection.nextDeadline(), 40_000);
  connection.tick(39_999);
  assert.is(connection.failure, undefined);
  connection.tick(40_000);
  assert.is(connection.failure?.closeCode, 1011);
  assert.is(sent(connection), `888e0000000003f3${hex(new TextEncoder().encode('ping timeout'))}`);
  assert.is(connection.nextDeadline(), 50_000);
});

test('an end of the input behind a failure is that failure', () => {
  const connection = client();
  connection.tick(20_000);
  connection.tick(40_000);
  const { failure } = connection;
  assert.is(codeOf(failure), 1011);
  assert.is(
    thrown(() => connection.close()),
    failure,
  );
  assert.is(connection.failure, failure);
});

test('where we give the transport up nothing leaves any more', () => {
  const connection = server();
  connection.send({ type: 'text', data: 'a' });
  connection.giveUp('enough');
  assert.equal([sent(connection), connection.queuedBytes, connection.over], ['', 0, true]);
  assert.equal([codeOf(connection.failure), connection.failure?.message], [1006, 'enough']);
});

test('counts the control frames of a second from the time at which it begins', () => {
  const connection = server({ maxControlFramesPerSecond: 1 }, 500);
  const pong = '8a8000000000';
  assert.is(receive(connection, pong).length, 1);
  connection.tick(1400);
  assert.is(codeOf(receive(connection, pong)[0]), 1008);
});

test('any octet from the peer is a sign of life', () => {
  const connection = client();
  connection.tick(20_000);
  connection.tick(39_999);
  receive(connection, '82');
  connection.tick(40_000);
  assert.is(connection.failure, undefined);
  assert.is(connection.nextDeadline(), 59_999);
});

test('does not blame the peer while we do not read', () => {
  const connection = client();
  connection.reading = false;
  assert.is(connection.nextDeadline(), 20_000);
  connection.tick(20_000);
  // A pong that nobody has asked for, so that the peer does not blame us either (§5.5.3).
  assert.ok(sent(connection).startsWith('8a80'));
  connection.reading = true;
  assert.is(connection.nextDeadline(), 40_000);
});

test('octets count from when they came, whenever the last tick was', () => {
  const connection = server({ maxControlFramesPerSecond: 1 });
  const ping = unhex('8980' + '00000000');
  for (const now of [100, 1100]) {
    connection.write(ping, now);
    assert.is(connection.read()?.type, 'ping');
    assert.is(connection.nextDeadline(), now + 20_000);
  }
});

test('begins its clock at the time it is given', () => {
  const connection = new Connection({ role: 'server' }, 100);
  assert.is(connection.nextDeadline(), 20_100);
  connection.startClose();
  assert.is(connection.nextDeadline(), 10_100);
});

test('the closing is over 10 s after our Close has left, whatever still comes', () => {
  const connection = server();
  connection.send({ type: 'text', data: 'a' });
  connection.startClose(1000);
  connection.tick(9999);
  assert.is(sent(connection), '810161' + '880203e8');
  assert.is(connection.nextDeadline(), 19_999);
  connection.tick(15_000);
  receive(connection, '8980' + '00000000');
  assert.is(sent(connection), '8a00');
  connection.tick(19_998);
  assert.is(connection.over, false);
  connection.tick(19_999);
  assert.equal([connection.over, connection.failure?.closeCode], [true, 1006]);
  assert.is(connection.failure?.message, 'the closing handshake took too long');
  assert.is(connection.record.cause, connection.failure);
  assert.is(
    thrown(() => connection.read()),
    connection.failure,
  );
});

test('a transport that does not end in time is no failure behind both Closes', () => {
  const connection = client({ closeTimeoutMs: 5 });
  receive(connection, '8800');
  sent(connection);
  connection.tick(5);
  assert.equal([connection.over, connection.failure, connection.record.wasClean], [true, undefined, true]);
});

test('a violation stays the failure when the closing takes too long', () => {
  const connection = client();
  const [error] = receive(connection, '8301');
  sent(connection);
  connection.tick(10_000);
  assert.equal([connection.over, connection.failure], [true, error]);
});

test('pongs cannot hold data back, nor put off the end of the closing', () => {
  const connection = server();
  connection.send({ type: 'text', data: 'a' });
  connection.startClose(1000);
  receive(connection, '8980' + '00000000');
  assert.is(hex(connection.transmit()!.bytes), '8a00' + '810161' + '880203e8');
});

test('wants its options right', () => {
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

test('is given up where its source of masking keys fails: no message is left out in silence', () => {
  const failure = new Error('no entropy');
  let left = 1;
  const connection = client({
    randomBytes: byteLength => {
      if (left-- === 0) throw failure;
      return new Uint8Array(byteLength);
    },
  });
  const told: string[] = [];
  for (let i = 0; i < 17; i++) connection.send({ type: 'text', data: 'a' }, () => told.push('sent'));
  assert.is(connection.transmit(), undefined);
  assert.is(connection.failure?.cause, failure);
  assert.is(connection.over, true);
  connection.send({ type: 'text', data: 'b' });
  assert.is(connection.transmit(), undefined);
  assert.equal(told, []);
});

test('sends frames of 16 KiB at most, unless an option says otherwise', () => {
  const connection = server();
  connection.send({ type: 'binary', data: new Uint8Array(16_385) });
  assert.ok(sent(connection).startsWith('027e4000'));
  const small = server({ maxFrameBytes: 2 });
  small.send({ type: 'binary', data: unhex('010203') });
  assert.is(sent(small), '02020102' + '800103');
});

test('does not mind how its input was cut', () => {
  const octets = unhex('010161' + '890131' + '800162' + '8a00' + '8203' + '010203' + '880203e8' + 'ff');
  const { outputs, error } = runCuts(
    () => client(),
    octets,
    events => JSON.stringify(events),
  );
  assert.is(error, undefined);
  assert.equal(
    (JSON.parse(outputs) as { type: string }[]).map(event => event.type),
    ['ping', 'text', 'pong', 'binary', 'close'],
  );
});

const stalled = '8881' + '00000000';

test('fails with 1008 when a frame stalls for 20 s, wherever it stopped (§10.4)', () => {
  const stops = ['81', '81' + '8100', '8182' + '00000000', '8182' + '00000000' + '61', '8982' + '00000000'];
  for (const octets of [...stops, stalled]) {
    const connection = server({ pingIntervalMs: Infinity });
    connection.tick(5);
    receive(connection, octets);
    assert.is(connection.nextDeadline(), 20_005, octets);
    connection.tick(20_004);
    assert.is(connection.failure, undefined);
    connection.tick(20_005);
    assert.is(connection.failure?.closeCode, 1008);
    assert.is(sent(connection), `880f03f0${hex(new TextEncoder().encode('frame timeout'))}`);
    assert.is(connection.record.initiator, 'local');
  }
});

test('a frame that goes on, or has ended, is not stalled', () => {
  const connection = server({ pingIntervalMs: Infinity, frameTimeoutMs: 10 });
  receive(connection, '8183' + '00000000' + '61');
  connection.tick(9);
  receive(connection, '61');
  assert.is(connection.nextDeadline(), 19);
  connection.tick(18);
  receive(connection, '61' + '0181' + '00000000' + '61');
  assert.is(connection.nextDeadline(), Infinity);
});

test('a frame is not stalled while we do not read; reading again gives it the whole time', () => {
  const connection = server({ frameTimeoutMs: 10, pingIntervalMs: Infinity });
  receive(connection, '81');
  connection.reading = false;
  assert.is(connection.nextDeadline(), Infinity);
  connection.tick(1e6);
  assert.is(connection.failure, undefined);
  connection.reading = true;
  assert.is(connection.nextDeadline(), 1e6 + 10);
});

test('reading without octets is no sign of life, of the peer or of a frame', () => {
  for (const octets of ['', '81']) {
    const connection = server({ frameTimeoutMs: 20_000 });
    receive(connection, octets);
    connection.tick(19_999);
    assert.is(connection.read(), undefined);
    assert.is(connection.nextDeadline(), 20_000, octets);
  }
});

test('closes with 1001 what is idle: no message either way, whatever else passes', () => {
  const connection = server({ idleTimeoutMs: 100 });
  assert.is(connection.nextDeadline(), 100);
  connection.tick(10);
  connection.send({ type: 'text', data: 'a' });
  assert.is(connection.nextDeadline(), 110);
  connection.tick(20);
  receive(connection, '8180' + '00000000');
  assert.is(connection.nextDeadline(), 120);
  connection.tick(30);
  connection.sendReady(ready);
  assert.is(connection.nextDeadline(), 130);
  connection.tick(40);
  receive(connection, '8980' + '00000000' + '8a80' + '00000000');
  connection.ping(unhex(''), () => {});
  assert.is(connection.nextDeadline(), 130);
  assert.is(sent(connection), '8a00' + '8900' + '810161' + '820107');
  assert.is(connection.nextDeadline(), 140);
  connection.tick(139);
  assert.is(connection.open, true);
  connection.tick(140);
  assert.equal([connection.open, connection.failure], [false, undefined]);
  assert.is(sent(connection), `880e03e9${hex(new TextEncoder().encode('idle timeout'))}`);
  assert.is(connection.nextDeadline(), 10_140);
});

test('a message that is still coming, or still leaving, is not idle', () => {
  const connection = server({ idleTimeoutMs: 100 });
  receive(connection, '82fe' + '0080' + '00000000' + '01');
  for (const now of [90, 180, 270]) {
    connection.tick(now);
    receive(connection, '02');
    assert.is(connection.nextDeadline(), now + 100);
  }
  connection.send({ type: 'binary', data: new Uint8Array(40_000) });
  for (const now of [360, 450]) {
    connection.tick(now);
    // A header, and the octets behind it.
    for (let i = 0; i < 2; i++) connection.transmit();
    assert.is(connection.nextDeadline(), now + 100);
  }
});

test('is not idle while we do not read', () => {
  const connection = server({ idleTimeoutMs: 100, pingIntervalMs: Infinity });
  connection.reading = false;
  assert.is(connection.nextDeadline(), Infinity);
  connection.tick(500);
  connection.reading = true;
  assert.is(connection.nextDeadline(), 600);
});

test('the Close of an idle connection follows what waits', () => {
  const connection = server({ idleTimeoutMs: 100 });
  connection.send({ type: 'text', data: 'a' });
  connection.tick(100);
  assert.ok(sent(connection).startsWith('810161' + '880e03e9'));
});

test('every deadline in turn: ping, its timeout, the closing, none', () => {
  const connection = server({ pingIntervalMs: 10, pingTimeoutMs: 5, closeTimeoutMs: 3 }, 100);
  const deadlines = [];
  while (connection.nextDeadline() !== Infinity) {
    deadlines.push(connection.nextDeadline());
    connection.tick(connection.nextDeadline());
  }
  assert.equal(deadlines, [110, 115, 118]);
  assert.equal([connection.over, connection.failure?.closeCode], [true, 1011]);
});

test('time that stands still, or comes late, does each thing once', () => {
  const connection = server({ pingIntervalMs: 10, pingTimeoutMs: 5 });
  connection.tick(100);
  connection.tick(100);
  assert.is(sent(connection), '8900');
  assert.is(connection.nextDeadline(), 105);
});

test('refuses more control frames in a second than the option allows, with 1008 (§10.4)', () => {
  const pings = '8980' + '00000000';
  const connection = server({ maxControlFramesPerSecond: 2 }, 500);
  receive(connection, pings + pings);
  connection.tick(1500);
  const events = receive(connection, pings + pings + pings);
  assert.is(codeOf(events[2]), 1008);
  const reason = hex(new TextEncoder().encode('too many control frames'));
  assert.is(sent(connection), `${'8a00'.repeat(4)}881903f0${reason}`);
});

test('a flood of pings into a writer that stalls owes sixteen pongs, the latest', () => {
  const connection = server();
  for (let i = 0; i < 10_000; i++) receive(connection, `8981${'00000000'}${hex(Uint8Array.of(i & 0xff))}`);
  const pongs = Array.from({ length: 16 }, (_, i) => hex(Uint8Array.of(0x8a, 1, (9984 + i) & 0xff)));
  assert.is(sent(connection), pongs.join(''));
});

/** As `PreparedMessage` makes it. */
const ready = {
  type: 'binary',
  compressed: false,
  first: true,
  last: true,
  payload: unhex('07'),
} as const;

test('sends an open message at its own pace, and tells of each part; others wait (§5.4)', () => {
  const connection = server();
  const told: string[] = [];
  const transmit = () => {
    const transmission = connection.transmit();
    for (const onSent of transmission?.onSent ?? []) onSent();
    return transmission && hex(transmission.bytes);
  };
  const message = connection.openMessage();
  connection.send({ type: 'text', data: 'b' }, () => told.push('b'));
  connection.sendReady(ready, () => told.push('ready'));
  connection.sendReady(ready);
  assert.is(connection.queuedBytes, 5);
  assert.ok(connection.queuedMessages > 0);
  assert.is(transmit(), undefined);
  connection.send({ type: 'text', data: 'a', last: false }, () => told.push('a'), message);
  assert.is(transmit(), '010161');
  receive(connection, '8980' + '00000000');
  assert.is(transmit(), '8a00');
  assert.equal(told, ['a']);
  connection.send({ type: 'text', data: '' }, () => told.push('end'), message);
  assert.is(transmit(), '8000' + '810162' + '820107' + '820107');
  assert.equal([told, connection.queuedBytes], [['a', 'end', 'b', 'ready'], 0]);
  assert.is(connection.queuedMessages, 0);
});

test('drops an open message of which nothing has left, and none of which something has', () => {
  const connection = server();
  const [first, second] = [connection.openMessage(), connection.openMessage()];
  connection.send({ type: 'text', data: 'a', last: false }, undefined, first);
  connection.send({ type: 'text', data: 'b' }, undefined, second);
  assert.is(sent(connection), '010161');
  assert.equal([connection.dropMessage(first), connection.dropMessage(second)], [false, true]);
  connection.send({ type: 'text', data: 'c' }, undefined, first);
  assert.is(sent(connection), '800163');
});

test('a Close cuts a message that is half out, and drops one that has not begun (§5.5.1)', () => {
  for (const begins of [true, false]) {
    const connection = server();
    const message = connection.openMessage();
    if (begins) connection.send({ type: 'text', data: 'a', last: false }, undefined, message);
    assert.is(sent(connection), begins ? '010161' : '');
    connection.send({ type: 'text', data: 'b' });
    connection.startClose(1000);
    connection.send({ type: 'text', data: 'c' }, undefined, message);
    connection.sendReady(ready);
    assert.is(sent(connection), begins ? '880203e8' : '810162' + '880203e8');
    assert.is(connection.queuedBytes, 0);
  }
});

test('the reply to a Close overtakes a message that is half out', () => {
  const connection = server({ maxFrameBytes: 2 });
  const message = connection.openMessage();
  connection.send({ type: 'binary', data: new Uint8Array(17_000), last: false }, undefined, message);
  connection.transmit();
  receive(connection, '8882' + '00000000' + '03e9');
  assert.equal([sent(connection), connection.queuedBytes], ['880203e9', 0]);
  assert.ok(connection.record.wasClean);
});

test('tells what has passed, both ways', () => {
  const connection = server();
  const nothing = { frames: 0, messages: 0, payloadBytes: 0, wireBytes: 0, ratio: undefined };
  assert.equal(connection.stats(), { received: nothing, sent: nothing, roundTripMs: undefined });
  connection.send({ type: 'binary', data: unhex('0102') });
  connection.ping(unhex('09'), () => {});
  assert.equal(connection.stats().sent, nothing);
  sent(connection);
  connection.tick(4);
  receive(connection, '0181' + '00000000' + '61' + '8a81' + '00000000' + '09');
  receive(connection, '80');
  const stats = connection.stats();
  assert.equal(stats, {
    received: { frames: 2, messages: 0, payloadBytes: 1, wireBytes: 15, ratio: undefined },
    sent: { frames: 2, messages: 1, payloadBytes: 2, wireBytes: 7, ratio: undefined },
    roundTripMs: 4,
  });
  receive(connection, '8100000000' + '62');
  assert.equal([stats.received.messages, connection.stats().received.messages], [0, 1]);
});

test('tells how well messages were compressed, each direction for itself', () => {
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

test('counts the octets behind a failure no more', () => {
  const connection = server();
  receive(connection, '8300');
  receive(connection, '8300');
  assert.is(connection.stats().received.wireBytes, 2);
});

test('shows every frame to the tap, both ways, with or without payloads', () => {
  for (const tapPayloads of [false, true]) {
    const shown: unknown[] = [];
    const tap = ({ direction, opcode, payload, payloadBytes }: TappedFrame) => {
      shown.push([direction, opcode, payloadBytes, typeof payload === 'object' ? hex(payload) : payload]);
    };
    const connection = server({ tap, tapPayloads });
    receive(connection, '8981' + '00000000' + '31' + '0181' + '00000000' + '61');
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

test('a tap may close: the Close follows the frame that it was shown', () => {
  const wire: string[] = [];
  const transmit = (connection: Connection) => {
    for (let next = connection.transmit(); next !== undefined; next = connection.transmit())
      wire.push(hex(next.bytes));
  };
  const connection: Connection = server({
    tap: ({ opcode }) => {
      if (opcode !== 1) return;
      connection.startClose(1000);
      transmit(connection);
    },
  });
  connection.send({ type: 'text', data: 'b' });
  transmit(connection);
  assert.is(wire.join(' '), '810162 880203e8');
});

test('compresses anew behind a message that was compressed apart, and the peer follows (RFC 7692 §7.2.3.2)', () => {
  const context = { windowBits: 15, contextTakeover: true };
  const compression = { deflater: new Deflater(context), thresholdBytes: 0, contextTakeover: true };
  const connection = server({ compression });
  const peer = client({ inflater: new Inflater({ ...context, maxMessageBytes: 2 ** 20 }) });
  const said = 'the quick brown fox jumps over the lazy dog; '.repeat(4);
  const apart = new Deflater({ windowBits: 15, contextTakeover: false });
  apart.write(new TextEncoder().encode(`apart: ${said}`), true);
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
    const octets = sent(connection);
    sizes.push(octets.length / 2);
    events.push(...receive(peer, octets).map(event => (event as { data?: string }).data ?? event));
  };
  connection.send({ type: 'text', data: said });
  pass();
  connection.send({ type: 'text', data: said });
  pass();
  connection.sendReady(prepared);
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

test('is busy after many frames that give no event, until it is read on or fails', () => {
  const connection = client();
  connection.write(unhex(`0100${'0000'.repeat(3000)}`));
  assert.is(connection.read(), undefined);
  assert.ok(connection.busy);
  assert.is(connection.read(), undefined);
  assert.not.ok(connection.busy);
  connection.write(unhex('0000'.repeat(3000)));
  assert.is(connection.read(), undefined);
  assert.ok(connection.busy);
  connection.breakOff(new Error('reset'));
  assert.not.ok(connection.busy);
});

test.run();
