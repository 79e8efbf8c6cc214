import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type TimeoutOptions, Timeouts } from '../../lib/connection/timeouts.ts';

const test = suite('Timeouts');

/** Returns timeouts without keepalive, unless the options say otherwise. */
function watching(options: TimeoutOptions, now = 0) {
  const input = { inside: false, messageAt: now };
  const timeouts = new Timeouts({ pingIntervalMs: Infinity, ...options }, input, now);
  return { input, timeouts };
}

test('pings after 20 s of silence, and gives the peer up 20 s after the ping was sent', () => {
  const { timeouts } = watching({ pingIntervalMs: undefined }, 5);
  assert.is(timeouts.deadline, 20_005);
  assert.is(timeouts.tick(20_004), undefined);
  assert.is(timeouts.tick(20_005), 'ping');
  timeouts.pingLeft(20_005);
  assert.is(timeouts.deadline, 40_005);
  assert.is(timeouts.tick(40_004), undefined);
  assert.is(timeouts.tick(40_005), 'ping timeout');
});

test('does not count the time during which a ping is queued (B1)', () => {
  const { timeouts } = watching({ pingIntervalMs: 10, pingTimeoutMs: 5 });
  assert.is(timeouts.tick(10), 'ping');
  assert.equal([timeouts.deadline, timeouts.tick(1e6)], [Infinity, undefined]);
  timeouts.pingLeft(1e6);
  assert.is(timeouts.deadline, 1e6 + 5);
});

test('takes progress of a transport blocked for 50 ms as a sign of life (B1)', () => {
  const { timeouts } = watching({ pingIntervalMs: 100, pingTimeoutMs: 90 });
  timeouts.tick(100);
  timeouts.pingLeft(100);
  timeouts.blocked(101);
  timeouts.unblocked(150);
  assert.is(timeouts.deadline, 190, 'it may have filled a buffer of its own');
  timeouts.blocked(101);
  timeouts.unblocked(151);
  assert.is(timeouts.deadline, 251);
  timeouts.unblocked(200);
  assert.is(timeouts.deadline, 251, 'nothing was blocked');
});

test('describes a limit by the names of its options', () => {
  const { timeouts } = watching({ pingTimeoutMs: 5, frameTimeoutMs: 1500, minBytesPerSecond: 3 });
  assert.is(timeouts.limitOf('ping timeout'), 'no pong for 5 ms: pingTimeoutMs');
  const rate = 'fewer than 5 bytes in 1500 ms: minBytesPerSecond, frameTimeoutMs';
  assert.is(timeouts.limitOf('frame timeout'), rate);
});

test('reports its shortest timeout; no event sets an earlier deadline', () => {
  const all = { pingIntervalMs: 9, pingTimeoutMs: 8, idleTimeoutMs: 7, frameTimeoutMs: 6, writeTimeoutMs: 5 };
  assert.is(watching(all).timeouts.shortestMs, 5);
  for (const name of Object.keys(all)) assert.is(watching({ ...all, [name]: 3 }).timeouts.shortestMs, 3);
  assert.is(watching({}).timeouts.shortestMs, 20_000);
});

test('names the limit that a peer has exceeded', () => {
  const { timeouts } = watching({ pingTimeoutMs: 5, frameTimeoutMs: 2000, minBytesPerSecond: 300 });
  assert.is(timeouts.limitOf('ping timeout'), 'no pong for 5 ms: pingTimeoutMs');
  assert.is(
    timeouts.limitOf('frame timeout'),
    'fewer than 600 bytes in 2000 ms: minBytesPerSecond, frameTimeoutMs',
  );
});

test('takes bytes as a sign of life', () => {
  const { timeouts } = watching({ pingIntervalMs: 10, pingTimeoutMs: 5 });
  timeouts.tick(10);
  timeouts.pingLeft(10);
  timeouts.received(1, 14);
  assert.is(timeouts.tick(15), undefined);
  assert.is(timeouts.deadline, 24);
});

