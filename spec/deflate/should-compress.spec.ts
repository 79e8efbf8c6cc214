import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { shouldCompress } from '../../lib/deflate/should-compress.ts';

const test = suite('shouldCompress');

test('compresses from the threshold on, and messages of unknown length', () => {
  assert.is(shouldCompress(99, undefined, 100, true), false);
  assert.is(shouldCompress(100, undefined, 100, true), true);
  assert.is(shouldCompress(Infinity, undefined, 100, false), true);
  assert.is(shouldCompress(0, undefined, 0, false), true);
});

test('has a default threshold that depends on takeover', () => {
  assert.is(shouldCompress(31, undefined, undefined, true), false);
  assert.is(shouldCompress(32, undefined, undefined, true), true);
  assert.is(shouldCompress(127, undefined, undefined, false), false);
  assert.is(shouldCompress(128, undefined, undefined, false), true);
});

test("gives precedence to a write's own choice", () => {
  assert.is(shouldCompress(1, true, 100, true), true);
  assert.is(shouldCompress(1000, false, 100, true), false);
});

test.run();
