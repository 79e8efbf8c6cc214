import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { showAs } from '../../lib/base/shown-as.ts';

const test = suite('showAs');

class Counter {
  #count = 0;

  static {
    showAs(Counter, 'Counter', counter => ({ count: counter.#count }));
  }

  up(): this {
    this.#count += 1;
    return this;
  }
}

const symbol = Symbol.for('nodejs.util.inspect.custom');
type Custom = (depth: number, options: object, inspect: (value: unknown) => string) => string;

/** What a console prints that knows the symbol. */
function printed(object: Counter, depth = 2): string {
  return (object as unknown as { [symbol]: Custom })[symbol](depth, {}, JSON.stringify);
}

test('shows the class and the fields as they are now', () => {
  const counter = new Counter();
  assert.is(printed(counter), 'Counter {"count":0}');
  assert.is(printed(counter.up()), 'Counter {"count":1}');
});

test('shows the class alone too deep inside of something else', () => {
  assert.is(printed(new Counter(), -1), '[Counter]');
});

test('shows a prototype, which has no state', () => {
  assert.is(printed(Counter.prototype), 'Counter {}');
});

test('adds no enumerable property', () => {
  assert.equal(Object.keys(Counter.prototype), []);
});

test.run();
