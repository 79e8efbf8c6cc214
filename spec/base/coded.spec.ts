import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { coded, codedFault } from '../../lib/base/coded.ts';

const test = suite('coded');

test('gives the same error, with a code', () => {
  const error = new TypeError('no');
  assert.is(coded(error, 'ERR_UNKNOWN_OPTION'), error);
  assert.is((error as { code?: unknown }).code, 'ERR_UNKNOWN_OPTION');
});

test('a fault of a value gets a code, unless it has one; other errors are left alone', () => {
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
