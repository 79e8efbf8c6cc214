import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { checkedFunction, checkedSignal } from '../../lib/base/callable.ts';

const test = suite('callable');

test('return functions and signals, and undefined', () => {
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
  values: (readonly [value: unknown, words: string])[],
])[] = [
  [
    checkedFunction,
    'a function',
    [
      [null, 'null'],
      [5, '5'],
      ['f', '"f"'],
      [{}, 'an object'],
      [false, 'false'],
    ],
  ],
  [
    checkedSignal,
    'an AbortSignal',
    [
      [null, 'null'],
      [5, '5'],
      [new AbortController(), 'an object'],
    ],
  ],
];

test('throw a TypeError with the name of the option for anything else', () => {
  for (const [check, wanted, values] of wrong) {
    for (const [value, words] of values) {
      const message = `option must be ${wanted} (got ${words})`;
      assert.throws(
        () => check('option', value as never),
        (error: Error) => error.name === 'TypeError' && error.message === message,
      );
    }
  }
});

test.run();
