import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { compresses } from '../../lib/deflate/compresses.ts';
import { deflateSettings } from '../../lib/deflate/deflate-options.ts';

const test = suite('compresses');

test('holds from the threshold on, and for what has no known length', () => {
  const settings = deflateSettings('client', { thresholdBytes: 100 })!;
  assert.is(compresses(99, undefined, settings), false);
  assert.is(compresses(100, undefined, settings), true);
  assert.is(compresses(Infinity, undefined, settings), true);
});

test("lets a write's own choice win", () => {
  const settings = deflateSettings('client', { thresholdBytes: 100 })!;
  assert.is(compresses(1, true, settings), true);
  assert.is(compresses(1000, false, settings), false);
});

test.run();
