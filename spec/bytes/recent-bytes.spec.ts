import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { RecentBytes } from '../../lib/bytes/recent-bytes.ts';
import { Random } from '../support/random.ts';

const test = suite('RecentBytes');

test('is empty at first', () => {
  assert.equal([...new RecentBytes(4).bytes], []);
});

test('keeps the last bytes, for any chunks', () => {
  const random = new Random(1);
  for (const maxBytes of [1, 4, 100]) {
    const recent = new RecentBytes(maxBytes);
    let all: number[] = [];
    for (let i = 0; i < 300; i++) {
      const added = Array.from({ length: random.below(random.pick([3, 30, 300])) }, () => random.below(256));
      recent.append(Uint8Array.from(added));
      all = [...all, ...added].slice(-maxBytes);
      assert.equal([...recent.bytes], all);
    }
  }
});

test('copies appended bytes', () => {
  const recent = new RecentBytes(4);
  const bytes = Uint8Array.of(1, 2);
  recent.append(bytes);
  bytes.fill(9);
  assert.equal([...recent.bytes], [1, 2]);
});

test('is empty after clear', () => {
  const recent = new RecentBytes(4);
  recent.append(Uint8Array.of(1, 2, 3));
  recent.clear();
  assert.equal([...recent.bytes], []);
  recent.append(Uint8Array.of(4));
  assert.equal([...recent.bytes], [4]);
});

test('holds at most twice as much memory as bytes, and little for few bytes', () => {
  const few = new RecentBytes(1000);
  few.append(new Uint8Array(10));
  assert.ok(few.bytes.buffer.byteLength <= 40);
  for (let i = 0; i < 1000; i++) few.append(new Uint8Array(i));
  assert.is(few.bytes.buffer.byteLength, 2000);
});

test.run();
