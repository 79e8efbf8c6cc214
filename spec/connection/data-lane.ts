import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { DataLane } from '../../lib/connection/data-lane.ts';
import type { OutgoingPart } from '../../lib/messages/message-part.ts';
import { FakeDeflater } from '../support/fake-codec.ts';
import { hex, unhex } from '../support/hex.ts';

const test = suite('DataLane');

/** Opcode, `+` where the message goes on, payload. */
function shift(lane: DataLane): string | undefined {
  const frame = lane.shift();
  if (frame === undefined) return undefined;
  const payload = typeof frame.payload === 'string' ? frame.payload : hex(frame.payload);
  return `${frame.opcode}${frame.fin ? '' : '+'} ${payload}`;
}

const ignore = () => {};

const ready: OutgoingPart = {
  type: 'binary',
  compressed: false,
  first: true,
  last: true,
  payload: unhex('07'),
};

/** How many parts have wholly left since the last call. */
const left = (lane: DataLane) => lane.takeLeft().length;

test('gives the frames of each message in turn, and counts what has wholly left', () => {
  const lane = new DataLane({ maxFrameBytes: 3 });
  assert.is(lane.ready, false);
  assert.is(shift(lane), undefined);
  lane.push({ type: 'binary', data: unhex('01020304050607') }, ignore);
  lane.push({ type: 'text', data: 'a' }, ignore);
  assert.is(lane.ready, true);
  assert.is(shift(lane), '2+ 010203');
  assert.is(shift(lane), '0+ 040506');
  assert.is(left(lane), 0);
  assert.is(shift(lane), '0 07');
  assert.is(left(lane), 1);
  assert.is(left(lane), 0);
  assert.is(shift(lane), '1 a');
  assert.is(left(lane), 1);
  assert.is(lane.ready, false);
  assert.is(left(lane), 0);
});

test('counts a part without a frame of its own too', () => {
  const lane = new DataLane({});
  lane.push({ type: 'text', data: 'a', last: false }, ignore);
  lane.push({ type: 'text', data: '', last: false }, ignore);
  lane.push({ type: 'text', data: 'b' }, ignore);
  assert.is(shift(lane), '1+ a');
  assert.is(left(lane), 2);
  assert.is(shift(lane), '0 b');
  assert.is(left(lane), 1);
});

test('takes no part that does not continue the message that is open', () => {
  const lane = new DataLane({});
  lane.push({ type: 'text', data: 'a', last: false }, ignore);
  assert.throws(() => lane.push({ type: 'binary', data: unhex('00') }, ignore), /a text message is open/);
  lane.push({ type: 'text', data: 'b' }, ignore);
  lane.push({ type: 'binary', data: unhex('00') }, ignore);
  assert.equal([shift(lane), shift(lane), shift(lane)], ['1+ a', '0 b', '2 00']);
});

test('drops what waits, the rest of a message that is half out too', () => {
  const lane = new DataLane({ maxFrameBytes: 1 });
  lane.push({ type: 'binary', data: unhex('0102030405') }, ignore);
  lane.push({ type: 'text', data: 'a' }, ignore);
  assert.is(shift(lane), '2+ 01');
  lane.clear();
  assert.is(lane.ready, false);
  assert.is(shift(lane), undefined);
  assert.is(left(lane), 0);
  lane.push({ type: 'binary', data: unhex('0102') }, ignore);
  assert.equal([lane.ready, lane.ready, shift(lane), shift(lane)], [true, true, '2+ 01', '0 02']);
});

test('sends one message at a time: what is sent behind an open one waits for its end (§5.4)', () => {
  const lane = new DataLane({});
  const message = lane.open();
  lane.push({ type: 'text', data: 'b' }, ignore);
  lane.pushReady(ready, ignore);
  assert.is(lane.ready, false);
  lane.push({ type: 'binary', data: unhex('01'), last: false }, ignore, message);
  assert.equal([shift(lane), shift(lane)], ['2+ 01', undefined]);
  lane.push({ type: 'text', data: 'c' }, ignore);
  lane.push({ type: 'binary', data: unhex('02') }, ignore, message);
  assert.equal(
    [1, 2, 3, 4, 5].map(() => shift(lane)),
    ['0 02', '1 b', '2 07', '1 c', undefined],
  );
});

test('what was sent before an open message leaves before it', () => {
  const lane = new DataLane({});
  lane.push({ type: 'text', data: 'a' }, ignore);
  const message = lane.open();
  lane.push({ type: 'text', data: 'b' }, ignore, message);
  assert.equal([shift(lane), shift(lane), shift(lane)], ['1 a', '1 b', undefined]);
});

