import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { concatenated, every, rechunk, seededLengths } from '../../lib/testing/rechunk.ts';

const test = suite('rechunk');

const bytes = Uint8Array.of(1, 2, 3, 4, 5);
const cut = (lengths: Iterable<number>, input: Uint8Array | Uint8Array[] = bytes) =>
  rechunk(input, lengths).map(chunk => [...chunk]);

test('merges, splits at an offset, and cuts into chunks of one length', () => {
  assert.equal(cut([]), [[1, 2, 3, 4, 5]]);
  assert.equal(cut([2]), [
    [1, 2],
    [3, 4, 5],
  ]);
  assert.equal(cut(every(1)), [[1], [2], [3], [4], [5]]);
  assert.equal(cut(every(2)), [[1, 2], [3, 4], [5]]);
  assert.equal(cut([5]), [[1, 2, 3, 4, 5]]);
  assert.equal(cut([9, 1]), [[1, 2, 3, 4, 5]]);
});

test('gives an empty chunk for a length of 0, and none for no bytes', () => {
  assert.equal(cut([0, 5]), [[], [1, 2, 3, 4, 5]]);
  assert.equal(cut([5, 0]), [[1, 2, 3, 4, 5]]);
  assert.equal(cut([], new Uint8Array(0)), []);
  assert.equal(cut([1], new Uint8Array(0)), []);
});

test('accepts many parts as one', () => {
  const parts = [Uint8Array.of(1), Uint8Array.of(), Uint8Array.of(2, 3, 4), Uint8Array.of(5)];
  assert.equal(cut([3], parts), [
    [1, 2, 3],
    [4, 5],
  ]);
});

test('gives copies with their own buffers', () => {
  for (const chunk of rechunk(bytes, [2])) {
    assert.is.not(chunk.buffer, bytes.buffer);
    assert.is(chunk.byteLength, chunk.buffer.byteLength);
  }
});

test('cuts at random, repeatably for a seed, within the limits', () => {
  const long = new Uint8Array(1000).map((_, i) => i);
  const chunks = rechunk(long, seededLengths(1, 7));
  assert.equal(chunks, rechunk(long, seededLengths(1, 7)));
  assert.not.equal(chunks, rechunk(long, seededLengths(2, 7)));
  assert.equal(concatenated(chunks), long);
  const lengths = new Set(chunks.slice(0, -1).map(chunk => chunk.length));
  assert.equal([...lengths].sort(), [1, 2, 3, 4, 5, 6, 7]);
  const again = seededLengths(1, 7);
  assert.equal(rechunk(long, again), rechunk(long, again));
});

test('rejects lengths that would never end', () => {
  for (const length of [0, -1, 0.5, NaN, '1' as unknown as number]) {
    assert.throws(() => every(length), /^length must be above 0/);
  }
});

test.run();
