import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { seededKeys } from '../../lib/testing/seeded-keys.ts';

const test = suite('seededKeys');

test('gives keys of the requested length, the same for the same seed', () => {
  const keys = seededKeys(42);
  assert.equal(keys(4), new Uint8Array([153, 114, 218, 171]));
  assert.equal(keys(2), new Uint8Array([44, 134]));
  assert.is(keys(0).length, 0);
  assert.not.equal(seededKeys(43)(4), seededKeys(42)(4));
});

test.run();
