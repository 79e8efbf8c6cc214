import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { randomBytes } from '../../lib/bytes/random-bytes.ts';
import { hex } from '../support/bytes.ts';

const test = suite('randomBytes');

test('returns as many bytes as requested', () => {
  for (const length of [0, 1, 4, 16, 4096]) assert.is(randomBytes(length).length, length);
});

test('does not use Math.random (attack 81)', () => {
  const { random } = Math;
  Math.random = () => assert.unreachable('Math.random was called') as never;
  try {
    for (let i = 0; i < 2000; i++) randomBytes(4);
  } finally {
    Math.random = random;
  }
});

test('returns no byte twice, also when its pool is refilled (attack 83)', () => {
  const ends = new Map<ArrayBufferLike, number>();
  for (let i = 0; i < 10_000; i++) {
    const key = randomBytes(3 + (i % 3));
    assert.ok(key.byteOffset >= (ends.get(key.buffer) ?? 0), `key ${i}`);
    ends.set(key.buffer, key.byteOffset + key.length);
  }
  assert.ok(ends.size > 5);
  const wide = new Set(Array.from({ length: 10_000 }, () => hex(randomBytes(16))));
  assert.is(wide.size, 10_000);
});

test('returns 10,000 keys whose bytes are evenly distributed (attack 81)', () => {
  const counts = new Array<number>(256).fill(0);
  for (let i = 0; i < 10_000; i++) for (const byte of randomBytes(4)) counts[byte]! += 1;
  const expected = 40_000 / 256;
  const chiSquare = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  // 255 degrees of freedom: a value above 380 has a probability of one in a million.
  assert.ok(chiSquare < 380, String(chiSquare));
});

test('throws the error of the platform, and returns no bytes (attack 81)', () => {
  const { getRandomValues } = crypto;
  const failing = () => {
    throw new Error('no entropy');
  };
  Object.defineProperty(crypto, 'getRandomValues', { value: failing, configurable: true });
  try {
    assert.throws(() => {
      for (let i = 0; i < 2; i++) randomBytes(4096);
    }, 'no entropy');
  } finally {
    Object.defineProperty(crypto, 'getRandomValues', { value: getRandomValues, configurable: true });
  }
});

test.run();
