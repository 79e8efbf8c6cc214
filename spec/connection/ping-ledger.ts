import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { PingLedger } from '../../lib/connection/ping-ledger.ts';
import { unhex } from '../support/hex.ts';

const test = suite('PingLedger');

function ledger() {
  const pings = new PingLedger();
  const told: unknown[] = [];
  const add = (data: string, now: number) =>
    pings.add(unhex(data), now, (ms, error) => told.push(error === undefined ? [data, ms] : [data, error]));
  return { pings, told, add };
}

test('tells the round trip of the ping that a pong answers, and of all before it (§5.5.3)', () => {
  const { pings, told, add } = ledger();
  add('01', 0);
  add('02', 5);
  add('03', 6);
  pings.answer(unhex('02'), 10);
  assert.equal(told, [
    ['01', 10],
    ['02', 5],
  ]);
  pings.answer(unhex('03'), 11);
  assert.equal(told.at(-1), ['03', 5]);
});

test('ignores pongs that answer nothing, and those that come twice', () => {
  const { pings, told, add } = ledger();
  pings.answer(unhex(''), 1);
  add('ff00', 0);
  pings.answer(unhex('ff'), 1);
  pings.answer(unhex('ff0000'), 1);
  assert.equal(told, []);
  pings.answer(unhex('ff00'), 2);
  pings.answer(unhex('ff00'), 3);
  assert.equal(told, [['ff00', 2]]);
});

test('takes the latest of pings that look the same', () => {
  const { pings, told, add } = ledger();
  add('', 0);
  add('', 1);
  pings.answer(unhex(''), 2);
  assert.equal(told, [
    ['', 2],
    ['', 1],
  ]);
});

test('tells once why no pong will come', () => {
  const { pings, told, add } = ledger();
  const error = new Error('gone');
  add('01', 0);
  pings.fail(error);
  pings.fail(error);
  pings.answer(unhex('01'), 1);
  assert.equal(told, [['01', error]]);
});

test('keeps the last round trip: of several that one pong answers, that of the latest', () => {
  const { pings, add } = ledger();
  assert.is(pings.roundTripMs, undefined);
  add('01', 0);
  add('02', 5);
  pings.answer(unhex('02'), 10);
  assert.is(pings.roundTripMs, 5);
  add('03', 20);
  pings.answer(unhex('04'), 30);
  pings.fail(new Error('gone'));
  assert.is(pings.roundTripMs, 5);
});

test.run();
