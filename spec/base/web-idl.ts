import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  abortSignal,
  asInterface,
  dictionary,
  enforcedShort,
  requireArguments,
  sequence,
} from '../../lib/base/web-idl.ts';
import { thrownBy } from '../support/reading.ts';

const test = suite('WebIDL');

test('an interface has enumerable members on its prototype, and a tag', () => {
  class Thing {
    get attribute(): number {
      return 1;
    }
    method(): void {}
  }
  asInterface('Thing', Thing);
  const members: string[] = [];
  for (const name in new Thing()) members.push(name);
  assert.equal(members, ['attribute', 'method']);
  assert.equal(Object.keys(new Thing()), []);
  assert.is(new Thing().attribute, 1);
  assert.is(String(new Thing()), '[object Thing]');
  const tag = Object.getOwnPropertyDescriptor(Thing.prototype, Symbol.toStringTag);
  assert.equal(tag, { value: 'Thing', writable: false, enumerable: false, configurable: true });
});

test('a dictionary is an object or a function; undefined and null have no members', () => {
  const given = { a: 1 };
  assert.is(dictionary('x', given), given);
  const callable = () => {};
  assert.is(dictionary('x', callable), callable);
  assert.equal(dictionary('x', undefined), {});
  assert.equal(dictionary('x', null), {});
  for (const value of [true, 5, 'chat', Symbol('s'), 1n]) {
    const error = thrownBy(() => dictionary('options', value));
    assert.instance(error, TypeError);
    assert.match((error as Error).message, /^options must be an object \(got .+\)$/);
  }
});

test('[EnforceRange] unsigned short truncates, and refuses what is out of range', () => {
  for (const [value, converted] of [
    [0, 0],
    [-0.9, 0],
    [65_535.9, 65_535],
    ['1000', 1000],
    [null, 0],
    [true, 1],
    [{ valueOf: () => 7 }, 7],
  ] as const) {
    assert.ok(Object.is(enforcedShort('x', value), converted));
  }
  for (const value of [-1, 65_536, Number.NaN, Infinity, 'x', 1000n, Symbol('s'), {}]) {
    assert.instance(
      thrownBy(() => enforcedShort('closeCode', value)),
      TypeError,
    );
  }
  assert.match(
    (thrownBy(() => enforcedShort('closeCode', -1)) as Error).message,
    /^closeCode must be .* \(got -1\)$/,
  );
});

test('a sequence is any iterable object, of what becomes strings', () => {
  assert.equal(sequence('x', ['a', 1, null]), ['a', '1', 'null']);
  assert.equal(sequence('x', new Set(['a'])), ['a']);
  assert.equal(
    sequence(
      'x',
      Object.assign(() => {}, { *[Symbol.iterator]() {} }),
    ),
    [],
  );
  for (const value of ['chat', undefined, null, 5, {}, { length: 1, 0: 'a' }]) {
    const error = thrownBy(() => sequence('protocols', value)) as Error;
    assert.instance(error, TypeError);
    assert.match(error.message, /^protocols must be a list of strings \(got .+\)$/);
  }
  assert.instance(
    thrownBy(() => sequence('x', [Symbol('s')])),
    TypeError,
  );
});

test('a signal may be of any class with its members', () => {
  const { signal } = new AbortController();
  assert.is(abortSignal('signal', signal), signal);
  const polyfilled = { aborted: false, addEventListener: () => {} };
  assert.is(abortSignal('signal', polyfilled), polyfilled);
  assert.is(abortSignal('signal', undefined), undefined);
  for (const value of [null, 5, 'x', {}, new EventTarget(), { aborted: true }]) {
    const error = thrownBy(() => abortSignal('signal', value)) as Error;
    assert.instance(error, TypeError);
    assert.match(error.message, /^signal must be an AbortSignal \(got .+\)$/);
  }
});

test('an operation needs its arguments', () => {
  requireArguments('f', 1, 1);
  assert.throws(() => requireArguments('f', 0, 1), /^f needs 1 argument \(got 0\)$/);
  assert.throws(() => requireArguments('f', 1, 2), /^f needs 2 arguments \(got 1\)$/);
});

test.run();
