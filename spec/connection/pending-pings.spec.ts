import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { maxPendingPings, PendingPings } from '../../lib/connection/pending-pings.ts';
import { fromHex } from '../support/hex.ts';

const test = suite('PendingPings');

function pending() {
  const pings = new PendingPings();
  const told: unknown[] = [];
  const add = (data: string, now: number) =>
    pings.add(fromHex(data), now, (ms, error) => told.push(error === undefined ? [data, ms] : [data, error]));
  return { pings, told, add };
}

test('reports the round trip of the ping that a pong answers, and of all before it (§5.5.3)', () => {
  const { pings, told, add } = pending();
  add('01', 0);
  add('02', 5);
  add('03', 6);
  pings.answer(fromHex('02'), 10);
  assert.equal(told, [
    ['01', 10],
    ['02', 5],
  ]);
  pings.answer(fromHex('03'), 11);
  assert.equal(told.at(-1), ['03', 5]);
});

test('measures the round trip from when the ping was sent (B1)', () => {
  const { pings, told, add } = pending();
  add('01', 0)!.sentAt = 70;
  pings.answer(fromHex('01'), 75);
  assert.equal([told, pings.roundTripMs], [[['01', 5]], 5]);
});

test('ignores unsolicited and repeated pongs', () => {
  const { pings, told, add } = pending();
  pings.answer(fromHex(''), 1);
  add('ff00', 0);
  pings.answer(fromHex('ff'), 1);
  pings.answer(fromHex('ff0000'), 1);
  assert.equal(told, []);
  pings.answer(fromHex('ff00'), 2);
  pings.answer(fromHex('ff00'), 3);
  assert.equal(told, [['ff00', 2]]);
});

test('matches the latest of pings with the same payload', () => {
  const { pings, told, add } = pending();
  add('', 0);
  add('', 1);
  pings.answer(fromHex(''), 2);
  assert.equal(told, [
    ['', 2],
    ['', 1],
  ]);
});

test('holds 64 pings and rejects more, until a pong has answered some (A8)', () => {
  const { pings, told, add } = pending();
  assert.is(maxPendingPings, 64);
  for (let i = 0; i < 64; i++) assert.ok(add('01', i));
  assert.is(add('02', 64), undefined);
  for (let i = 0; i < 10_000; i++) pings.answer(fromHex('ff'), 65);
  assert.equal([told, add('02', 66)], [[], undefined]);
  pings.answer(fromHex('01'), 70);
  assert.is(told.length, 64);
  assert.ok(add('02', 71));
  pings.answer(fromHex('02'), 72);
  assert.equal(told.at(-1), ['02', 1]);
});

test('reports once why no pong will come', () => {
  const { pings, told, add } = pending();
  const error = new Error('gone');
  add('01', 0);
  pings.fail(error);
  pings.fail(error);
  pings.answer(fromHex('01'), 1);
  assert.equal(told, [['01', error]]);
});

test('keeps the last round trip; if one pong answers several pings, that of the latest', () => {
  const { pings, add } = pending();
  assert.is(pings.roundTripMs, undefined);
  add('01', 0);
  add('02', 5);
  pings.answer(fromHex('02'), 10);
  assert.is(pings.roundTripMs, 5);
  add('03', 20);
  pings.answer(fromHex('04'), 30);
  pings.fail(new Error('gone'));
  assert.is(pings.roundTripMs, 5);
});

test.run();
