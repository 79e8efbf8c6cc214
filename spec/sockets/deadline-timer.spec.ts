import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { after, type Clock, DeadlineTimer, systemClock } from '../../lib/sockets/deadline-timer.ts';
import { FakeClock } from '../support/fake-clock.ts';

const test = suite('DeadlineTimer');

function timing() {
  const clock = new FakeClock();
  const rings: number[] = [];
  return {
    clock,
    rings,
    timer: new DeadlineTimer(clock, { onDeadline: () => void rings.push(clock.now()) }),
  };
}

test('calls back once, at the deadline', () => {
  const { clock, rings, timer: bell } = timing();
  bell.set(10);
  clock.moveTo(9);
  assert.equal(rings, []);
  clock.moveTo(100);
  assert.equal(rings, [10]);
  assert.is(clock.timers.size, 0);
  assert.is(bell.now(), 100);
});

test('keeps its timer if the deadline moves later, and checks again', () => {
  const { clock, rings, timer: bell } = timing();
  for (let deadline = 10; deadline <= 30; deadline++) bell.set(deadline);
  assert.equal(clock.delays, [10]);
  clock.moveTo(29);
  assert.equal([rings, clock.delays], [[], [10, 20]]);
  clock.moveTo(30);
  assert.equal(rings, [30]);
});

test('calls back earlier if the deadline moves earlier, with one timer', () => {
  const { clock, rings, timer: bell } = timing();
  bell.set(10);
  bell.set(4);
  assert.is(clock.timers.size, 1);
  clock.moveTo(20);
  assert.equal(rings, [4]);
});

test('calls back at once for a deadline that has passed', () => {
  const { clock, rings, timer: bell } = timing();
  clock.moveTo(7);
  bell.set(3);
  assert.equal(clock.delays, [0]);
  clock.moveTo(7);
  assert.equal(rings, [7]);
});

test('never calls back for Infinity, also if a timer was set', () => {
  const { clock, rings, timer: bell } = timing();
  bell.set(Infinity);
  assert.is(clock.timers.size, 0);
  bell.set(10);
  bell.set(Infinity);
  clock.moveTo(100);
  assert.equal([rings, clock.timers.size], [[], 0]);
});

test('waits longer than one timer of the platform can', () => {
  const { clock, rings, timer: bell } = timing();
  bell.set(2 ** 32);
  assert.equal(clock.delays, [2 ** 31 - 1]);
  clock.moveTo(2 ** 32 - 1);
  assert.equal(rings, []);
  clock.moveTo(2 ** 32);
  assert.equal(rings, [2 ** 32]);
});

test('leaves no timer after a stop, and can be stopped again', () => {
  const { clock, rings, timer: bell } = timing();
  bell.set(10);
  bell.stop();
  bell.stop();
  assert.is(clock.timers.size, 0);
  clock.moveTo(100);
  assert.equal(rings, []);
});

test('after: calls back after the delay, unless it is stopped or infinite', () => {
  const clock = new FakeClock();
  const told: string[] = [];
  after(clock, 10, () => told.push('ten'));
  after(clock, 20, () => told.push('twenty'))();
  after(clock, Infinity, () => told.push('never'))();
  clock.moveTo(100);
  assert.equal(told, ['ten']);
});

test('after: requests no timer longer than the platform allows', () => {
  const asked: number[] = [];
  const clock: Clock = { ...systemClock, setTimeout: (_, ms) => asked.push(ms) };
  after(clock, 2 ** 31, () => {});
  after(clock, 2 ** 31 - 1, () => {});
  assert.equal(asked, [2 ** 31 - 1, 2 ** 31 - 1]);
});

test('runs on the clock of the platform', async () => {
  const before = systemClock.now();
  await new Promise<void>(resolve => {
    const never = systemClock.setTimeout(() => assert.unreachable(), 1);
    systemClock.clearTimeout(never);
    new DeadlineTimer(systemClock, { onDeadline: resolve }).set(before + 5);
  });
  assert.ok(systemClock.now() >= before + 5);
});

test('keeps no process alive with a timer of the platform (B12)', () => {
  const timer = systemClock.setTimeout(() => {}, 60_000) as { hasRef?(): boolean };
  // A host whose timers are numbers has no process to keep alive.
  assert.is(timer.hasRef?.() ?? false, false);
  systemClock.clearTimeout(timer);
});

test.run();
