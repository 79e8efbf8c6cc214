import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { randomBytes } from '../../lib/bytes/random-bytes.ts';
import { hex } from '../support/hex.ts';

const test = suite('randomBytes');

test('gives as many octets as it is asked for, up to 4096', () => {
  for (const count of [0, 1, 4, 16, 4095, 4096]) assert.is(randomBytes(count).length, count);
});

test('hands no octet out twice', () => {
  const taken = Array.from({ length: 3000 }, () => randomBytes(16));
  assert.is(new Set(taken.map(hex)).size, 3000);
  const ranges = new Set(taken.map(({ buffer, byteOffset }) => `${ids(buffer)}:${byteOffset}`));
  assert.is(ranges.size, 3000);
});

const seen: ArrayBufferLike[] = [];
function ids(buffer: ArrayBufferLike): number {
  if (!seen.includes(buffer)) seen.push(buffer);
  return seen.indexOf(buffer);
}

test.run();
