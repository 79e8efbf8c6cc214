// Group 21: the length field (RFC 6455 §5.2, §5.5).

import type { Case } from '../case.ts';
import { failsStrictly, hex, numbered, probe } from './expectations.ts';

const rows: readonly (readonly [title: string, frame: string, code: number])[] = [
  ['length 5 in 16 bits', '81 7e 0005 48656c6c6f', 1002],
  ['length 5 in 64 bits', '81 7f 0000000000000005 48656c6c6f', 1002],
  ['length 125 in 16 bits', `82 7e 007d ${'00'.repeat(125)}`, 1002],
  ['length 65,535 in 64 bits', `82 7f 000000000000ffff ${'00'.repeat(65_535)}`, 1002],
  ['length 0 in 16 bits', '82 7e 0000', 1002],
  ['length 0 in 64 bits', '82 7f 0000000000000000', 1002],
  ['length 5 in 16 bits, header only', '82 7e 0005', 1002],
  ['length 65,535 in 64 bits, header only', '82 7f 000000000000ffff', 1002],
  ['length with the most significant bit, header only', '82 7f 8000000000000000', 1002],
  ['length with all bits, header only', '82 7f ffffffffffffffff', 1002],
  ['length of 256 MiB, header only', '82 7f 0000000010000000', 1009],
  ['length of 2 GiB, header only', '82 7f 0000000080000000', 1009],
  ['length 2^32, header only', '82 7f 0000000100000000', 1009],
  ['length 2^32 + 5, and 5 bytes', '82 7f 0000000100000005 48656c6c6f', 1009],
  ['length 2^53, header only', '82 7f 0020000000000000', 1009],
  ['length 2^63 - 1, header only', '82 7f 7fffffffffffffff', 1009],
  ['ping of 126 bytes, header only', '89 7e 007e', 1002],
  ['pong of 126 bytes, header only', '8a 7e 007e', 1002],
  ['Close of 126 bytes, header only', '88 7e 007e', 1002],
  ['ping of 2^32 bytes, header only', '89 7f 0000000100000000', 1002],
  ['ping with length 1 in 16 bits', '89 7e 0001 61', 1002],
  ['pong of 126 bytes', `8a 7e 007e ${'61'.repeat(126)}`, 1002],
];

export const lengths: readonly Case[] = numbered('21', [
  ...rows.map(([title, frame, code]) => ({ title, steps: [hex(frame)], expect: failsStrictly(code) })),
  {
    title: 'a valid message, then length 1 in 16 bits',
    steps: [probe.step, hex('82 7e 0001 61')],
    expect: failsStrictly(1002, probe.event),
  },
]);
