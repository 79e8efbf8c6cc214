import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { HandshakeError } from '../../lib/handshake/handshake-error.ts';
import { RequestHeadDecoder } from '../../lib/handshake/request-head-decoder.ts';
import { ResponseHeadDecoder } from '../../lib/handshake/response-head-decoder.ts';
import { OpeningExchange } from '../../lib/sockets/opening-exchange.ts';
import { OpeningLimit, type OpeningOptions } from '../../lib/sockets/opening-limit.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { HandDuplex } from '../support/hand-duplex.ts';
import { fromHex, hex } from '../support/hex.ts';
import { fromServer } from '../support/named-frames.ts';
import { settledOpening } from '../support/settled.ts';
import { fate, settle } from '../support/settling.ts';
import { utf8 } from '../support/utf8.ts';

const test = suite('OpeningExchange');

const head = utf8('GET / HTTP/1.1\r\nHost: x\r\n\r\n');

function exchanging(options: OpeningOptions = {}, duplex = new HandDuplex()) {
  const clock = new FakeClock();
  const exchange = new OpeningExchange(duplex, new OpeningLimit(settledOpening({ clock, ...options })));
  return { clock, duplex, exchange, decoder: new RequestHeadDecoder() };
}

/** Checks that no timer is left, and that both sides were released with the reason. */
function assertAbandoned({ clock, duplex }: ReturnType<typeof exchanging>, reason: unknown): void {
  assert.is(clock.timers.size, 0);
  assert.equal([duplex.cancelled, duplex.out.at(-1)], [[reason], reason]);
}

test('reads the head, and hands over both sides with the bytes after it', async () => {
  const { clock, duplex, exchange, decoder } = exchanging();
  duplex.give(head.slice(0, 5));
  duplex.give(Uint8Array.of(...head.slice(5), ...fromHex(fromServer.text())));
  assert.is((await exchange.readHead(decoder)).target, '/');
  exchange.send(fromHex('0102'));
  const { reader, writer, rest } = exchange.handOver(decoder.rest());
  assert.equal([hex(rest), clock.timers.size, duplex.wire], [fromServer.text(), 0, '0102']);
  duplex.give('03');
  assert.equal((await reader.read()).value, fromHex('03'));
  await writer.write(fromHex('04'));
  assert.is(duplex.wire, '010204');
});

test('rejects a locked duplex with TypeError, and leaves no timer', () => {
  for (const side of ['readable', 'writable'] as const) {
    const duplex = new HandDuplex();
    if (side === 'readable') duplex.readable.getReader();
    else duplex.writable.getWriter();
    const clock = new FakeClock();
    const limit = new OpeningLimit(settledOpening({ clock }));
    assert.throws(
      () => new OpeningExchange(duplex, limit),
      (error: unknown) => error instanceof TypeError,
    );
    assert.is(clock.timers.size, 0);
  }
});

test('fails if the duplex ends or breaks before the head is complete', async () => {
  const ended = exchanging();
  ended.duplex.give(head.slice(0, 5));
  ended.duplex.end();
  assert.is(((await fate(ended.exchange.readHead(ended.decoder))) as Error).name, 'HandshakeError');
  const broken = exchanging();
  const reset = new Error('reset');
  broken.duplex.breakInput(reset);
  const error = (await fate(broken.exchange.readHead(broken.decoder))) as HandshakeError;
  assert.equal([error.name, error.cause, error.response], ['HandshakeError', reset, undefined]);
  assert.is(error.message, 'the transport broke during the opening handshake: reset');
});

test('fails after 10 s, or handshakeTimeoutMs; never with Infinity', async () => {
  for (const [handshakeTimeoutMs, ms] of [
    [undefined, 10_000],
    [50, 50],
  ] as const) {
    const the = exchanging({ handshakeTimeoutMs });
    const read = the.exchange.readHead(the.decoder);
    the.clock.moveTo(ms - 1);
    assert.is(await fate(read), 'pending');
    the.clock.moveTo(ms);
    const error = (await fate(read)) as HandshakeError;
    assert.equal([error.name, error.message], ['HandshakeError', 'the opening handshake took too long']);
    the.exchange.abandon(error);
    await settle();
    assertAbandoned(the, error);
  }
  assert.is(exchanging({ handshakeTimeoutMs: Infinity }).clock.timers.size, 0);
  assert.throws(() => exchanging({ handshakeTimeoutMs: 0 }), /handshakeTimeoutMs/);
});

