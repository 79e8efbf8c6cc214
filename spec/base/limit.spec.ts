import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { checkedLimit } from '../../lib/base/limit.ts';

const test = suite('checkedLimit');

test('takes positive integers and Infinity as they are, beyond 2^31 too', () => {
  for (const value of [1, 2 ** 31, Number.MAX_SAFE_INTEGER, Infinity]) {
    assert.is(checkedLimit('maxBytes', value, 5), value);
  }
  assert.is(checkedLimit('maxBytes', undefined, 5), 5);
});

test('refuses every other number by name', () => {
  for (const value of [0, -1, NaN, 1.5, -Infinity, 2 ** 53]) {
    assert.throws(
      () => checkedLimit('maxBytes', value, 5),
      (error: unknown) => error instanceof RangeError && error.message.startsWith('maxBytes'),
    );
  }
});

test('refuses what is no number by name', () => {
  for (const value of ['1', null, true, 1n]) {
    assert.throws(
      () => checkedLimit('maxBytes', value as unknown as number, 5),
      (error: unknown) => error instanceof TypeError && error.message.startsWith('maxBytes'),
    );
  }
});

test.run();
