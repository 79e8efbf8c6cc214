import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { checkedFunction, checkedSignal } from '../../lib/base/callable.ts';

const test = suite('callable');

test('passes a function on, and what is not there', () => {
  const value = () => {};
  assert.is(checkedFunction('tap', value), value);
  assert.is(checkedFunction('tap', undefined), undefined);
});

test('refuses what is no function, by name', () => {
  for (const [value, type] of [
    [null, 'null'],
    [5, 'number'],
    ['f', 'string'],
    [{}, 'object'],
    [false, 'boolean'],
  ] as const) {
    assert.throws(
      () => checkedFunction('tap', value),
      (error: Error) => error.name === 'TypeError' && error.message === `tap must be a function, not ${type}`,
    );
  }
});

test('passes a signal on, and none', () => {
  const { signal } = new AbortController();
  assert.is(checkedSignal('closeSignal', signal), signal);
  assert.is(checkedSignal('closeSignal', undefined), undefined);
});

test('refuses what is no signal, by name', () => {
  for (const [value, type] of [
    [null, 'null'],
    [5, 'number'],
    [new AbortController(), 'object'],
  ] as const) {
    assert.throws(
      () => checkedSignal('closeSignal', value as never),
      (error: Error) =>
        error.name === 'TypeError' && error.message === `closeSignal must be an AbortSignal, not ${type}`,
    );
  }
});

test.run();