test('fails exactly 20 s after the start of a frame that has not ended (A7)', () => {
  const { timeouts, input } = watching({});
  assert.is(timeouts.deadline, Infinity);
  timeouts.received(1, 7);
  input.inside = true;
  assert.is(timeouts.deadline, 20_007);
  timeouts.received(1, 100);
  timeouts.received(197, 20_006);
  assert.is(timeouts.deadline, 20_007);
  assert.is(timeouts.tick(20_006), undefined);
  assert.is(timeouts.tick(20_007), 'frame timeout');
  input.inside = false;
  assert.equal([timeouts.deadline, timeouts.tick(1e6)], [Infinity, undefined]);
});

test('allows a frame that brings 10 bytes a second, measured over each 20 s (A7)', () => {
  const { timeouts, input } = watching({});
  timeouts.received(1, 0);
  input.inside = true;
  timeouts.received(199, 1);
  assert.is(timeouts.tick(20_000), undefined);
  assert.is(timeouts.deadline, 40_000);
  timeouts.received(1e6, 20_000);
  assert.is(timeouts.tick(40_000), undefined);
  timeouts.received(199, 50_000);
  assert.is(timeouts.tick(60_000), 'frame timeout');
});

test('fails if a frame gets one byte just before each deadline (A7)', () => {
  const { timeouts, input } = watching({ frameTimeoutMs: 1000 });
  timeouts.received(1, 0);
  input.inside = true;
  timeouts.received(1, 999);
  assert.is(timeouts.tick(999), undefined);
  assert.is(timeouts.tick(1000), 'frame timeout');
});

test('measures minBytesPerSecond over frameTimeoutMs, without bytes of the previous frame', () => {
  const { timeouts, input } = watching({ frameTimeoutMs: 500, minBytesPerSecond: 100 });
  timeouts.received(1000, 0);
  timeouts.received(2, 10);
  input.inside = true;
  timeouts.received(47, 20);
  assert.is(timeouts.deadline, 510);
  assert.is(timeouts.tick(510), 'frame timeout');
  timeouts.received(1, 510);
  assert.is(timeouts.tick(510), undefined, '50 bytes in half a second');
  assert.is(timeouts.deadline, 1010);
});

test('measures a frame from the start if no bytes were reported', () => {
  const { timeouts, input } = watching({ frameTimeoutMs: 3 }, 10);
  input.inside = true;
  assert.is(timeouts.deadline, 13);
});

test('times out neither peer nor frame while we do not read, and restarts both timeouts afterwards', () => {
  const { timeouts, input } = watching({ pingIntervalMs: 50, frameTimeoutMs: 20 });
  timeouts.received(1, 0);
  input.inside = true;
  timeouts.suspend(10);
  assert.equal([timeouts.deadline, timeouts.tick(60)], [60, 'pong']);
  timeouts.resume(1e6);
  assert.is(timeouts.deadline, 1e6 + 20);
  input.inside = false;
  assert.is(timeouts.deadline, 1e6 + 50);
});

test('fails if the transport is blocked for 60 s, also while we do not read (A6)', () => {
  for (const reads of [true, false]) {
    const { timeouts } = watching({});
    assert.is(timeouts.writeTimeoutMs, 60_000);
    if (!reads) timeouts.suspend(0);
    timeouts.blocked(5);
    timeouts.blocked(50_000);
    assert.is(timeouts.deadline, 60_005, 'counted from the first');
    assert.is(timeouts.tick(60_004), undefined);
    assert.is(timeouts.tick(60_005), 'write timeout');
    timeouts.unblocked(60_005);
    assert.equal([timeouts.deadline, timeouts.tick(60_005)], [Infinity, undefined]);
  }
});

test('does not take progress of a transport as a sign of life while we do not read', () => {
  const { timeouts } = watching({ pingIntervalMs: 50, writeTimeoutMs: 1000 });
  timeouts.suspend(10);
  timeouts.blocked(0);
  timeouts.unblocked(55);
  assert.equal([timeouts.deadline, timeouts.tick(60)], [60, 'pong']);
});

test('is idle without a byte of a message for idleTimeoutMs, whatever else passes', () => {
  const { input, timeouts } = watching({ idleTimeoutMs: 100 }, 5);
  assert.is(timeouts.deadline, 105);
  input.messageAt = 50;
  timeouts.received(1, 149);
  assert.is(timeouts.tick(149), undefined);
  assert.is(timeouts.tick(150), 'idle timeout');
});

