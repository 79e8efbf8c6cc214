import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { MaskingKeys } from '../../lib/frames/masking-keys.ts';
import { seededKeys } from '../../lib/testing/seeded-keys.ts';
import { thrownBy } from '../support/reading.ts';

const test = suite('MaskingKeys');

test('asks for sixteen keys when it needs the first of them, and gives each once (§5.3)', () => {
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

test('keeps nothing of its source: it may use its array again (attack 56)', () => {
  const pool = new Uint8Array(64).fill(1);
  const keys = new MaskingKeys(() => pool);
  assert.is(keys.next(), 0x01010101);
  pool.fill(2);
  for (let i = 1; i < 16; i++) assert.is(keys.next(), 0x01010101);
  assert.is(keys.next(), 0x02020202);
});

test('takes no other number of bytes', () => {
  for (const length of [0, 4, 63, 65]) {
    const keys = new MaskingKeys(() => new Uint8Array(length));
    const error = thrownBy(() => keys.next()) as Error;
    assert.is(error.message, `randomBytes gave ${length} bytes instead of 64`);
  }
});

test('makes up no key of what is no bytes', () => {
  for (const given of ['ab'.repeat(32), { length: 64 }, undefined]) {
    const keys = new MaskingKeys(() => given as never);
    assert.instance(
      thrownBy(() => keys.next()),
      TypeError,
    );
  }
  const keys = new MaskingKeys(() => new Float64Array(64).fill(0.5) as never);
  assert.is((thrownBy(() => keys.next()) as Error).message, 'randomBytes gave 512 bytes instead of 64');
});

test('lets a failure of its source through, and asks it again (attack 81)', () => {
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
