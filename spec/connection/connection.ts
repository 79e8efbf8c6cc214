import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { WebSocketError } from '../../lib/base/websocket-error.ts';
import { Connection } from '../../lib/connection/connection.ts';
import type { ConnectionOptions } from '../../lib/connection/connection-options.ts';
import { runCuts } from '../../lib/testing/run-cuts.ts';
import { hex, unhex } from '../support/hex.ts';

const test = suite('Connection');

/** A masking key of zeros leaves the payload as it is: `0000` twice behind the length. */
const clientKey = () => new Uint8Array(4);

function server(options: Partial<ConnectionOptions> = {}): Connection {
  return new Connection({ role: 'server', ...options });
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
    for (let event = connection.read(); event !== undefined; event = connection.read()) events.push(event);
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

test('a ping is told when there will be no pong, whatever the end', () => {
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
    connection.breakOff(undefined);
    assert.equal(told, [undefined, 'WebSocketError']);
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
  assert.is(connection.nextDeadline(), Infinity);
  connection.tick(1e6);
  assert.is(sent(connection), '');
  connection.reading = true;
  assert.is(connection.nextDeadline(), 1e6 + 20_000);
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

test.run();
