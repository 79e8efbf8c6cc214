import { strict as assert } from 'node:assert';
import { mask, readKey, rotateKey } from '../../lib/bytes/mask.ts';
import { concatenated } from '../../lib/testing/rechunk.ts';
import type { Random } from '../support/random.ts';
import { randomOctets } from './engine/mutate.ts';
import { cutBy } from './shapes/cuts.ts';

export const description =
  'masking at any offset, whole and in parts, as RFC 6455 §5.3 writes it; twice is the identity';

export function make(random: Random): Uint8Array {
  return randomOctets(random, 6 + random.below(300));
}

export function check(input: Uint8Array): void {
  const [cuts = 0, offset = 0] = input;
  const key = concatenated([input.subarray(2, 6), new Uint8Array(4)]).subarray(0, 4);
  const data = input.slice(6);
  const expected = data.map((octet, i) => octet ^ key[i % 4]!);
  const around = new Uint8Array((offset % 16) + data.length + 9).fill(0xa5);
  const view = around.subarray(offset % 8);
  const start = (offset % 16) - (offset % 8);
  let at = start;
  let turned = readKey(key, 0);
  view.set(data, start);
  for (const { length } of cutBy(cuts, data)) {
    mask(view, turned, at, at + length);
    turned = rotateKey(turned, length);
    at += length;
  }
  assert.deepEqual(view.slice(start, at), expected);
  assert.ok(
    around.subarray(0, offset % 16).every(octet => octet === 0xa5),
    'changed octets before',
  );
  assert.ok(
    view.subarray(at).every(octet => octet === 0xa5),
    'changed octets behind',
  );
  mask(view, readKey(key, 0), start, at);
  assert.deepEqual(view.slice(start, at), data);
}
