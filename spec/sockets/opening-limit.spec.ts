import { getEventListeners } from 'node:events';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { HandshakeError } from '../../lib/handshake/handshake-error.ts';
import { OpeningLimit, type OpeningOptions } from '../../lib/sockets/opening-limit.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { settledOpening } from '../support/settled.ts';
import { fate } from '../support/settling.ts';

const test = suite('OpeningLimit');

const never = new Promise<never>(() => {});

function limiting(options: OpeningOptions = {}) {
  const clock = new FakeClock();
  return { clock, limit: new OpeningLimit(settledOpening({ clock, ...options })) };
}

test('returns a value or an error that comes in time', async () => {
  const { limit } = limiting();
  assert.is(await limit.inTime(Promise.resolve(7)), 7);
  const error = new Error('own');
  assert.is(await fate(limit.inTime(Promise.reject(error))), error);
});

test('rejects all waits at the timeout, and later ones', async () => {
  const { clock, limit } = limiting({ handshakeTimeoutMs: 50 });
  const waiting = [limit.inTime(never), limit.inTime(never)];
  for (const promise of waiting) promise.catch(() => {});
  clock.moveTo(49);
  assert.is(await fate(waiting[0]!), 'pending');
  clock.moveTo(50);
  for (const promise of waiting) {
    assert.is(((await fate(promise)) as Error).message, 'the opening handshake took too long');
  }
  assert.is(((await fate(limit.inTime(never))) as Error).message, 'the opening handshake took too long');
});

test('has a timeout of 10 s by default, and no timer for Infinity', async () => {
  const { clock, limit } = limiting();
  const waiting = limit.inTime(never);
  clock.moveTo(9_999);
  assert.is(await fate(waiting), 'pending');
  clock.moveTo(10_000);
  assert.is(((await fate(waiting)) as Error).name, 'HandshakeError');
  assert.is(limiting({ handshakeTimeoutMs: Infinity }).clock.timers.size, 0);
  assert.throws(() => limiting({ handshakeTimeoutMs: 0 }), /handshakeTimeoutMs/);
});

test('uses the clock of the platform by default', async () => {
  const started = performance.now();
  const limit = new OpeningLimit(settledOpening({ handshakeTimeoutMs: 30 }));
  const error = await limit.inTime(never).catch(error => error);
  assert.is(error.name, 'HandshakeError');
  // Node's timers have whole milliseconds, from the start of the turn in which they were set.
  assert.ok(performance.now() - started >= 20);
  limit.release();
});

test('stops with the reason of the signal', async () => {
  const reason = new Error('enough');
  const controller = new AbortController();
  const { limit } = limiting({ signal: controller.signal });
  const waiting = limit.inTime(never);
  controller.abort(reason);
  assert.is(await fate(waiting), reason);
  assert.throws(
    () => limiting({ signal: controller.signal }),
    (error: unknown) => error === reason,
  );
});

test('stops nothing after the release', async () => {
  const controller = new AbortController();
  const { clock, limit } = limiting({ signal: controller.signal });
  const waiting = limit.inTime(never);
  limit.release();
  assert.is(clock.timers.size, 0);
  controller.abort();
  clock.moveTo(10_000);
  assert.is(await fate(waiting), 'pending');
});

test('has a signal that aborts at the timeout, or with the signal of the options', () => {
  const late = limiting();
  const { signal } = late.limit;
  assert.is(late.limit.signal, signal);
  assert.not(signal.aborted);
  late.clock.moveTo(10_000);
  assert.is((signal.reason as Error).message, 'the opening handshake took too long');
  const controller = new AbortController();
  const aborted = limiting({ signal: controller.signal });
  const inner = aborted.limit.signal;
  const reason = new Error('enough');
  controller.abort(reason);
  assert.is(inner.reason, reason);
});

test('has no timer and no listener before the first wait', () => {
  const { signal } = new AbortController();
  const { clock, limit } = limiting({ signal });
  assert.is(clock.timers.size, 0);
  assert.equal(getEventListeners(signal, 'abort'), []);
  limit.check();
  assert.is(limit.clock, clock);
  limit.release();
});

test('notices a signal that has aborted without a wait', async () => {
  const controller = new AbortController();
  const { limit } = limiting({ signal: controller.signal });
  const reason = new Error('enough');
  controller.abort(reason);
  assert.throws(
    () => limit.check(),
    (error: unknown) => error === reason,
  );
  assert.is(await fate(limit.inTime(never)), reason);
});

test('prefers a stop to a value that comes at the same time', async () => {
  const { limit } = limiting();
  const waiting = limit.inTime(Promise.resolve(7));
  const reason = new Error('enough');
  limit.stop(reason);
  limit.stop(new Error('too late'));
  assert.is(await fate(waiting), reason);
  assert.ok(limit.signal.aborted || (await fate(limit.inTime(never))) === reason);
});

test('B7: gives a process that was suspended another 100 ms', async () => {
  const { clock, limit } = limiting();
  const waiting = limit.inTime(never);
  waiting.catch(() => {});
  clock.jumpTo(10_101);
  clock.moveTo(10_200);
  assert.is(await fate(waiting), 'pending');
  clock.moveTo(10_201);
  assert.is(((await fate(waiting)) as HandshakeError).code, 'ERR_HANDSHAKE_TIMEOUT');
  const punctual = limiting();
  const late = punctual.limit.inTime(never);
  late.catch(() => {});
  punctual.clock.jumpTo(10_100);
  punctual.clock.moveTo(10_100);
  assert.is(((await fate(late)) as HandshakeError).code, 'ERR_HANDSHAKE_TIMEOUT');
});

test('sets the timer again if it fires too early', async () => {
  const { clock, limit } = limiting({ handshakeTimeoutMs: 2 ** 31 + 5 });
  const waiting = limit.inTime(never);
  waiting.catch(() => {});
  clock.moveTo(2 ** 31 + 4);
  assert.is(await fate(waiting), 'pending');
  clock.moveTo(2 ** 31 + 5);
  assert.is(((await fate(waiting)) as HandshakeError).code, 'ERR_HANDSHAKE_TIMEOUT');
});

test.run();
