import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { BufferPool, framePool } from '../../lib/bytes/buffer-pool.ts';

const test = suite('BufferPool');

test('returns arrays that are long enough, and at most twice as long above 8 KiB', () => {
  const pool = new BufferPool();
  for (const byteLength of [1, 9_000, 9_216, 9_217, 16_398, 40_000, 65_550, 73_728]) {
    const array = pool.take(byteLength);
    assert.ok(array.length >= byteLength && array.length <= Math.max(9_216, 2.01 * byteLength));
    assert.equal([array.byteOffset, array.buffer.byteLength], [0, array.length]);
  }
  assert.is(pool.take(73_729).length, 73_729);
});

test('hands an array out again only after it was given back', () => {
  const pool = new BufferPool();
  const [first, second] = [pool.take(10_000), pool.take(10_000)];
  assert.is.not(first.buffer, second.buffer);
  pool.give(first);
  assert.is.not(pool.take(20_000).buffer, first.buffer, 'of another size');
  assert.is(pool.take(12_000), first);
  assert.is.not(pool.take(12_000).buffer, first.buffer);
});

test('keeps at most 16 arrays of each size, and none of another length', () => {
  const pool = new BufferPool();
  const given = Array.from({ length: 20 }, () => pool.take(9_000));
  for (const array of given) pool.give(array);
  const taken = new Set(Array.from({ length: 20 }, () => pool.take(9_000)));
  assert.is(given.filter(array => taken.has(array)).length, 16);
  const long = pool.take(80_000);
  pool.give(long);
  assert.is.not(pool.take(80_000), long);
});

test('is shared by all connections', () => {
  assert.instance(framePool, BufferPool);
});

test.run();
