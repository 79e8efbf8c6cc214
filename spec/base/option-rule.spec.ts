import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  abortSignal,
  callable,
  flag,
  integer,
  kind,
  limit,
  type OptionRule,
  object,
  oneOf,
  required,
  reserved,
  text,
  withMethods,
} from '../../lib/base/option-rule.ts';

const test = suite('OptionRule');

interface Tool {
  cut(): void;
  turn(): void;
}

const tool = { cut() {}, turn() {} };
const { signal } = new AbortController();
const polyfilled = { aborted: false, addEventListener() {} };

/** The values that each rule accepts, and those it rejects with their description in the error. */
const rules: readonly (readonly [
  rule: OptionRule<unknown>,
  expected: string,
  takes: readonly unknown[],
  refuses: readonly (readonly [value: unknown, words: string])[],
])[] = [
  [
    kind('even', value => value === 2),
    'even',
    [2],
    [
      [3, '3'],
      ['2', '"2"'],
    ],
  ],
  [
    flag(),
    'true or false',
    [true, false],
    [
      ['no', '"no"'],
      [0, '0'],
      [null, 'null'],
    ],
  ],
  [text(), 'a string', ['', 'a'], [[5, '5']]],
  [
    oneOf(['a', 'b']),
    "'a' or 'b'",
    ['a', 'b'],
    [
      ['c', '"c"'],
      ['A', '"A"'],
      [['a'], 'an array'],
    ],
  ],
  [
    withMethods<Tool>('a tool', ['cut', 'turn']),
    'a tool with cut, turn',
    [tool, Object.create(tool)],
    [
      [{ cut() {} }, 'an object'],
      [null, 'null'],
      [5, '5'],
      [() => {}, 'a function'],
    ],
  ],
  [
    abortSignal(),
    'an AbortSignal',
    [signal, polyfilled],
    [
      [null, 'null'],
      [5, '5'],
      [new AbortController(), 'an object'],
      [new EventTarget(), 'an object'],
    ],
  ],
  [
    object(),
    'an object',
    [{}, new Map()],
    [
      [null, 'null'],
      [[], 'an array'],
      [() => {}, 'a function'],
    ],
  ],
];

for (const [rule, expected, takes, refuses] of rules) {
  test(`accepts ${expected}, and nothing else`, () => {
    for (const value of takes) assert.is(rule.check(value, 'x', {}), value);
    for (const [value, words] of refuses) {
      assert.throws(
        () => rule.check(value, 'x', {}),
        (error: unknown) =>
          error instanceof TypeError && error.message === `x must be ${expected} (got ${words})`,
      );
    }
  });
}

test('accepts a function, and binds it to the options object', () => {
  const options = { name: 'n' };
  const named = callable<() => string>().check(
    function (this: { name: string }) {
      return this.name;
    },
    'x',
    options,
  );
  assert.is(named?.(), 'n');
  assert.throws(() => callable().check(null, 'x', {}), /^x must be a function \(got null\)$/);
});

test('accepts positive integers or Infinity as limits, also above 2^31', () => {
  for (const value of [1, 2 ** 31, Number.MAX_SAFE_INTEGER, Infinity]) {
    assert.is(limit().check(value, 'x', {}), value);
  }
  for (const value of [0, -1, NaN, 1.5, -Infinity, 2 ** 53]) {
    assert.throws(
      () => limit(5).check(value, 'x', {}),
      (error: unknown) =>
        error instanceof RangeError &&
        error.message === `x must be a positive integer or Infinity (got ${value})`,
    );
  }
  for (const value of ['1', null, true, 1n]) {
    assert.throws(
      () => limit(5).check(value, 'x', {}),
      (error: unknown) =>
        error instanceof TypeError && error.message.startsWith('x must be a positive integer or Infinity'),
    );
  }
});

test('accepts limits from another minimum on', () => {
  assert.is(limit(undefined, 0).check(0, 'x', {}), 0);
  assert.throws(
    () => limit(undefined, 0).check(-1, 'x', {}),
    /^x must be an integer from 0 on or Infinity \(got -1\)$/,
  );
});

test('accepts integers within their range only', () => {
  for (const value of [8, 15]) assert.is(integer(8, 15).check(value, 'x', {}), value);
  for (const value of [7, 16, 8.5, NaN, Infinity]) {
    assert.throws(() => integer(8, 15).check(value, 'x', {}), /^x must be an integer from 8 to 15 \(got/);
  }
});

test('gives each rule its default, or none', () => {
  assert.equal(
    [flag(true), limit(5), integer(1, 2, 2), oneOf(['a'], 'a'), text('t')].map(({ fallback }) => fallback),
    [true, 5, 2, 'a', 't'],
  );
  assert.is(callable(test.run).fallback, test.run);
  assert.is(withMethods<Tool>('a tool', ['cut'], tool).fallback, tool);
  for (const { fallback } of [flag(), limit(), integer(1, 2), oneOf(['a']), text(), callable(), object()]) {
    assert.is(fallback, undefined);
  }
});

test('checks a required option by the same rule', () => {
  const rule = required(text());
  assert.is(rule.required, true);
  assert.is(rule.check('a', 'x', {}), 'a');
  assert.throws(() => rule.check(undefined, 'x', {}), /^x must be a string \(got undefined\)$/);
});

test('a reserved name has no value', () => {
  assert.equal(
    [reserved.fallback, reserved.check(1, 'x', {}), reserved.reserved],
    [undefined, undefined, true],
  );
});

test.run();
