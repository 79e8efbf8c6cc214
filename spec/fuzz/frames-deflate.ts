import type * as fc from 'fast-check';
import { checkDecoding, type Decoding, decodingOf } from './checks/check-decoding.ts';

export const description =
  "a server's frames with permessage-deflate decode the same in chunks of any length, and like the reference";

export const input: fc.Arbitrary<Decoding> = decodingOf({
  sender: 'server',
  compression: 'damaged',
  spoiledPercent: 8,
});

export const check: (input: Decoding) => void = input => checkDecoding('client', true, input);
