import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { FrameMeter } from '../../lib/connection/frame-meter.ts';
import { Outbox } from '../../lib/connection/outbox.ts';
import { concatenated } from '../../lib/testing/rechunk.ts';
import { hex, unhex } from '../support/hex.ts';
import { sameKey } from '../support/octets.ts';

const test = suite('Outbox');

const normal = { closeCode: 1000, reason: '' };
const ignore = () => {};
const away = { closeCode: 1001, reason: '' };

function outbox(maxFrameBytes = 4): Outbox {
  return new Outbox({ role: 'server', maxFrameBytes }, new FrameMeter({}));
}

function next(box: Outbox): [octets: string, left: number] | undefined {
  const transmission = box.next();
  return transmission && [hex(transmission.bytes), transmission.onSent.length];
}

test('sends small messages together, and says how many have left', () => {
  const box = outbox();
  assert.is(next(box), undefined);
  box.send({ type: 'text', data: 'a' }, ignore);
  box.send({ type: 'binary', data: unhex('010203040506') }, ignore);
  assert.equal(next(box), ['810161' + '020401020304' + '80020506', 2]);
  assert.is(next(box), undefined);
});

test('lets pongs and pings overtake data, and sends data behind them every time (§5.4, 5.5)', () => {
  const box = outbox();
  box.send({ type: 'text', data: 'a' }, ignore);
  box.ping(unhex('03'));
  box.pong(unhex('01'));
  box.pong(unhex('02'));
  assert.equal(next(box), ['8a0101' + '8a0102' + '890103' + '810161', 1]);
});

test('lets a pong pass between two frames of a large message, never inside one', () => {
  const box = outbox(16_384);
  box.send({ type: 'binary', data: new Uint8Array(32_769).fill(7) }, ignore);
  const header = next(box);
  assert.equal(header, ['027e4000', 0]);
  box.pong(unhex('01'));
  assert.is(box.next()?.bytes.length, 16_384);
  assert.equal(next(box), ['8a0101' + '007e4000', 0]);
  assert.is(box.next()?.bytes.length, 16_384);
  assert.equal(next(box), ['800107', 1]);
});

test('stops a batch at 16 KiB, and at 256 frames', () => {
  const box = outbox();
  for (let i = 0; i < 300; i++) box.send({ type: 'text', data: '' }, ignore);
  assert.equal(next(box), ['8100'.repeat(256), 256]);
  assert.equal(next(box), ['8100'.repeat(44), 44]);
  const large = outbox(16_384);
  for (let i = 0; i < 4; i++) large.send({ type: 'binary', data: new Uint8Array(8192) }, ignore);
  assert.equal([large.next()?.onSent.length, large.next()?.onSent.length, large.next()], [2, 2, undefined]);
});

test('tells that a part has left which has no frame of its own', () => {
  const box = outbox();
  box.send({ type: 'text', data: 'a', last: false }, ignore);
  assert.equal(next(box), ['010161', 1]);
  box.send({ type: 'text', data: '', last: false }, ignore);
  assert.equal(next(box), ['', 1]);
  assert.is(next(box), undefined);
});

test('keeps 16 pongs, the latest ones, in order (§5.5.3)', () => {
  const box = outbox();
  for (let i = 0; i < 17; i++) box.pong(Uint8Array.of(i));
  assert.is(
    next(box)?.[0],
    Array.from({ length: 16 }, (_, i) => hex(Uint8Array.of(0x8a, 1, i + 1))).join(''),
  );
  assert.is(next(box), undefined);
});

test('copies the payloads of pings and pongs', () => {
  const box = outbox();
  const data = unhex('01');
  box.pong(data);
  box.ping(data);
  data[0] = 0xff;
  assert.is(next(box)?.[0], '8a0101' + '890101');
});

