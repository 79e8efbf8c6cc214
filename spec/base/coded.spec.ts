import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { coded, codedFault } from '../../lib/base/coded.ts';

const test = suite('coded');

test('adds a code to the same error object', () => {
  const error = new TypeError('no');
  assert.is(coded(error, 'ERR_UNKNOWN_OPTION'), error);
  assert.is((error as { code?: unknown }).code, 'ERR_UNKNOWN_OPTION');
});

test('adds a code to an error of a rule that has none, and leaves other errors alone', () => {
  for (const error of [new TypeError('a'), new RangeError('a'), new SyntaxError('a')]) {
    assert.is(codedFault(error), error);
    assert.is((error as { code?: unknown }).code, 'ERR_INVALID_OPTION');
  }
  const other = coded(new TypeError('a'), 'ERR_UNKNOWN_OPTION');
  assert.is((codedFault(other) as { code?: unknown }).code, 'ERR_UNKNOWN_OPTION');
  for (const thrown of [new Error('a'), Object.freeze(new Error('b')), 'text', undefined]) {
    assert.is(codedFault(thrown), thrown);
    if (thrown instanceof Error) assert.not('code' in thrown);
  }
});

test.run();
