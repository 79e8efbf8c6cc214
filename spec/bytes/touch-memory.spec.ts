import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { touchMemory } from '../../lib/bytes/touch-memory.ts';

const test = suite('touchMemory');

test('reads one byte of each 64 from the first on, and changes none', () => {
  for (const length of [0, 1, 64, 65, 1000]) {
    const memory = Uint8Array.from({ length }, (_, i) => (i % 64 === 0 ? 1 : 200));
    const before = memory.slice();
    assert.is(touchMemory(memory), Math.ceil(length / 64));
    assert.equal(memory, before);
  }
});

test.run();
