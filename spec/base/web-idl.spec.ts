import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  asInterface,
  clampedShort,
  dictionary,
  enforcedShort,
  inPlaceOf,
  requireArguments,
  sequence,
} from '../../lib/base/web-idl.ts';
import { thrownBy } from '../support/reading.ts';

const test = suite('WebIDL');

test('gives an interface enumerable members on its prototype, and a tag', () => {
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

test('gives a class that replaces another the members as its own', () => {
  class Parent {}
  class Base extends Parent {
    declare static readonly FIXED: 1;
    readonly #value: number;
    constructor(value: number) {
      super();
      this.#value = value;
    }
    get attribute(): number {
      return this.#value;
    }
  }
  Object.defineProperty(Base, 'FIXED', { value: 1, enumerable: true });
  asInterface('Thing', Base);
  class Thing extends Base {
    constructor() {
      super(7);
    }
  }
  inPlaceOf(Base, Thing);
  for (const name of ['attribute', Symbol.toStringTag]) {
    const [own, base] = [Thing, Base].map(Class => Object.getOwnPropertyDescriptor(Class.prototype, name));
    assert.equal(own, base);
  }
  assert.is(Thing.prototype.constructor, Thing);
  assert.is(Object.getPrototypeOf(Thing.prototype), Parent.prototype);
  assert.equal(
    Object.getOwnPropertyDescriptor(Thing, 'FIXED'),
    Object.getOwnPropertyDescriptor(Base, 'FIXED'),
  );
  assert.equal([new Thing().attribute, Thing.name, Thing.length], [7, 'Thing', 0]);
});

test('[Clamp] unsigned short rounds to the nearest integer, ties to even', () => {
  for (const [value, converted] of [
    [undefined, 0],
    [Number.NaN, 0],
    ['x', 0],
    [null, 0],
    [-1, 0],
    [-Infinity, 0],
    [70_000, 65_535],
    [Infinity, 65_535],
    ['3000', 3000],
    [1000.4, 1000],
    [1000.6, 1001],
    [0.5, 0],
    [1.5, 2],
    [2.5, 2],
  ] as const) {
    assert.is(clampedShort(value), converted, String(value));
  }
  for (const value of [1n, Symbol('s')]) {
    assert.instance(
      thrownBy(() => clampedShort(value)),
      TypeError,
    );
  }
});

test('accepts an object or a function as a dictionary; undefined and null have no members', () => {
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

test('[EnforceRange] unsigned short truncates, and rejects values out of range', () => {
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

test('accepts any iterable object as a sequence, and converts its items to strings', () => {
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

test('rejects calls with too few arguments', () => {
  requireArguments('f', 1, 1);
  assert.throws(() => requireArguments('f', 0, 1), /^f needs 1 argument \(got 0\)$/);
  assert.throws(() => requireArguments('f', 1, 2), /^f needs 2 arguments \(got 1\)$/);
});

test.run();
