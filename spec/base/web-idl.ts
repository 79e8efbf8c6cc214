import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { asInterface, dictionary, enforcedShort } from '../../lib/base/web-idl.ts';
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

test.run();