test('each of several open messages goes on by itself, in their order', () => {
  const lane = new DataLane({});
  const [first, second] = [lane.open(), lane.open()];
  lane.push({ type: 'binary', data: unhex('03') }, ignore, second);
  lane.push({ type: 'text', data: 'a', last: false }, ignore, first);
  assert.equal([shift(lane), shift(lane)], ['1+ a', undefined]);
  assert.throws(
    () => lane.push({ type: 'binary', data: unhex('00') }, ignore, first),
    /a text message is open/,
  );
  lane.push({ type: 'text', data: 'b' }, ignore, first);
  assert.equal([shift(lane), shift(lane), shift(lane)], ['0 b', '2 03', undefined]);
});

test('parts without a message of their own belong to the one before that has not ended', () => {
  const lane = new DataLane({});
  lane.push({ type: 'text', data: 'a', last: false }, ignore);
  const message = lane.open();
  lane.push({ type: 'binary', data: unhex('01') }, ignore, message);
  lane.push({ type: 'text', data: 'b', last: false }, ignore);
  lane.push({ type: 'text', data: 'c' }, ignore);
  lane.push({ type: 'text', data: 'd' }, ignore);
  assert.equal(
    [1, 2, 3, 4, 5].map(() => shift(lane)),
    ['1+ a', '0+ b', '0 c', '2 01', '1 d'],
  );
});

test('tells each part that it has left, once, in their order', () => {
  const lane = new DataLane({ maxFrameBytes: 2 });
  const told: string[] = [];
  const tell = () => {
    for (const onSent of lane.takeLeft()) onSent();
    return told.join(' ');
  };
  const message = lane.open();
  lane.push({ type: 'binary', data: unhex('010203'), last: false }, () => told.push('part'), message);
  lane.push({ type: 'binary', data: unhex('04') }, () => told.push('end'), message);
  lane.pushReady(ready, () => told.push('ready'));
  lane.shift();
  assert.is(tell(), '');
  lane.shift();
  assert.is(tell(), 'part');
  lane.shift();
  assert.is(tell(), 'part end');
  lane.shift();
  assert.is(tell(), 'part end ready');
});

test('what it gave of those who are to be told stays as it was: nobody is told twice', () => {
  const lane = new DataLane({ maxFrameBytes: 1 });
  lane.push({ type: 'binary', data: unhex('0102') }, ignore);
  shift(lane);
  const behindTheFirst = lane.takeLeft();
  shift(lane);
  assert.equal([behindTheFirst.length, left(lane), behindTheFirst.length], [0, 1, 0]);
});

test('counts the octets of what has not wholly left, three for each UTF-16 unit', () => {
  const lane = new DataLane({ maxFrameBytes: 2 });
  lane.push({ type: 'text', data: 'ü' }, ignore);
  lane.push({ type: 'binary', data: unhex('010203') }, ignore);
  lane.pushReady(ready, ignore);
  const counts = [lane.queuedBytes];
  while (shift(lane) !== undefined) counts.push(lane.queuedBytes);
  assert.equal(counts, [7, 4, 4, 1, 0]);
  const longer = new DataLane({});
  longer.push({ type: 'text', data: 'abcd' }, ignore);
  assert.is(longer.queuedBytes, 12);
});

test('counts the messages that have not wholly left, open ones too', () => {
  const lane = new DataLane({ maxFrameBytes: 2 });
  assert.is(lane.queuedMessages, 0);
  lane.push({ type: 'binary', data: unhex('010203') }, ignore);
  lane.pushReady(ready, ignore);
  const message = lane.open();
  const counts = [lane.queuedMessages];
  while (shift(lane) !== undefined) counts.push(lane.queuedMessages);
  assert.equal(counts, [3, 3, 2, 1]);
  lane.drop(message);
  assert.is(lane.queuedMessages, 0);
});

test('counts an open message once, and none that was cut once its last part has left', () => {
  const lane = new DataLane({});
  const message = lane.open();
  lane.push({ type: 'binary', data: unhex('01'), last: false }, ignore, message);
  assert.is(lane.queuedMessages, 1);
  lane.ready;
  assert.is(lane.queuedMessages, 1);
  lane.finish();
  while (shift(lane) !== undefined);
  assert.equal([lane.queuedMessages, lane.ready], [0, false]);
});

test('drops an open message that has not begun, with what waits of it and nothing else', () => {
  const lane = new DataLane({});
  const message = lane.open();
  lane.push({ type: 'binary', data: unhex('010203'), last: false }, ignore, message);
  lane.push({ type: 'text', data: 'a' }, ignore);
  assert.is(lane.drop(message), true);
  assert.is(lane.queuedBytes, 3);
  assert.equal([shift(lane), shift(lane), left(lane)], ['1 a', undefined, 1]);
  assert.is(lane.queuedBytes, 0);
});

test('drops a message that has ended and waits behind others', () => {
  const lane = new DataLane({});
  const [first, second] = [lane.open(), lane.open()];
  lane.push({ type: 'text', data: 'b' }, ignore, second);
  assert.is(lane.drop(second), true);
  lane.push({ type: 'text', data: 'a' }, ignore, first);
  assert.equal([shift(lane), shift(lane), lane.queuedBytes], ['1 a', undefined, 0]);
});

