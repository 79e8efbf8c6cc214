import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { fakeClock } from '../../lib/testing/fake-clock.ts';
import { socketPair } from '../../lib/testing/socket-pair.ts';
import { fate } from '../support/settling.ts';

const test = suite('fakeClock');

test('stands still until it is moved', async () => {
  const clock = fakeClock();
  assert.is(clock.now(), 0);
  await clock.advance(0.5);
  await clock.advance(0);
  assert.is(clock.now(), 0.5);
});

test('runs timers in order, each at its own time, also those set by timers', async () => {
  const clock = fakeClock();
  const ran: [name: string, at: number][] = [];
  const set = (name: string, ms: number) => clock.setTimeout(() => ran.push([name, clock.now()]), ms);
  set('c', 30);
  set('a', 10);
  set('b', 10);
  clock.setTimeout(() => set('of a timer', 5), 20);
  clock.clearTimeout(set('cleared', 15));
  set('later', 31);
  await clock.advance(30);
  assert.equal(ran, [
    ['a', 10],
    ['b', 10],
    ['of a timer', 25],
    ['c', 30],
  ]);
  assert.is(clock.now(), 30);
  await clock.advance(1);
  assert.equal(ran.at(-1), ['later', 31]);
});

test('runs a timer that is already due at the current time', async () => {
  const clock = fakeClock();
  await clock.advance(10);
  const ran: number[] = [];
  clock.setTimeout(() => ran.push(clock.now()), -5);
  await clock.advance(1);
  assert.equal(ran, [10]);
});

test('does not go back when two advances overlap', async () => {
  const clock = fakeClock();
  await Promise.all([clock.advance(20), clock.advance(10)]);
  assert.is(clock.now(), 20);
});

test('rejects invalid times', async () => {
  for (const ms of [-1, Number.NaN, undefined, 'soon']) {
    const error = (await fate(fakeClock().advance(ms as never))) as Error;
    assert.instance(error, RangeError);
    assert.is(error.message, `ms must be 0 or more (got ${ms})`);
  }
});

test('delivers the pongs of a peer before a ping times out', async () => {
  const clock = fakeClock();
  await using pair = await socketPair({ clock, server: { pingIntervalMs: 1000, pingTimeoutMs: 1000 } });
  pair.client.discardIncoming();
  pair.server.discardIncoming();
  await clock.advance(10_000);
  assert.is(pair.server.closing, false);
  assert.is(pair.client.stats().received.frames > 8, true);
});

test('ends a socket with a silent peer at the right time', async () => {
  const clock = fakeClock();
  await using pair = await socketPair({ clock, server: { idleTimeoutMs: 60_000 } });
  pair.server.discardIncoming();
  await clock.advance(59_999);
  assert.is(pair.server.closing, false);
  await clock.advance(1);
  assert.equal(await pair.client.closed.then(({ closeCode }) => closeCode), 1001);
});

test.run();
