import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { MaskingKeys } from '../../lib/frames/masking-keys.ts';
import { seededKeys } from '../../lib/testing/seeded-keys.ts';
import { thrownBy } from '../support/reading.ts';

const test = suite('MaskingKeys');

test('requests sixteen keys when it needs the first of them, and returns each once (§5.3)', () => {
  const asked: number[] = [];
  const source = seededKeys(4);
  const keys = new MaskingKeys(byteLength => {
    asked.push(byteLength);
    return source(byteLength);
  });
  assert.equal(asked, []);
  const bytes = new DataView(seededKeys(4)(160).buffer);
  for (let i = 0; i < 40; i++) {
    assert.is(keys.next(), bytes.getInt32(4 * i, true));
    assert.is(asked.length, Math.ceil((i + 1) / 16));
  }
  assert.equal(asked, [64, 64, 64]);
});

test('copies the bytes of its source, which may reuse its array (attack 56)', () => {
  const pool = new Uint8Array(64).fill(1);
  const keys = new MaskingKeys(() => pool);
  assert.is(keys.next(), 0x01010101);
  pool.fill(2);
  for (let i = 1; i < 16; i++) assert.is(keys.next(), 0x01010101);
  assert.is(keys.next(), 0x02020202);
});

test('rejects any other number of bytes', () => {
  for (const length of [0, 4, 63, 65]) {
    const keys = new MaskingKeys(() => new Uint8Array(length));
    const error = thrownBy(() => keys.next()) as Error;
    assert.is(error.message, `randomBytes must return 64 bytes (got ${length})`);
  }
});

test('rejects a source that does not return bytes', () => {
  for (const value of ['ab'.repeat(32), { length: 64 }, undefined]) {
    const keys = new MaskingKeys(() => value as never);
    assert.instance(
      thrownBy(() => keys.next()),
      TypeError,
    );
  }
  const keys = new MaskingKeys(() => new Float64Array(64).fill(0.5) as never);
  assert.is((thrownBy(() => keys.next()) as Error).message, 'randomBytes must return 64 bytes (got 512)');
});

test('throws the error of its source, and calls it again later (attack 81)', () => {
  let broken = true;
  const keys = new MaskingKeys(byteLength => {
    if (broken) throw new Error('no entropy');
    return new Uint8Array(byteLength).fill(3);
  });
  assert.is((thrownBy(() => keys.next()) as Error).message, 'no entropy');
  broken = false;
  assert.is(keys.next(), 0x03030303);
});

test.run();
