import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ChunkGatherer, joinBytes, joinShort } from '../../lib/bytes/chunk-gatherer.ts';
import { counted } from '../support/bytes.ts';
import { fromHex, hex } from '../support/hex.ts';

const test = suite('ChunkGatherer');

const lengths = (chunks: readonly Uint8Array[]) => chunks.map(chunk => chunk.length);

test('joins contiguous ranges into one view, and is empty after each take', () => {
  const gatherer = new ChunkGatherer();
  assert.equal([gatherer.byteLength, gatherer.take()], [0, []]);
  const target = counted(100);
  gatherer.add(target, 10, 20);
  gatherer.add(target, 20, 20);
  gatherer.add(target, 20, 50);
  assert.is(gatherer.byteLength, 40);
  const [chunk, ...more] = gatherer.take();
  assert.equal([chunk!.buffer, chunk!.byteOffset, chunk!.length, more], [target.buffer, 10, 40, []]);
  assert.equal([gatherer.byteLength, gatherer.take()], [0, []]);
  gatherer.add(target, 50, 60);
  assert.equal([gatherer.byteLength, lengths(gatherer.take())], [10, [10]]);
});

test('returns an array that was added whole as it is', () => {
  const gatherer = new ChunkGatherer();
  const target = counted(2000);
  gatherer.add(target, 0, 2000);
  assert.is(gatherer.take()[0], target);
  gatherer.add(target, 0, 1500);
  gatherer.add(target, 1500, 2000);
  assert.is(gatherer.take()[0], target);
  gatherer.add(target, 0, 1999);
  assert.is(gatherer.take()[0]!.length, 1999);
});

test('begins another chunk at a gap, an earlier range or another array', () => {
  const gatherer = new ChunkGatherer();
  const [one, other] = [counted(9000), counted(9000)];
  gatherer.add(one, 0, 2000);
  gatherer.add(one, 2001, 4001);
  gatherer.add(one, 0, 1024);
  gatherer.add(other, 1024, 3000);
  assert.is(gatherer.byteLength, 7000);
  const chunks = gatherer.take();
  assert.equal(lengths(chunks), [2000, 2000, 1024, 1976]);
  assert.is(
    hex(joinBytes(chunks)),
    hex(one.slice(0, 2000)) +
      hex(one.slice(2001, 4001)) +
      hex(one.slice(0, 1024)) +
      hex(other.slice(1024, 3000)),
  );
});

test('returns an array that was filled in parts from start to end as it is', () => {
  const gatherer = new ChunkGatherer();
  const target = counted(2000);
  gatherer.add(target, 0, 1500);
  gatherer.add(target, 1500, 2000);
  assert.is(gatherer.take()[0], target);
});

test('copies neighbours shorter than 1 KiB together, and nothing longer', () => {
  const gatherer = new ChunkGatherer();
  const bytes = counted(20_000);
  const add = (...sizes: number[]) => {
    let at = 0;
    for (const size of sizes) {
      gatherer.add(bytes, at, at + size);
      at += size + 1;
    }
  };
  add(3, 1023, 5, 1024, 7, 2000, 8, 9);
  const chunks = gatherer.take();
  assert.equal(lengths(chunks), [1031, 1024, 7, 2000, 17]);
  assert.equal(
    chunks.map(chunk => chunk.buffer === bytes.buffer),
    [false, true, true, true, false],
  );
  assert.is(hex(chunks[4]!), hex(bytes.slice(4068, 4076)) + hex(bytes.slice(4077, 4086)));
});

test('joinShort() joins chunks shorter than its limit, and copies no single chunk', () => {
  const chunks = [fromHex('01'), fromHex('02'), fromHex('030405'), fromHex('06')];
  assert.equal(joinShort(chunks, 3).map(hex), ['0102', '030405', '06']);
  assert.is(joinShort(chunks, 3)[2], chunks[3]);
  const single = [fromHex('01')];
  assert.is(joinShort(single, 3), single);
});

test('joinBytes() returns a single chunk as it is, and an empty array for none', () => {
  const chunk = fromHex('01');
  assert.is(joinBytes([chunk]), chunk);
  assert.equal(hex(joinBytes([chunk, fromHex(''), fromHex('0203')])), '010203');
  assert.is(joinBytes([]).length, 0);
});

test('collects the same bytes as a concatenation, for any ranges', () => {
  const arrays = [counted(5000), counted(300), counted(3000)];
  const gatherer = new ChunkGatherer();
  let expected = '';
  for (let seed = 1; seed <= 200; seed++) {
    for (let i = 0; i < seed % 13; i++) {
      const array = arrays[(seed * 7 + i) % 3]!;
      const start = (seed * 31 + i * 17) % array.length;
      const end = start + ((seed * 13 + i * 101) % (array.length - start));
      gatherer.add(array, start, end);
      expected += hex(array.subarray(start, end));
    }
    assert.is(gatherer.byteLength, expected.length / 2);
    assert.is(hex(joinBytes(gatherer.take())), expected, `seed ${seed}`);
    expected = '';
  }
});

test.run();