test('sends a Close behind what was queued before it, in the same chunk where it fits', () => {
  const box = outbox();
  for (let i = 0; i < 257; i++) box.send({ type: 'text', data: '' }, ignore);
  box.close(normal);
  box.close(away);
  assert.equal(next(box), ['8100'.repeat(256), 256]);
  assert.is(box.sent, undefined);
  assert.is(box.finished, false);
  assert.equal(next(box), ['8100' + '880203e8', 1]);
  assert.is(box.sent, normal);
  assert.is(box.finished, true);
});

test('sends a Close behind everything that is owed, and only pongs behind it (§5.5.1, 5.5.2)', () => {
  const box = outbox();
  box.pong(unhex('01'));
  box.ping(unhex('02'));
  box.close(normal);
  assert.equal(next(box), ['8a0101' + '890102' + '880203e8', 0]);
  box.send({ type: 'text', data: 'a' }, ignore);
  box.ping(unhex('03'));
  assert.is(next(box), undefined);
  box.pong(unhex('04'));
  assert.is(box.sent, normal);
  assert.is(box.finished, false);
  assert.equal(next(box), ['8a0104', 0]);
  assert.is(box.finished, true);
});

test('lets an urgent Close overtake all data, which is dropped, but not the pongs', () => {
  const box = outbox();
  box.send({ type: 'binary', data: new Uint8Array(20_000) }, ignore);
  assert.is(next(box)?.[1], 0);
  box.pong(unhex('01'));
  box.ping(unhex('02'));
  box.close(normal);
  box.closeNow(away);
  assert.is(box.sent, undefined);
  assert.equal(next(box), ['8a0101' + '880203e9', 0]);
  assert.is(box.sent, away);
  assert.is(next(box), undefined);
});

test('sends the first of two urgent Closes, and none behind a Close that has left', () => {
  const box = outbox();
  box.closeNow(away);
  box.closeNow(normal);
  box.close(normal);
  assert.equal(next(box), ['880203e9', 0]);
  box.closeNow(normal);
  assert.is(next(box), undefined);
  assert.is(box.sent, away);
});

test('counts a Close as sent when its octets have left, not when they were chosen', () => {
  const box = outbox(16_384);
  box.send({ type: 'binary', data: new Uint8Array(16_384) }, ignore);
  box.close({ closeCode: 1000, reason: 'ok' });
  assert.equal(next(box), ['827e4000', 0]);
  assert.is(box.sent, undefined);
  assert.is(box.next()?.bytes.length, 16_384);
  assert.is(box.sent, undefined);
  assert.is(box.finished, false);
  assert.equal(next(box), ['880403e86f6b', 1]);
  assert.equal(box.sent, { closeCode: 1000, reason: 'ok' });
});

test('holds nothing that an urgent Close, or the end, has dropped', () => {
  for (const drop of [(box: Outbox) => box.closeNow(away), (box: Outbox) => box.end()]) {
    const box = outbox();
    box.send({ type: 'binary', data: new Uint8Array(20_000) }, ignore);
    assert.is(box.queuedBytes, 20_000);
    drop(box);
    assert.is(box.queuedBytes, 0);
  }
});

test('sends nothing after the end, and owes nothing any more', () => {
  const box = outbox(16_384);
  box.send({ type: 'binary', data: new Uint8Array(16_384) }, ignore);
  box.next();
  box.pong(unhex('01'));
  box.ping(unhex('02'));
  box.end();
  box.pong(unhex('03'));
  box.closeNow(normal);
  box.close(normal);
  assert.is(next(box), undefined);
  assert.is(box.sent, undefined);
  assert.is(box.finished, false);
});

test('masks what a client sends (§5.3)', () => {
  const box = new Outbox({ role: 'client', randomBytes: sameKey('37fa213d') }, new FrameMeter({}));
  box.send({ type: 'text', data: 'Hello' }, ignore);
  assert.is(next(box)?.[0], '818537fa213d7f9f4d5158');
});

