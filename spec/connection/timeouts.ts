import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type TimeoutOptions, Timeouts } from '../../lib/connection/timeouts.ts';

const test = suite('Timeouts');

/** Without keepalive, unless the options say otherwise. */
function watching(options: TimeoutOptions, now = 0) {
  const input = { insideFrame: false };
  const messages = { messageAt: now };
  const timeouts = new Timeouts({ pingIntervalMs: Infinity, ...options }, input, messages, now);
  return { input, messages, timeouts };
}

test('pings after 20 s of silence, and gives the peer up 20 s behind that', () => {
  const { timeouts } = watching({ pingIntervalMs: undefined }, 5);
  assert.is(timeouts.deadline, 20_005);
  assert.is(timeouts.tick(20_004), undefined);
  assert.is(timeouts.tick(20_005), 'ping');
  assert.is(timeouts.deadline, 40_005);
  assert.is(timeouts.tick(40_005), 'ping timeout');
});

test('octets are a sign of life', () => {
  const { timeouts } = watching({ pingIntervalMs: 10, pingTimeoutMs: 5 });
  timeouts.tick(10);
  timeouts.octets(14);
  assert.is(timeouts.tick(15), undefined);
  assert.is(timeouts.deadline, 24);
});

test('gives up a frame 20 s after its last octet, at the millisecond', () => {
  const { timeouts, input } = watching({});
  assert.is(timeouts.deadline, Infinity);
  timeouts.octets(7);
  input.insideFrame = true;
  assert.is(timeouts.deadline, 20_007);
  timeouts.octets(100);
  assert.is(timeouts.deadline, 20_100);
  assert.is(timeouts.tick(20_099), undefined);
  assert.is(timeouts.tick(20_100), 'frame timeout');
  input.insideFrame = false;
  assert.equal([timeouts.deadline, timeouts.tick(1e6)], [Infinity, undefined]);
});

test('a frame counts from the beginning of time where no octets were told', () => {
  const { timeouts, input } = watching({ frameTimeoutMs: 3 }, 10);
  input.insideFrame = true;
  assert.is(timeouts.deadline, 13);
});

test('neither peer nor frame is given up while we do not read, and both count anew behind it', () => {
  const { timeouts, input } = watching({ pingIntervalMs: 50, frameTimeoutMs: 20 });
  timeouts.octets(0);
  input.insideFrame = true;
  timeouts.suspend(10);
  assert.equal([timeouts.deadline, timeouts.tick(60)], [60, 'pong']);
  timeouts.resume(1e6);
  assert.is(timeouts.deadline, 1e6 + 20);
  input.insideFrame = false;
  assert.is(timeouts.deadline, 1e6 + 50);
});

test('is idle without an octet of a message for so long; others are none', () => {
  const { messages, timeouts } = watching({ idleTimeoutMs: 100 }, 5);
  assert.is(timeouts.deadline, 105);
  messages.messageAt = 50;
  timeouts.octets(149);
  assert.is(timeouts.tick(149), undefined);
  assert.is(timeouts.tick(150), 'idle timeout');
});

test('is not idle while we do not read, nor at once behind it: messages may be waiting', () => {
  const { messages, timeouts } = watching({ idleTimeoutMs: 100, pingIntervalMs: Infinity });
  messages.messageAt = 10;
  timeouts.suspend(10);
  assert.equal([timeouts.deadline, timeouts.tick(1e6)], [Infinity, undefined]);
  timeouts.resume(1e6);
  assert.is(timeouts.deadline, 1e6 + 100);
  messages.messageAt = 1e6 + 1;
  assert.is(timeouts.deadline, 1e6 + 101);
});

test('judges nobody when it is asked more than 100 ms late, once: whoever sleeps does not listen', () => {
  for (const [options, due] of [
    [{ pingIntervalMs: 10, pingTimeoutMs: 40 }, 'ping timeout'],
    [{ pingIntervalMs: Infinity, frameTimeoutMs: 50 }, 'frame timeout'],
    [{ pingIntervalMs: Infinity, idleTimeoutMs: 50 }, 'idle timeout'],
  ] as const) {
    const watch = () => {
      const watched = watching(options);
      watched.input.insideFrame = due === 'frame timeout';
      watched.timeouts.tick(10);
      return watched.timeouts;
    };
    assert.is(watch().tick(150), due);
    const late = watch();
    assert.is(late.tick(151), undefined);
    assert.equal([late.deadline, late.tick(250)], [251, undefined]);
    assert.is(late.tick(10_000), due);
    const heard = watch();
    heard.tick(151);
    heard.octets(200);
    if (due !== 'idle timeout') assert.is(heard.deadline, due === 'ping timeout' ? 210 : 250);
  }
});

test('pings, however late it is asked', () => {
  const { timeouts } = watching({ pingIntervalMs: 50 });
  assert.is(timeouts.tick(10_000), 'ping');
});

test('of two that are due the worse comes first', () => {
  const { timeouts, input, messages } = watching({
    idleTimeoutMs: 10,
    frameTimeoutMs: 10,
    pingIntervalMs: 10,
  });
  input.insideFrame = true;
  assert.is(timeouts.tick(10), 'frame timeout');
  input.insideFrame = false;
  assert.is(timeouts.tick(10), 'idle timeout');
  messages.messageAt = 10;
  assert.is(timeouts.tick(10), 'ping');
});

test('is switched off by Infinity, and refuses options out of range by name', () => {
  const { timeouts, input } = watching({ frameTimeoutMs: Infinity });
  input.insideFrame = true;
  assert.is(timeouts.deadline, Infinity);
  for (const name of ['idleTimeoutMs', 'frameTimeoutMs', 'pingIntervalMs', 'pingTimeoutMs']) {
    assert.throws(() => watching({ [name]: 0 }), new RegExp(name));
  }
});

test.run();
