import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { compresses } from '../../lib/deflate/compresses.ts';

const test = suite('compresses');

test('holds from the threshold on, and for what has no known length', () => {
  assert.is(compresses(99, undefined, 100, true), false);
  assert.is(compresses(100, undefined, 100, true), true);
  assert.is(compresses(Infinity, undefined, 100, false), true);
  assert.is(compresses(0, undefined, 0, false), true);
});

test('has a threshold that depends on takeover', () => {
  assert.is(compresses(31, undefined, undefined, true), false);
  assert.is(compresses(32, undefined, undefined, true), true);
  assert.is(compresses(127, undefined, undefined, false), false);
  assert.is(compresses(128, undefined, undefined, false), true);
});

test("lets a write's own choice win", () => {
  assert.is(compresses(1, true, 100, true), true);
  assert.is(compresses(1000, false, 100, true), false);
});

test.run();
