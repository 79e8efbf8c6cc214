import { concatenated } from '../../lib/testing/rechunk.ts';
import type { Random } from '../support/random.ts';
import { checkDecoding } from './engine/check-decoding.ts';
import { randomOctets } from './engine/mutate.ts';
import { randomWire } from './shapes/wire.ts';

export const description =
  'what a client sends, decoded: the same for every cut, and as the reference reads it';

export function make(random: Random): Uint8Array {
  return concatenated([randomOctets(random, 2), randomWire(random, { sender: 'client', spoiling: 0.1 })]);
}

export function check(input: Uint8Array): void {
  checkDecoding('server', false, input);
}