test('splits no message below the size of a frame', () => {
  const box = outbox(125);
  box.send({ type: 'binary', data: new Uint8Array(250) }, ignore);
  const whole = concatenated([box.next()!.bytes]);
  assert.equal([whole[0], whole[1], whole[127], whole[128], whole.length], [0x02, 125, 0x80, 125, 254]);
});

test('an open message holds back what is sent behind it, and nothing that is owed', () => {
  const box = outbox();
  const message = box.open();
  box.send({ type: 'text', data: 'b' }, ignore);
  box.sendReady(
    { type: 'binary', compressed: true, first: true, last: true, payload: unhex('07'), deflated: true },
    ignore,
  );
  box.pong(unhex('01'));
  assert.equal(next(box), ['8a0101', 0]);
  box.send({ type: 'text', data: 'a', last: false }, ignore, message);
  assert.equal(next(box), ['010161', 1]);
  box.ping(unhex('02'));
  assert.equal(next(box), ['890102', 0]);
  box.send({ type: 'text', data: '' }, ignore, message);
  assert.equal(next(box), ['8000' + '810162' + 'c20107', 3]);
  assert.is(next(box), undefined);
});

test('tells each of those whose octets have left, with the last of them', () => {
  const box = outbox(16_384);
  const told: string[] = [];
  const tell = () => {
    for (const onSent of box.next()?.onSent ?? []) onSent();
    return told.join('');
  };
  box.send({ type: 'text', data: 'a' }, () => told.push('a'));
  box.send({ type: 'binary', data: new Uint8Array(16_384) }, () => told.push('b'));
  assert.is(tell(), '');
  assert.is(tell(), 'ab');
});

test('counts what waits, and drops a message that has not begun', () => {
  const box = outbox();
  const message = box.open();
  box.send({ type: 'text', data: 'abc', last: false }, ignore, message);
  box.send({ type: 'binary', data: unhex('01') }, ignore);
  assert.equal([box.queuedBytes, box.queuedMessages], [10, 2]);
  assert.is(box.drop(message), true);
  assert.equal([box.queuedBytes, box.queuedMessages], [1, 1]);
  assert.equal(next(box), ['820101', 1]);
  assert.is(box.queuedBytes, 0);
});

test('takes nothing back of a message that has begun', () => {
  const box = outbox();
  const message = box.open();
  box.send({ type: 'text', data: 'a', last: false }, ignore, message);
  next(box);
  assert.is(box.drop(message), false);
});

test('a Close follows a message that is half out, and takes the place of one that has not begun (§5.4)', () => {
  const half = outbox();
  const begun = half.open();
  half.send({ type: 'text', data: 'a', last: false }, ignore, begun);
  assert.equal(next(half), ['010161', 1]);
  half.send({ type: 'text', data: 'b' }, ignore);
  half.close(normal);
  assert.equal([next(half), half.queuedBytes], [['880203e8', 0], 0]);
  const idle = outbox();
  idle.open();
  idle.send({ type: 'text', data: 'b' }, ignore);
  idle.close(normal);
  assert.equal(next(idle), ['810162' + '880203e8', 1]);
});

test('shows the meter what leaves, a Close and pongs too', () => {
  const meter = new FrameMeter({});
  const box = new Outbox({ role: 'server' }, meter);
  box.pong(unhex('01'));
  box.send({ type: 'binary', data: unhex('010203') }, ignore);
  box.close(normal);
  assert.is(meter.sent.frames, 0);
  box.next();
  assert.equal(meter.sent, { frames: 3, messages: 1, payloadBytes: 3, wireBytes: 0 });
});

test('a flood of pings costs sixteen pongs, while nothing can leave', () => {
  const box = outbox();
  for (let i = 0; i < 100_000; i++) box.pong(new Uint8Array(125));
  assert.is(box.next()?.bytes.length, 16 * 127);
  assert.is(box.next(), undefined);
});

test.run();
