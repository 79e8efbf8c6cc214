import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { DataLane } from '../../lib/connection/data-lane.ts';
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

test.run();
