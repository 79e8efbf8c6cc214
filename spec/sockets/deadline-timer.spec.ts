import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { after, type Clock, DeadlineTimer, systemClock } from '../../lib/sockets/deadline-timer.ts';
import { FakeClock } from '../support/fake-clock.ts';

const test = suite('DeadlineTimer');

function timing() {
  const clock = new FakeClock();
  const rings: number[] = [];
  return { clock, rings, timer: new DeadlineTimer(clock, () => rings.push(clock.now())) };
}

test('rings once, at the deadline', () => {
  const { clock, rings, timer: bell } = timing();
  bell.set(10);
  clock.moveTo(9);
  assert.equal(rings, []);
  clock.moveTo(100);
  assert.equal(rings, [10]);
  assert.is(clock.timers.size, 0);
  assert.is(bell.now(), 100);
});

test('costs no timer when the deadline moves away: the one that is armed looks again', () => {
  const { clock, rings, timer: bell } = timing();
  for (let deadline = 10; deadline <= 30; deadline++) bell.set(deadline);
  assert.equal(clock.delays, [10]);
  clock.moveTo(29);
  assert.equal([rings, clock.delays], [[], [10, 20]]);
  clock.moveTo(30);
  assert.equal(rings, [30]);
});

test('rings earlier when the deadline comes nearer, with one timer', () => {
  const { clock, rings, timer: bell } = timing();
  bell.set(10);
  bell.set(4);
  assert.is(clock.timers.size, 1);
  clock.moveTo(20);
  assert.equal(rings, [4]);
});

test('rings at once for a deadline that has passed', () => {
  const { clock, rings, timer: bell } = timing();
  clock.moveTo(7);
  bell.set(3);
  assert.equal(clock.delays, [0]);
  clock.moveTo(7);
  assert.equal(rings, [7]);
});

test('never rings for Infinity, also where a timer was armed', () => {
  const { clock, rings, timer: bell } = timing();
  bell.set(Infinity);
  assert.is(clock.timers.size, 0);
  bell.set(10);
  bell.set(Infinity);
  clock.moveTo(100);
  assert.equal([rings, clock.timers.size], [[], 0]);
});

test('waits longer than the timers of the platform can', () => {
  const { clock, rings, timer: bell } = timing();
  bell.set(2 ** 32);
  assert.equal(clock.delays, [2 ** 31 - 1]);
  clock.moveTo(2 ** 32 - 1);
  assert.equal(rings, []);
  clock.moveTo(2 ** 32);
  assert.equal(rings, [2 ** 32]);
});

test('leaves no timer when it stops, and can be stopped again', () => {
  const { clock, rings, timer: bell } = timing();
  bell.set(10);
  bell.stop();
  bell.stop();
  assert.is(clock.timers.size, 0);
  clock.moveTo(100);
  assert.equal(rings, []);
});

test('after calls back once its time is up, unless it is stopped, or never comes', () => {
  const clock = new FakeClock();
  const told: string[] = [];
  after(clock, 10, () => told.push('ten'));
  after(clock, 20, () => told.push('twenty'))();
  after(clock, Infinity, () => told.push('never'))();
  clock.moveTo(100);
  assert.equal(told, ['ten']);
});

test('after asks no timer for longer than the platform has them', () => {
  const asked: number[] = [];
  const clock: Clock = { ...systemClock, setTimeout: (_, ms) => asked.push(ms) };
  after(clock, 2 ** 31, () => {});
  after(clock, 2 ** 31 - 1, () => {});
  assert.equal(asked, [2 ** 31 - 1, 2 ** 31 - 1]);
});

test('runs by the clock of the platform', async () => {
  const before = systemClock.now();
  await new Promise<void>(resolve => {
    const never = systemClock.setTimeout(() => assert.unreachable(), 1);
    systemClock.clearTimeout(never);
    new DeadlineTimer(systemClock, resolve).set(before + 5);
  });
  assert.ok(systemClock.now() >= before + 5);
});

test('a timer of the platform keeps no process alive (B12)', () => {
  const timer = systemClock.setTimeout(() => {}, 60_000) as { hasRef?(): boolean };
  // Where a timer is a number, it keeps no process alive, or there is none.
  assert.is(timer.hasRef?.() ?? false, false);
  systemClock.clearTimeout(timer);
});

test.run();