test('takes nothing of a message back once it has begun to leave', () => {
  const lane = new DataLane({});
  const message = lane.open();
  lane.push({ type: 'text', data: 'a', last: false }, ignore, message);
  lane.shift();
  assert.is(lane.drop(message), false);
  lane.push({ type: 'text', data: 'b' }, ignore, message);
  assert.is(shift(lane), '0 b');
  assert.is(lane.drop(message), false);
});

test('a message has begun when a part of it has left, and not before', () => {
  const lane = new DataLane({});
  const empty = lane.open();
  assert.equal([lane.ready, shift(lane), lane.drop(empty)], [false, undefined, true]);
  const message = lane.open();
  lane.push({ type: 'text', data: 'a', last: false }, ignore, message);
  lane.push({ type: 'text', data: 'b', last: false }, ignore, message);
  assert.equal([shift(lane), lane.drop(message), shift(lane)], ['1+ a', false, '0+ b']);
});

test('drops what is no longer there without counting it twice', () => {
  const lane = new DataLane({});
  const cleared = lane.open();
  lane.push({ type: 'text', data: 'a', last: false }, ignore, cleared);
  lane.clear();
  assert.equal([lane.drop(cleared), lane.queuedBytes], [true, 0]);
  const finished = lane.open();
  lane.push({ type: 'text', data: 'a', last: false }, ignore, finished);
  lane.finish();
  assert.equal([lane.drop(finished), lane.drop(finished), lane.queuedBytes], [true, true, 0]);
});

test('finishes with the messages that have ended; those that have not are dropped', () => {
  const lane = new DataLane({});
  lane.push({ type: 'text', data: 'a' }, ignore);
  const message = lane.open();
  lane.push({ type: 'text', data: 'bcd', last: false }, ignore, message);
  lane.push({ type: 'text', data: 'e' }, ignore);
  lane.push({ type: 'text', data: 'f', last: false }, ignore);
  lane.finish();
  assert.is(lane.queuedBytes, 6);
  assert.equal([shift(lane), shift(lane), shift(lane)], ['1 a', '1 e', undefined]);
  assert.is(lane.queuedBytes, 0);
});

test('finishes with nothing where nothing waits, and without a message that has neither begun nor ended', () => {
  const lane = new DataLane({});
  lane.finish();
  assert.is(lane.ready, false);
  lane.push({ type: 'text', data: 'a', last: false }, ignore, lane.open());
  lane.push({ type: 'text', data: 'e' }, ignore);
  lane.finish();
  assert.equal([shift(lane), shift(lane), lane.queuedBytes], ['1 e', undefined, 0]);
});

test('finishes a message that is half out where it is, and drops what waits behind it', () => {
  const lane = new DataLane({});
  const message = lane.open();
  lane.push({ type: 'text', data: 'a', last: false }, ignore, message);
  lane.shift();
  lane.push({ type: 'text', data: 'b', last: false }, ignore, message);
  lane.push({ type: 'text', data: 'c' }, ignore);
  lane.finish();
  assert.is(lane.queuedBytes, 3);
  assert.equal([shift(lane), shift(lane), lane.queuedBytes], ['0+ b', undefined, 0]);
});

test('finishes with all that follows a message that is half out and has ended', () => {
  const lane = new DataLane({ maxFrameBytes: 1 });
  lane.push({ type: 'binary', data: unhex('0102') }, ignore);
  lane.shift();
  lane.push({ type: 'binary', data: unhex('03') }, ignore);
  lane.finish();
  assert.equal([shift(lane), shift(lane), shift(lane)], ['0 02', '2 03', undefined]);
});

test('forgets with the rest that a message was open', () => {
  const lane = new DataLane({});
  lane.push({ type: 'text', data: 'a', last: false }, ignore);
  lane.clear();
  lane.push({ type: 'binary', data: unhex('01') }, ignore);
  assert.equal([shift(lane), shift(lane), lane.queuedBytes], ['2 01', undefined, 0]);
});

test('compresses what chooses to be, as it leaves (RFC 7692 §6.1)', () => {
  const deflater = new FakeDeflater();
  const lane = new DataLane({ compression: { deflater, thresholdBytes: 2, contextTakeover: true } });
  lane.push({ type: 'binary', data: unhex('0102') }, ignore);
  lane.push({ type: 'binary', data: unhex('03') }, ignore);
  assert.equal(deflater.written, []);
  assert.equal([shift(lane), shift(lane), shift(lane)], ['2 fefd', '2 03', undefined]);
  assert.equal(deflater.written, ['0102.']);
});

test('says whether any part has wholly left and has not been told of', () => {
  const lane = new DataLane({ maxFrameBytes: 1 });
  lane.push({ type: 'binary', data: unhex('0102') }, ignore);
  assert.is(lane.hasLeft, false);
  lane.shift();
  assert.is(lane.hasLeft, false);
  lane.shift();
  assert.is(lane.hasLeft, true);
  lane.takeLeft();
  assert.is(lane.hasLeft, false);
});

test.run();
