import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { described } from '../../lib/base/described.ts';

const test = suite('described');

test('describes a value on one line', () => {
  for (const [value, words] of [
    ['10', '"10"'],
    ['a\nb', '"a\\nb"'],
    ['\u009b2J', '"\\u009b2J"'],
    [10, '10'],
    [NaN, 'NaN'],
    [10n, '10n'],
    [true, 'true'],
    [undefined, 'undefined'],
    [null, 'null'],
    [{}, 'an object'],
    [Object.create(null), 'an object'],
    [[1], 'an array'],
    [() => 1, 'a function'],
    [Symbol('secret'), 'a symbol'],
  ] as const) {
    assert.is(described(value), words);
  }
});

test('cuts long text', () => {
  assert.is(described('x'.repeat(1000)), `"${'x'.repeat(60)}…"`);
});

test.run();
