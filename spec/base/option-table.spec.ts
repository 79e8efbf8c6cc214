import { runInNewContext } from 'node:vm';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { callable, flag, limit, oneOf, required, reserved, text } from '../../lib/base/option-rule.ts';
import { OptionTable } from '../../lib/base/option-table.ts';

const test = suite('OptionTable');

interface Options {
  readonly authorize: (() => unknown) | undefined;
  readonly fast: boolean;
  readonly maxBytes: number;
  readonly name: string | undefined;
}

const table = new OptionTable<Options>('open', () => ({
  authorize: callable(),
  fast: flag(false),
  maxBytes: limit(5),
  name: text(),
}));

const defaults = { authorize: undefined, fast: false, maxBytes: 5, name: undefined };

const message = (options: unknown): string => {
  try {
    table.check(options as object);
    return 'taken';
  } catch (error) {
    assert.instance(error, TypeError);
    return (error as Error).message;
  }
};

test('returns the default of every absent option', () => {
  assert.equal(table.check({}), defaults);
  assert.equal(table.check(undefined), defaults);
  assert.equal(table.check({ fast: undefined, maxBytes: undefined }), defaults);
});

test('reads own and inherited properties of plain objects, frozen ones and those without a prototype', () => {
  const wanted = { ...defaults, fast: true, maxBytes: 7 };
  const given = { fast: true, maxBytes: 7 };
  const shapes = [
    given,
    Object.freeze({ ...given }),
    Object.create(given),
    Object.create(Object.create({ fast: true }), { maxBytes: { value: 7 } }),
    Object.assign(Object.create(null), given),
    Object.create(Object.assign(Object.create(null), given)),
    runInNewContext('({ fast: true, maxBytes: 7 })'),
    runInNewContext('Object.create({ fast: true, maxBytes: 7 })'),
  ];
  for (const shape of shapes) assert.equal(table.check(shape), wanted);
});

test('A1: reads the fields, getters and methods of an instance, and calls methods on it', () => {
  class Policy {
    fast = true;
    #answer = 401;
    get maxBytes() {
      return 7;
    }
    authorize() {
      return this.#answer;
    }
  }
  class Stricter extends Policy {}
  for (const options of [new Policy(), new Stricter()]) {
    const checked = table.check(options);
    assert.equal([checked.fast, checked.maxBytes, checked.authorize?.()], [true, 7, 401]);
  }
});

test('reads each option once, in the order of the table', () => {
  const read: string[] = [];
  const options = {
    get name() {
      read.push('name');
      return 'n';
    },
    get fast() {
      read.push('fast');
      return true;
    },
  };
  const checked = table.check(options);
  assert.equal([checked.name, checked.name, checked.fast], ['n', 'n', true]);
  assert.equal(read, ['fast', 'name']);
});

test('passes on an error that a getter throws', () => {
  const error = new Error('own');
  const options = {
    get fast() {
      throw error;
    },
  };
  assert.throws(
    () => table.check(options),
    (thrown: unknown) => thrown === error,
  );
});

test('keeps the checked values if the object changes later', () => {
  const options = { fast: true };
  const checked = table.check(options);
  options.fast = 'no' as never;
  assert.is(checked.fast, true);
});

test('rejects options that are not an object', () => {
  for (const [options, words] of [
    [null, 'null'],
    [5, '5'],
    ['fast', '"fast"'],
    [[], 'an array'],
    [() => {}, 'a function'],
  ] as const) {
    assert.is(message(options), `the options of open must be an object (got ${words})`);
  }
});

test('A3: rejects an unknown name, and suggests the nearest option', () => {
  for (const [options, words] of [
    [{ authorise: 1 }, 'open has no option "authorise" (did you mean "authorize"?)'],
    [{ verifyClient: 1 }, 'open has no option "verifyClient" (did you mean "authorize"?)'],
    [{ maxByte: 1 }, 'open has no option "maxByte" (did you mean "maxBytes"?)'],
    [{ something: 1 }, 'open has no option "something"'],
    [{ constructor: 1 }, 'open has no option "constructor"'],
    [{ something: undefined }, 'open has no option "something"'],
    [Object.create({ something: 1 }), 'open has no option "something"'],
    [Object.create(Object.assign(Object.create(null), { sing: 1 })), 'open has no option "sing"'],
    [Object.freeze({ Fast: true }), 'open has no option "Fast" (did you mean "fast"?)'],
    [runInNewContext('({ something: 1 })'), 'open has no option "something"'],
  ] as const) {
    assert.is(message(options), words);
  }
});

test('rejects an unknown name before it reads any value', () => {
  let read = false;
  const options = {
    get fast() {
      read = true;
      return true;
    },
    fats: true,
  };
  assert.match(message(options), 'no option "fats"');
  assert.not(read);
});

