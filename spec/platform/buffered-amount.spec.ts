import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { BufferedAmount, utf8Length } from '../../lib/platform/buffered-amount.ts';
import { seededRandom } from '../../lib/testing/seeded-random.ts';
import { settle } from '../support/settling.ts';
import { utf8 } from '../support/utf8.ts';

const test = suite('BufferedAmount');

test('counts text as UTF-8', () => {
  const units = [
    'a',
    '\x7f',
    '\x80',
    '\u07ff',
    '\u0800',
    '\ud7ff',
    '\ud800',
    '\udbff',
    '\udc00',
    '\udfff',
    '\ue000',
    '\uffff',
  ];
  const random = seededRandom(1);
  for (let i = 0; i < 500; i++) {
    const text = Array.from({ length: random(6) }, () => units[random(units.length)]).join('');
    assert.is(utf8Length(text), utf8(text).length, JSON.stringify(text));
  }
});

test('adds at once, and subtracts in a later task', async () => {
  const amount = new BufferedAmount();
  const first = amount.add('é');
  const second = amount.add(10);
  const third = amount.add('xyz');
  assert.is(amount.bytes, 15);
  assert.is(amount.bytes, 15);
  amount.sent(first);
  amount.sent(second);
  for (let i = 0; i < 10; i++) await Promise.resolve();
  assert.is(amount.bytes, 15);
  await settle();
  assert.is(amount.bytes, 3);
  amount.sent(third);
  await settle();
  assert.is(amount.bytes, 0);
});

test('never counts a text that is sent before the amount is read', async () => {
  const amount = new BufferedAmount();
  amount.sent(amount.add('x'.repeat(100)));
  await settle();
  assert.is(amount.bytes, 0);
});

test('keeps the bytes of a message that is never sent', async () => {
  const amount = new BufferedAmount();
  amount.add('lost');
  amount.sent(amount.add('sent'));
  await settle();
  assert.is(amount.bytes, 4);
});

test.run();