test('fails with the reason of its signal, and ignores the signal afterwards', async () => {
  const reason = new Error('enough');
  const during = new AbortController();
  const the = exchanging({ signal: during.signal });
  const read = the.exchange.readHead(the.decoder);
  during.abort(reason);
  assert.is(await fate(read), reason);
  the.exchange.abandon(reason);
  await settle();
  assertAbandoned(the, reason);
  const after = new AbortController();
  const done = exchanging({ signal: after.signal });
  done.exchange.handOver(fromHex(''));
  after.abort(reason);
  await settle();
  assert.equal(done.duplex.cancelled, []);
});

test('locks nothing if its signal has already aborted', () => {
  const reason = new Error('never');
  const duplex = new HandDuplex();
  const make = () => exchanging({ signal: AbortSignal.abort(reason) }, duplex);
  assert.throws(make, (error: unknown) => error === reason);
  assert.equal([duplex.readable.locked, duplex.writable.locked], [false, false]);
});

test('returns the value of a promise, in time', async () => {
  const the = exchanging();
  assert.is(await the.exchange.inTime(Promise.resolve(7)), 7);
  const late = the.exchange.inTime(new Promise(() => {}));
  the.clock.moveTo(10_000);
  assert.is(((await fate(late)) as Error).name, 'HandshakeError');
});

test('reports an error of the output with the next read', async () => {
  const { duplex, exchange } = exchanging();
  duplex.breakOutput(new Error('reset'));
  exchange.send(fromHex('01'));
  await settle();
});

/** A body that takes `maxBytes` bytes. */
function bodyOf(maxBytes: number) {
  let received = '';
  return {
    get done() {
      return received.length >= 2 * maxBytes;
    },
    write: (bytes: Uint8Array) => void (received += hex(bytes)),
    get received() {
      return received;
    },
  };
}

test('reads a body until it is done, from the rest and the input', async () => {
  const table = [
    ['', 4, ['0102', '03040506'], '010203040506'],
    ['010203', 2, [], '010203'],
    ['01', 3, ['02', 'end'], '0102'],
    ['01', 3, ['02', 'break'], '0102'],
    ['01', 0, [], '01'],
  ] as const;
  for (const [rest, maxBytes, steps, body] of table) {
    const { duplex, exchange } = exchanging();
    const wanted = bodyOf(maxBytes);
    const read = exchange.readBody(fromHex(rest), wanted);
    for (const step of steps) {
      await settle();
      if (step === 'end') duplex.end();
      else if (step === 'break') duplex.breakInput(new Error('reset'));
      else duplex.give(step);
    }
    await read;
    assert.is(wanted.received, body);
  }
});

test('stops reading a body at the timeout, and keeps its beginning', async () => {
  const { clock, exchange } = exchanging();
  const wanted = bodyOf(10);
  const read = exchange.readBody(fromHex('01'), wanted);
  assert.is(await fate(read), 'pending');
  clock.moveTo(10_000);
  await read;
  assert.is(wanted.received, '01');
});

test('sends a refusal, ends the output and releases the input', async () => {
  for (const [body, wire] of [
    ['0304', '01020304'],
    ['', '0102'],
  ] as const) {
    const { clock, duplex, exchange } = exchanging();
    await exchange.refuse(fromHex('0102'), fromHex(body));
    await settle();
    assert.equal([duplex.wire, duplex.out.at(-1), duplex.cancelled], [wire, 'close', [undefined]]);
    assert.is(clock.timers.size, 0);
  }
});

test('abandons a refusal that is not sent within two seconds', async () => {
  const the = exchanging({}, new HandDuplex(false));
  const refused = the.exchange.refuse(fromHex('0102'), fromHex(''));
  assert.is(await fate(refused), 'pending');
  the.clock.moveTo(1999);
  assert.is(await fate(refused), 'pending');
  the.clock.moveTo(2000);
  assert.is(await fate(refused), 'fulfilled');
  the.duplex.settleWrite();
  await settle();
  assert.equal([the.clock.timers.size, the.duplex.cancelled.length], [0, 1]);
  assert.is((the.duplex.out.at(-1) as Error).name, 'HandshakeError');
});