test('lets an instance have its own fields and methods, unless they look like options', () => {
  class Helpful {
    users = new Map();
    _authorise = 1;
    lookUp() {}
    static authorise = 1;
    authorize() {}
  }
  assert.is(message(new Helpful()), 'taken');
  class Field {
    authorise = 1;
  }
  class Method {
    authorise() {}
  }
  class Inherits extends Method {}
  class Foreign {
    verifyClient() {}
  }
  for (const options of [new Field(), new Method(), new Inherits()]) {
    assert.is(message(options), 'open has no option "authorise" (did you mean "authorize"?)');
  }
  assert.match(message(new Foreign()), 'verifyClient');
  class NullBased {
    fast = true;
    declare toString: () => string;
  }
  Object.setPrototypeOf(NullBased.prototype, null);
  assert.is(message(new NullBased()), 'taken');
});

test('does not take the methods of Object.prototype for options', () => {
  class Plain {
    override = 1;
    toString() {
      return '';
    }
    valueOf() {
      return 1;
    }
  }
  assert.is(message(new Plain()), 'taken');
});

test('ignores symbols and non-enumerable properties', () => {
  assert.is(message({ [Symbol('x')]: 1 }), 'taken');
  assert.is(message(Object.defineProperty({}, 'something', { value: 1 })), 'taken');
});

test('names the option with a wrong value', () => {
  assert.is(message({ fast: 'no' }), 'fast must be true or false (got "no")');
  assert.is(message({ maxBytes: '7' }), 'maxBytes must be a positive integer or Infinity (got "7")');
  assert.throws(
    () => table.check({ maxBytes: 0 }),
    (error: unknown) => error instanceof RangeError && error.message.startsWith('maxBytes'),
  );
});

test('adds a code to its errors, but not to those that a getter or a function throws', () => {
  const codeOf = (options: object | undefined, of: { check(options: unknown): unknown } = table as never) => {
    try {
      return of.check(options);
    } catch (error) {
      return (error as { code?: unknown }).code;
    }
  };
  assert.is(codeOf({ something: 1 }), 'ERR_UNKNOWN_OPTION');
  for (const options of [1 as never, { fast: 1 }, { maxBytes: 0 }]) {
    assert.is(codeOf(options), 'ERR_INVALID_OPTION');
  }
  const own = {
    get fast(): boolean {
      throw new TypeError('of the getter');
    },
  };
  assert.is(codeOf(own), undefined);
});

test('rejects missing required options', () => {
  const strict = new OptionTable<{ role: string }>('open', () => ({ role: required(oneOf(['a', 'b'])) }));
  assert.equal(strict.check({ role: 'a' }), { role: 'a' });
  for (const options of [{}, undefined]) {
    assert.throws(() => strict.check(options), /^role must be 'a' or 'b' \(got undefined\)$/);
  }
});

test('does not check options again that it has checked or picked; another table does', () => {
  let checks = 0;
  const rule = { fallback: 0, check: (value: unknown) => (value as number) + (checks += 1) };
  const table = new OptionTable<{ a: number }>('thing', () => ({ a: rule }));
  const other = new OptionTable<{ a: number }>('other', () => ({ a: rule }));
  const checked = table.check({ a: 10 });
  assert.is(table.check(checked), checked);
  assert.equal(table.check({ ...checked, a: 5 }), { a: 5 });
  const picked = table.pick({ a: 7 });
  assert.equal([table.check(picked), picked.a, checks], [picked, 7, 1]);
  assert.equal([other.check(checked).a, checks], [13, 2]);
});

test('composes tables, and passes on the options of one to another', () => {
  const wider = new OptionTable<Options & { more: number }>('open more', () => ({
    ...table.rules,
    more: limit(1),
  }));
  const checked = wider.check({ more: 2, fast: true });
  assert.equal(checked, { ...defaults, fast: true, more: 2 });
  const picked = table.pick(checked);
  assert.equal(picked, checked);
  assert.is(table.check(picked), picked);
  assert.equal(table.pick(checked, { fast: false }), { ...checked, fast: false });
  assert.equal(checked.fast, true);
});

test('takes values that need no check', () => {
  const values = { ...defaults, maxBytes: -1 };
  const settled = table.settle(values);
  assert.equal(settled, values);
  assert.is(table.check(settled), settled);
  assert.equal(table.check({}), defaults);
});

test('does not let a caller set a reserved name', () => {
  const strict = new OptionTable<{ fast: boolean; role: undefined }>('open', () => ({
    fast: flag(false),
    role: reserved,
  }));
  assert.equal(strict.check({ fast: true }), { fast: true, role: undefined });
  assert.throws(() => strict.check({ role: 'server' }), /^open has no option "role"$/);
  const other = new OptionTable<{ fast: boolean }>('other', () => ({ fast: flag(false) }));
  assert.equal(strict.check({ ...other.check({ fast: true }), role: undefined }), {
    fast: true,
    role: undefined,
  });
  class Policy {
    role = 'server';
  }
  assert.equal(strict.check(new Policy()), { fast: false, role: undefined });
});

test.run();
