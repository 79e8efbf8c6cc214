import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { WebSocketError } from '../../lib/base/websocket-error.ts';
import {
  FrameObserver,
  type FrameObserverOptions,
  type TappedFrame,
} from '../../lib/connection/frame-observer.ts';
import type { FramePart } from '../../lib/frames/frame-part.ts';
import { Opcode } from '../../lib/frames/opcode.ts';
import { seededRandom } from '../../lib/testing/seeded-random.ts';
import { fromHex, hex } from '../support/hex.ts';

const test = suite('FrameObserver');

function part(opcode: Opcode, payload: string, fields: Partial<FramePart> = {}): FramePart {
  const bytes = fromHex(payload);
  const whole = { fin: true, rsv1: false, payloadBytes: bytes.length, first: true, last: true };
  return { opcode, ...whole, payload: bytes, ...fields };
}

const ping = part(Opcode.Ping, '01');
const traffic = (frames: number, messages: number, payloadBytes: number) => ({
  frames,
  messages,
  payloadBytes,
  wireBytes: 0,
});

/** Returns an observer, the parts it passes on, and the frames its tap is shown. */
function metering(options: FrameObserverOptions = {}) {
  const shown: unknown[] = [];
  const tap = ({ direction, opcode, fin, rsv1, payloadBytes, payload }: TappedFrame) => {
    const bytes = typeof payload === 'object' ? hex(payload) : payload;
    shown.push([direction, opcode, fin, rsv1, payloadBytes, bytes]);
  };
  const meter = new FrameObserver({ tap, ...options });
  const receive = (...parts: FramePart[]) => {
    for (const one of parts) meter.frameReceived(one);
  };
  return { meter, shown, receive };
}

test('counts a frame at its first part, a message at its last frame', () => {
  const { meter, receive } = metering({ tap: undefined });
  receive(
    part(Opcode.Text, '0102', { fin: false, payloadBytes: 4, last: false }),
    part(Opcode.Text, '0304', { fin: false, payloadBytes: 4, first: false }),
  );
  assert.equal(meter.received, traffic(1, 0, 4));
  receive(ping, part(Opcode.Continuation, '05'));
  assert.equal(meter.received, traffic(3, 1, 5));
  assert.equal(meter.sent, traffic(0, 0, 0));
});

test('counts sent frames in the same way', () => {
  const { meter } = metering({ tap: undefined });
  meter.frameSent(Opcode.Binary, false, false, 2, fromHex('0102'));
  meter.frameSent(Opcode.Pong, true, false, 1, fromHex('03'));
  assert.equal(meter.sent, traffic(2, 0, 2));
  meter.frameSent(Opcode.Continuation, true, false, 3, 'abc');
  assert.equal(meter.sent, traffic(3, 1, 5));
  assert.equal(meter.received, traffic(0, 0, 0));
});

test('shows each frame once, both ways, without its payload', () => {
  const { meter, receive, shown } = metering();
  receive(
    part(Opcode.Text, '', { fin: false, rsv1: true, payloadBytes: 2, last: false }),
    part(Opcode.Text, '0102', { fin: false, rsv1: true, payloadBytes: 2, first: false }),
    ping,
  );
  meter.frameSent(Opcode.Pong, true, false, 1, fromHex('01'));
  assert.is(meter.wantsPayloads, false);
  assert.is(shown.length, 2, 'at the next showSent');
  meter.showSent();
  meter.showSent();
  assert.equal(shown, [
    ['in', 1, false, true, 2, undefined],
    ['in', 9, true, false, 1, undefined],
    ['out', 10, true, false, 1, undefined],
  ]);
});

test('shows payloads if tapPayloads is true, each part of received ones', () => {
  const { meter, receive, shown } = metering({ tapPayloads: true });
  receive(
    part(Opcode.Binary, '01', { payloadBytes: 2, last: false }),
    part(Opcode.Binary, '02', { payloadBytes: 2, first: false }),
  );
  meter.frameSent(Opcode.Text, false, true, 2, 'ab');
  meter.frameSent(Opcode.Binary, true, false, 1, fromHex('03'));
  assert.is(meter.wantsPayloads, true);
  meter.showSent();
  assert.equal(shown, [
    ['in', 2, true, false, 2, '01'],
    ['in', 2, true, false, 2, '02'],
    ['out', 1, false, true, 2, 'ab'],
    ['out', 2, true, false, 1, '03'],
  ]);
});

