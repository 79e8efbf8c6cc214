import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { seededRandom } from '../../lib/testing/seeded-random.ts';

const test = suite('seededRandom');

const sequence = (seed: number, below: number) => {
  const random = seededRandom(seed);
  return Array.from({ length: 1000 }, () => random(below));
};

test('gives the same sequence for the same seed, and another for another', () => {
  assert.equal(sequence(1, 1000), sequence(1, 1000));
  assert.not.equal(sequence(1, 1000), sequence(2, 1000));
  assert.equal(sequence(42, 256).slice(0, 6), [153, 114, 218, 171, 44, 134]);
});

test('gives every integer below the limit about equally often, and no other', () => {
  const counts = new Array<number>(10).fill(0);
  for (const value of sequence(3, 10)) counts[value]! += 1;
  assert.is(counts.length, 10);
  for (const count of counts) assert.ok(count > 60 && count < 140, String(count));
});

test.run();