test('settles a refusal on a broken duplex, and tolerates abandoning it', async () => {
  const the = exchanging();
  the.duplex.breakOutput(new Error('reset'));
  the.duplex.breakInput(new Error('reset'));
  assert.is(await fate(the.exchange.refuse(fromHex('01'), fromHex('02'))), 'fulfilled');
  the.exchange.abandon(new Error('again'));
  await settle();
  assert.is(the.clock.timers.size, 0);
});

test('uses the clock of the platform by default', async () => {
  const duplex = new HandDuplex();
  const exchange = new OpeningExchange(duplex, new OpeningLimit(settledOpening({ handshakeTimeoutMs: 1 })));
  const read = exchange.readHead(new ResponseHeadDecoder());
  read.catch(() => {});
  await new Promise(resolve => setTimeout(resolve, 10));
  assert.ok((await fate(read)) instanceof HandshakeError);
});

test('handles the rejections of a duplex that cannot be released', async () => {
  const refuses = () => Promise.reject(new Error('no'));
  const duplex = {
    readable: new ReadableStream<Uint8Array>({ cancel: refuses }),
    writable: new WritableStream<Uint8Array>({ abort: refuses }),
  };
  new OpeningExchange(duplex, new OpeningLimit(settledOpening({ clock: new FakeClock() }))).abandon(
    new Error('over'),
  );
  await settle();
});

test('waits for a body at most a second, and not longer than the timeout', async () => {
  for (const [timeoutMs, waits] of [
    [10_000, 1000],
    [300, 300],
  ] as const) {
    const { clock, duplex, exchange } = exchanging({ handshakeTimeoutMs: timeoutMs });
    const taken: number[] = [];
    const body = { done: false, write: (bytes: Uint8Array) => void taken.push(bytes.length) };
    const read = exchange.readBody(fromHex('01'), body);
    duplex.give('0203');
    assert.is(await fate(read), 'pending');
    clock.moveTo(waits - 1);
    assert.is(await fate(read), 'pending');
    clock.moveTo(waits);
    assert.is(await fate(read), 'fulfilled');
    assert.equal(taken, [1, 2]);
  }
});

test('rejects instead of waiting for the application if the peer has gone away', async () => {
  const the = exchanging();
  assert.is(await the.exchange.answer(Promise.resolve(7)), 7);
  const own = new Error('own');
  assert.is(await fate(the.exchange.answer(Promise.reject(own))), own);
  the.exchange.check();
  const waiting = the.exchange.answer(new Promise<never>(() => {}));
  waiting.catch(() => {});
  const cause = new Error('reset');
  the.duplex.breakOutput(cause);
  const error = (await fate(waiting)) as HandshakeError;
  assert.equal([error.code, error.cause], ['ERR_TRANSPORT', cause]);
  assert.throws(() => the.exchange.check(), /the peer has gone away/);
  const closed = exchanging();
  const closing = closed.exchange.answer(settle().then(() => 8));
  await closed.exchange.refuse(fromHex('01'), fromHex(''));
  assert.is(await closing, 8);
});

test('settles a refusal that the transport does not accept within two seconds', async () => {
  const the = exchanging({}, new HandDuplex(false));
  const refused = the.exchange.refuse(fromHex('01'), fromHex(''));
  the.clock.moveTo(2000);
  assert.is(await fate(refused), 'fulfilled');
});

test('handles the rejection of a readable that cannot be cancelled', async () => {
  const duplex = {
    readable: new ReadableStream<Uint8Array>({ cancel: () => Promise.reject(new Error('no')) }),
    writable: new WritableStream<Uint8Array>(),
  };
  const exchange = new OpeningExchange(duplex, new OpeningLimit(settledOpening({ clock: new FakeClock() })));
  await exchange.refuse(fromHex('01'), fromHex(''));
  await settle();
});

test.run();
