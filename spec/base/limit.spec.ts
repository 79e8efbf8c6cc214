import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { checkedLimit } from '../../lib/base/limit.ts';

const test = suite('checkedLimit');

test('returns positive integers and Infinity unchanged, also above 2^31', () => {
  for (const value of [1, 2 ** 31, Number.MAX_SAFE_INTEGER, Infinity]) {
    assert.is(checkedLimit('maxBytes', value, 5), value);
  }
  assert.is(checkedLimit('maxBytes', undefined, 5), 5);
});

test('rejects every other number with the name of the limit', () => {
  for (const value of [0, -1, NaN, 1.5, -Infinity, 2 ** 53]) {
    assert.throws(
      () => checkedLimit('maxBytes', value, 5),
      (error: unknown) => error instanceof RangeError && error.message.startsWith('maxBytes'),
    );
  }
});

test('rejects values that are not numbers with the name of the limit', () => {
  for (const value of ['1', null, true, 1n]) {
    assert.throws(
      () => checkedLimit('maxBytes', value as unknown as number, 5),
      (error: unknown) => error instanceof TypeError && error.message.startsWith('maxBytes'),
    );
  }
});

test.run();
