import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { run } from '../fuzz/deflate.ts';

const test = suite('fuzz: deflate');

test('agrees with zlib and the strict decoder on a hundred sequences', () => {
  let messages = 0;
  for (let seed = 1; seed <= 100; seed++) messages += run(seed).messages!;
  assert.ok(messages > 300);
});

test.run();
