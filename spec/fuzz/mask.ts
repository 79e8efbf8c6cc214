import { strict as assert } from 'node:assert';
import * as fc from 'fast-check';
import { mask, readKey, rotateKey } from '../../lib/bytes/mask.ts';
import { bytes } from './shapes/bytes.ts';
import { type Cuts, cutBy, cuts } from './shapes/cuts.ts';

export const description =
  'masking at any offset, whole and in parts, follows RFC 6455 §5.3, and is its own inverse';

interface Input {
  readonly key: Uint8Array;
  readonly data: Uint8Array;
  readonly cuts: Cuts;
  /** The offset of the data in the buffer. The view starts at this offset modulo 8. */
  readonly offset: number;
}

export const input: fc.Arbitrary<Input> = fc.record({
  key: fc.uint8Array({ minLength: 4, maxLength: 4 }),
  data: bytes(300),
  cuts,
  offset: fc.nat(15),
});

export function check({ key, data, cuts, offset }: Input): void {
  const expected = data.map((byte, index) => byte ^ (key[index % 4] ?? 0));
  const around = new Uint8Array(offset + data.length + 9).fill(0xa5);
  const view = around.subarray(offset % 8);
  const start = offset - (offset % 8);
  let at = start;
  let rotated = readKey(key, 0);
  view.set(data, start);
  for (const { length } of cutBy(cuts, data)) {
    mask(view, rotated, at, at + length);
    rotated = rotateKey(rotated, length);
    at += length;
  }
  assert.deepEqual(view.slice(start, at), expected);
  const untouched = [...around.subarray(0, offset), ...view.subarray(at)];
  assert.ok(
    untouched.every(byte => byte === 0xa5),
    'bytes around the data changed',
  );
  mask(view, readKey(key, 0), start, at);
  assert.deepEqual(view.slice(start, at), data);
}
