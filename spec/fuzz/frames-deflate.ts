import { constants, deflateRawSync } from 'node:zlib';
import { concatenated } from '../../lib/testing/rechunk.ts';
import type { Random } from '../support/random.ts';
import { checkDecoding } from './engine/check-decoding.ts';
import { randomOctets } from './engine/mutate.ts';
import { randomWire } from './shapes/wire.ts';

export const description = 'what a server sends with permessage-deflate, decoded: likewise';

export function make(random: Random): Uint8Array {
  const compress = (payload: Uint8Array) => {
    const level = random.below(10);
    const compressed = deflateRawSync(payload, { level, finishFlush: constants.Z_SYNC_FLUSH }).subarray(
      0,
      -4,
    );
    if (random.next() < 0.1) compressed[random.below(compressed.length)]! ^= 1 << random.below(8);
    return compressed;
  };
  return concatenated([
    randomOctets(random, 2),
    randomWire(random, { sender: 'server', compress, spoiling: 0.08 }),
  ]);
}

export function check(input: Uint8Array): void {
  checkDecoding('client', true, input);
}
