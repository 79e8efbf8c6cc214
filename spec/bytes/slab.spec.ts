import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Slab, slabBytes } from '../../lib/bytes/slab.ts';
import { counted, hex } from '../support/bytes.ts';

const test = suite('Slab');

const zeros = (length: number) => new Uint8Array(length);
const pinned = (bytes: Uint8Array) => bytes.buffer.byteLength - bytes.length;

test('returns copies that never overlap', () => {
  const slab = new Slab();
  const lengths = [0, 1, 64, 65, 100, 1000, 4096, 4097, 10_000, 300, 65, 4000, 4000, 4000, 90];
  const copies = lengths.map(length => slab.copy(counted(length)));
  copies.forEach((copy, i) => void assert.is(hex(copy), hex(counted(lengths[i]!))));
  copies.forEach((copy, i) => void copy.fill(i + 1));
  copies.forEach(
    (copy, i) =>
      void assert.ok(
        copy.every(byte => byte === i + 1),
        `copy ${i}`,
      ),
  );
});

test('returns copies up to 64 bytes and above 4096 bytes in buffers of their own', () => {
  const slab = new Slab();
  for (const length of [0, 1, 64, 4097, 100_000]) assert.is(pinned(slab.copy(zeros(length))), 0, `${length}`);
  for (const length of [65, 100, 4096]) assert.ok(pinned(slab.copy(zeros(length))) > 0, `${length}`);
});

test('copies an array, not its whole buffer', () => {
  const slab = new Slab();
  const chunk = counted(10_000);
  for (const length of [0, 1, 64, 65, 4096, 4097]) {
    const copy = slab.copy(chunk.subarray(5, 5 + length));
    assert.is(hex(copy), hex(chunk.slice(5, 5 + length)));
    assert.is.not(copy.buffer, chunk.buffer);
  }
});

test('shares a buffer among copies of medium size', () => {
  const slab = new Slab();
  assert.is(slab.copy(zeros(65)).buffer, slab.copy(zeros(100)).buffer);
});

test('pins at most 8 KiB besides a copy, for any sizes (attack 55)', () => {
  const slab = new Slab();
  for (let length = 0; length <= 5000; length++) {
    const bytes = slab.copy(zeros(length));
    if (pinned(bytes) > slabBytes - length) assert.ok(pinned(bytes) === 0, `${length}: ${pinned(bytes)}`);
  }
  assert.is(slabBytes, 8192);
});

test('starts with a small slab and doubles it', () => {
  const slab = new Slab();
  const sizes = new Set<number>();
  for (let i = 0; i < 1000; i++) sizes.add(slab.copy(zeros(65)).buffer.byteLength);
  assert.equal([...sizes], [512, 1024, 2048, 4096, 8192]);
});

test('makes space for two copies if the first is large', () => {
  assert.is(new Slab().copy(zeros(300)).buffer.byteLength, 1024);
  assert.is(new Slab().copy(zeros(4096)).buffer.byteLength, 8192);
});

test('copies, so that neither side sees changes of the other', () => {
  const slab = new Slab();
  for (const length of [0, 10, 64, 65, 4096, 4097]) {
    const bytes = counted(length);
    const copied = slab.copy(bytes);
    assert.is(hex(copied), hex(counted(length)));
    bytes.fill(0xee);
    assert.is(hex(copied), hex(counted(length)), String(length));
  }
});

test('commits the start of a reservation, and reserves the rest again', () => {
  const slab = new Slab();
  assert.is(slab.reserve(100), 0);
  assert.ok(slab.memory.length >= 100);
  slab.memory.set(counted(100));
  const first = slab.commit(40);
  assert.is(first.length, 40);
  assert.is(hex(first), hex(counted(40)));
  assert.is(slab.reserve(60), 40);
  assert.is(slab.memory.buffer, first.buffer);
  slab.memory.fill(0xee, 40);
  assert.is(hex(first), hex(counted(40)));
});

test('reuses a reservation that is not committed', () => {
  const slab = new Slab();
  slab.reserve(100);
  const { memory } = slab;
  assert.is(slab.reserve(200), 0);
  assert.is(slab.memory, memory);
});

test('reserves more than a slab if necessary', () => {
  const slab = new Slab();
  assert.is(slab.reserve(100_000), 0);
  assert.is(slab.memory.length, 100_000);
  assert.is(slab.commit(100_000).length, 100_000);
});

test('keeps no large buffer after a commit, even if much of it is left', () => {
  for (const committed of [1, 50_000, 100_000]) {
    const slab = new Slab();
    slab.reserve(100_000);
    slab.commit(committed);
    assert.is(slab.memory.length, 0);
    assert.is(slab.reserve(0), 0);
  }
});

test('keeps the rest of a slab of 8 KiB', () => {
  const slab = new Slab();
  slab.reserve(8192);
  const { memory } = slab;
  slab.commit(100);
  assert.is(slab.reserve(8092), 100);
  assert.is(slab.memory, memory);
});

test('continues if its buffer has been transferred away', () => {
  const slab = new Slab();
  structuredClone(0, { transfer: [slab.copy(zeros(100)).buffer] });
  assert.is(hex(slab.copy(counted(100))), hex(counted(100)));
});

test.run();