test('shows frames that the tap itself sends at the next showSent', () => {
  const shown: number[] = [];
  const meter: FrameObserver = new FrameObserver({
    tap({ opcode }) {
      shown.push(opcode);
      if (opcode === Opcode.Text) meter.frameSent(Opcode.Close, true, false, 0, undefined);
    },
  });
  meter.frameSent(Opcode.Text, true, false, 1, 'a');
  meter.frameSent(Opcode.Binary, true, false, 0, fromHex(''));
  meter.showSent();
  assert.equal(shown, [1, 2]);
  meter.showSent();
  assert.equal(shown, [1, 2, 8]);
});

test('wants no payloads without a tap, and tells if a message is unfinished (A7)', () => {
  const { meter, receive } = metering({ tap: undefined, tapPayloads: true });
  assert.is(meter.wantsPayloads, false);
  const inside: boolean[] = [];
  for (const one of [
    part(Opcode.Text, '01', { fin: false, payloadBytes: 2, last: false }),
    part(Opcode.Text, '02', { fin: false, payloadBytes: 2, first: false }),
    ping,
    part(Opcode.Continuation, '', { payloadBytes: 1, last: false }),
    part(Opcode.Continuation, '03', { payloadBytes: 1, first: false }),
  ]) {
    receive(one);
    inside.push(meter.insideMessage);
  }
  assert.equal(inside, [false, true, true, true, false]);
});

test('fails with 1008 on one control frame too many in a second (§10.4)', () => {
  const { meter, receive, shown } = metering({ maxControlFramesPerSecond: 2 });
  meter.tick(5000);
  receive(ping, part(Opcode.Pong, ''));
  meter.tick(5999);
  try {
    meter.frameReceived(part(Opcode.Close, ''));
    assert.unreachable();
  } catch (error) {
    const { closeCode, reason, message } = error as WebSocketError;
    assert.equal([closeCode, reason], [1008, 'too many control frames']);
    assert.match(message, 'RFC 6455 §10.4');
  }
  assert.is(shown.length, 2);
});

test('counts control frames again in the next second, and no data frames', () => {
  const { meter, receive } = metering({ maxControlFramesPerSecond: 2 });
  receive(ping, ping);
  for (let i = 0; i < 3; i++) receive(part(Opcode.Text, ''), part(Opcode.Binary, ''));
  meter.tick(1000);
  receive(ping, ping);
  assert.throws(() => receive(ping), /too many control frames/);
});

test('enforces a limit of one a second', () => {
  const { meter, receive } = metering({ maxControlFramesPerSecond: 1 });
  receive(ping);
  meter.tick(1000);
  receive(ping);
  meter.tick(1999);
  assert.throws(() => receive(ping), /too many control frames/);
});

test('enforces the limit over any second, wherever it begins', () => {
  const { meter, receive } = metering({ maxControlFramesPerSecond: 3 });
  const receiveAt = (now: number) => {
    meter.tick(now);
    receive(ping);
  };
  for (const now of [1700, 2600, 2699, 2700, 3600, 3699, 3700]) receiveAt(now);
  assert.throws(() => receiveAt(4599), /too many/);
});

test('agrees with a plain array of the times', () => {
  const random = seededRandom(7);
  const { meter, receive } = metering({ tap: undefined, maxControlFramesPerSecond: 5 });
  const times: number[] = [];
  let now = 0;
  let passed = 0;
  for (; ; passed++) {
    now += random(600);
    meter.tick(now);
    times.push(now);
    if (times.filter(time => time > now - 1000).length > 5) break;
    receive(ping);
  }
  assert.ok(passed > 20);
  assert.throws(() => receive(ping), /too many/);
});

test('keeps the time at which bytes of a message last passed, ignoring control frames (idleTimeoutMs)', () => {
  const { meter, receive } = metering({ tap: undefined });
  meter.tick(10);
  receive(ping);
  meter.frameSent(Opcode.Pong, true, false, 0, fromHex(''));
  assert.is(meter.messageAt, 0);
  receive(part(Opcode.Text, '01', { payloadBytes: 2, last: false }));
  assert.is(meter.messageAt, 10);
  meter.tick(20);
  receive(part(Opcode.Text, '02', { payloadBytes: 2, first: false }));
  assert.is(meter.messageAt, 20);
  meter.tick(30);
  meter.frameSent(Opcode.Continuation, false, false, 2, 'ab');
  assert.is(meter.messageAt, 30);
  meter.tick(40);
  meter.acceptMessage();
  assert.is(meter.messageAt, 40);
});

test('has no limit by default, and rejects one out of range', () => {
  const { receive } = metering({ tap: undefined });
  for (let i = 0; i < 100_000; i++) receive(ping);
  assert.throws(() => new FrameObserver({ maxControlFramesPerSecond: 0 }), /maxControlFramesPerSecond/);
});

test.run();
