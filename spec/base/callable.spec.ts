import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { checkedFunction, checkedSignal } from '../../lib/base/callable.ts';

const test = suite('callable');

test('passes on what is right, and what is not there', () => {
  const value = () => {};
  assert.is(checkedFunction('tap', value), value);
  assert.is(checkedFunction('tap', undefined), undefined);
  const { signal } = new AbortController();
  assert.is(checkedSignal('closeSignal', signal), signal);
  assert.is(checkedSignal('closeSignal', undefined), undefined);
});

const wrong: readonly (readonly [
  check: (name: string, value: never) => unknown,
  wanted: string,
  values: unknown[],
])[] = [
  [checkedFunction, 'a function', [null, 5, 'f', {}, false]],
  [checkedSignal, 'an AbortSignal', [null, 5, new AbortController()]],
];

test('refuses anything else, by the name of the option', () => {
  for (const [check, wanted, values] of wrong) {
    for (const value of values) {
      const message = `option must be ${wanted}, not ${value === null ? 'null' : typeof value}`;
      assert.throws(
        () => check('option', value as never),
        (error: Error) => error.name === 'TypeError' && error.message === message,
      );
    }
  }
});

test.run();