test('is not idle while we do not read, nor at once afterwards', () => {
  const { input, timeouts } = watching({ idleTimeoutMs: 100, pingIntervalMs: Infinity });
  input.messageAt = 10;
  timeouts.suspend(10);
  assert.equal([timeouts.deadline, timeouts.tick(1e6)], [Infinity, undefined]);
  timeouts.resume(1e6);
  assert.is(timeouts.deadline, 1e6 + 100);
  input.messageAt = 1e6 + 1;
  assert.is(timeouts.deadline, 1e6 + 101);
});

test('postpones a deadline once if it is checked more than 100 ms late', () => {
  for (const [options, due] of [
    [{ pingIntervalMs: 10, pingTimeoutMs: 40 }, 'ping timeout'],
    [{ pingIntervalMs: Infinity, frameTimeoutMs: 50 }, 'frame timeout'],
    [{ pingIntervalMs: Infinity, idleTimeoutMs: 50 }, 'idle timeout'],
    [{ pingIntervalMs: Infinity, writeTimeoutMs: 50 }, 'write timeout'],
  ] as const) {
    const watch = () => {
      const { input, timeouts } = watching(options);
      input.inside = due === 'frame timeout';
      timeouts.tick(10);
      timeouts.pingLeft(10);
      if (due === 'write timeout') timeouts.blocked(0);
      return timeouts;
    };
    assert.is(watch().tick(150), due);
    const late = watch();
    assert.is(late.tick(151), undefined);
    assert.equal([late.deadline, late.tick(250)], [251, undefined]);
    assert.is(late.tick(10_000), due);
    const heard = watch();
    heard.tick(151);
    heard.received(1000, 200);
    heard.unblocked(200);
    if (due === 'ping timeout') assert.is(heard.deadline, 210);
    if (due === 'frame timeout') assert.equal([heard.tick(251), heard.deadline], [undefined, 301]);
    if (due === 'write timeout') assert.is(heard.deadline, Infinity);
  }
});

test('pings, however late the tick is', () => {
  const { timeouts } = watching({ pingIntervalMs: 50 });
  assert.is(timeouts.tick(10_000), 'ping');
});

test('reports the most serious of several timeouts', () => {
  const { timeouts, input } = watching({
    idleTimeoutMs: 10,
    frameTimeoutMs: 10,
    writeTimeoutMs: 10,
    pingIntervalMs: 10,
  });
  input.inside = true;
  timeouts.blocked(0);
  assert.is(timeouts.tick(10), 'write timeout');
  timeouts.unblocked(0);
  assert.is(timeouts.tick(10), 'frame timeout');
  input.inside = false;
  assert.is(timeouts.tick(10), 'idle timeout');
  input.messageAt = 10;
  assert.is(timeouts.tick(10), 'ping');
});

test('rejects an infinite minBytesPerSecond; 0 asks for one byte in frameTimeoutMs', () => {
  for (const minBytesPerSecond of [Infinity, -1, 0.5]) {
    assert.throws(() => watching({ minBytesPerSecond }), /^minBytesPerSecond must be/);
  }
  const { timeouts, input } = watching({ frameTimeoutMs: 500, minBytesPerSecond: 0 });
  input.inside = true;
  timeouts.received(1, 400);
  assert.is(timeouts.tick(500), undefined);
  assert.is(timeouts.tick(1000), 'frame timeout');
});

test('is switched off by Infinity, and rejects options out of range by name', () => {
  const { timeouts, input } = watching({ frameTimeoutMs: Infinity, writeTimeoutMs: Infinity });
  input.inside = true;
  timeouts.blocked(0);
  assert.is(timeouts.deadline, Infinity);
  const names = ['idleTimeoutMs', 'frameTimeoutMs', 'writeTimeoutMs'];
  for (const name of [...names, 'pingIntervalMs', 'pingTimeoutMs']) {
    assert.throws(() => watching({ [name]: 0 }), new RegExp(name));
  }
});

test.run();
