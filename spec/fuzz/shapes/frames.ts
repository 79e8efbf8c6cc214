// Arbitraries of frames, which are printed in words.

import * as fc from 'fast-check';
import type { Role } from '../../../lib/base/role.ts';
import { concatenated } from '../../../lib/testing/rechunk.ts';
import { hex } from '../../support/hex.ts';
import { encodeFrame, type WireFrame } from '../../support/wire-frame.ts';
import { bytes, bytesOfLength, weighted } from './bytes.ts';
import { Printed, printBytes } from './printed.ts';

const opcodes: Readonly<Record<number, string>> = {
  0: 'continuation',
  1: 'text',
  2: 'binary',
  8: 'close',
  9: 'ping',
  10: 'pong',
};

export const noKey: Uint8Array = new Uint8Array(4);

export function printFrame({ fin = true, rsv = 0, opcode, payload, key, ...length }: WireFrame): string {
  const words = [
    opcodes[opcode] ?? `opcode ${opcode}`,
    fin ? '' : 'without FIN',
    rsv === 0 ? '' : `RSV ${rsv}`,
    length.lengthBytes === undefined ? '' : `length in ${length.lengthBytes} bytes`,
    length.declared === undefined ? '' : `declares ${length.declared} bytes`,
    key === undefined ? '' : `masked ${hex(key)}`,
    printBytes(payload ?? new Uint8Array(0)),
  ];
  return words.filter(word => word !== '').join(' ');
}

const kinds: readonly (readonly [opcodes: readonly number[], payload: fc.Arbitrary<Uint8Array>])[] = [
  [[1], fc.constant(Uint8Array.of(0x61))],
  [[2], bytes(255)],
  [[0, 1, 2], bytes(255)],
  [[9, 10], bytes(125)],
  [[8], fc.constant(Uint8Array.of(3, 0xe8))],
  [[8], bytes(125)],
];

const likelyFrame = fc.oneof(
  ...kinds.map(([opcodes, payload]) =>
    fc.record({
      fin: weighted([3, fc.constant(true)], [1, fc.boolean()]),
      opcode: fc.constantFrom(...opcodes),
      payload,
    }),
  ),
);

const anyFrame = fc.record({
  fin: fc.boolean(),
  rsv: fc.nat(7),
  opcode: fc.nat(15),
  payload: fc.oneof(bytes(255), bytesOfLength(125, 126, 127)),
});

/** Returns the bytes of a hostile peer with a role: one frame repeated, mostly valid, or random bytes. */
export type Hostile = (sender: Role) => Uint8Array;

export const hostileBytes: fc.Arbitrary<Printed<Hostile>> = weighted(
  [8, repeated(likelyFrame, fc.constant(1))],
  [1, repeated(likelyFrame, fc.integer({ min: 1, max: 255 }))],
  [1, repeated(anyFrame, fc.constant(1))],
  [
    1,
    bytes(255).map(
      data =>
        new Printed<Hostile>(
          () => data,
          () => printBytes(data),
        ),
    ),
  ],
);

function repeated(
  frame: fc.Arbitrary<WireFrame>,
  times: fc.Arbitrary<number>,
): fc.Arbitrary<Printed<Hostile>> {
  return fc.tuple(frame, times).map(([frame, times]) => {
    const encode: Hostile = sender => {
      const once = encodeFrame({ ...frame, key: sender === 'client' ? noKey : undefined });
      return concatenated(Array<Uint8Array>(times).fill(once));
    };
    return new Printed(encode, () => `${times === 1 ? '' : `${times} × `}${printFrame(frame)}`);
  });
}
