// Group 22: RSV1 to RSV3, with and without permessage-deflate (RFC 6455 §5.2, RFC 7692 §6).

import type { Case } from '../case.ts';
import { frame } from '../frame.ts';
import { echoed, failsBy, good, hello, hex, numbered, plainDeflate, send } from './expectations.ts';

const opcodes = [0, 1, 2, 8, 9, 10];
const values = [1, 2, 3, 4, 5, 6, 7];

/** "Hello" as a compressed text (RFC 7692 §7.2.3.1), and once more as a reference back to it (§7.2.3.2). */
const compressed = 'c1 07 f248cdc9c90700';
const reference = 'c1 05 f200110000';
const deflate = plainDeflate;

export const compressionState: readonly Case[] = [
  ...numbered(
    '22.1',
    opcodes.flatMap(opcode =>
      values.map(rsv => ({
        title: `RSV ${rsv} on opcode ${opcode}, nothing agreed`,
        steps: [send(frame(opcode, '', { rsv }))],
        expect: failsBy(1002),
      })),
    ),
  ),
  ...numbered(
    '22.2',
    opcodes.flatMap(opcode =>
      values
        .filter(rsv => rsv !== 4 || opcode > 2)
        .map(rsv => ({
          title: `RSV ${rsv} on opcode ${opcode}, permessage-deflate agreed`,
          deflate,
          steps: [send(frame(opcode, '', { rsv }))],
          expect: failsBy(1002),
        })),
    ),
  ),
  ...numbered('22.3', [
    {
      title: 'compressed text, nothing agreed',
      steps: [hex(compressed)],
      expect: failsBy(1002),
    },
    {
      title: 'RSV1 on the continuation of a compressed text',
      deflate,
      steps: [hex('41 02 f248', 'c0 03 cdc9c9')],
      expect: failsBy(1002),
    },
    {
      title: 'RSV1 on the continuation of a plain text',
      deflate,
      steps: [hex('01 02 6162', 'c0 02 6162')],
      expect: failsBy(1002),
    },
    {
      title: 'pong, then compressed text',
      deflate,
      steps: [hex('8a 00', compressed)],
      expect: good(echoed.text('Hello')),
    },
    {
      title: 'ping inside a compressed text',
      deflate,
      steps: [hex('41 03 f248cd', '89 00', '80 04 c9c90700')],
      expect: good(echoed.pong(), echoed.text('Hello')),
    },
    {
      title: 'pings with every kind of frame of a compressed text between them',
      deflate,
      steps: [hex('41 01 f2', '89 01 61', '00 02 48cd', '8a 00', '89 01 62', '80 04 c9c90700')],
      expect: good(echoed.pong('a'), echoed.pong('b'), echoed.text('Hello')),
    },
    {
      title: 'continuation of nothing after a compressed text',
      deflate,
      steps: [hex(compressed, '80 03 c9c907')],
      expect: failsBy(1002, echoed.text('Hello')),
    },
    {
      title: 'empty frames inside a compressed text',
      deflate,
      steps: [hex('41 00', '00 03 f248cd', '00 00', '80 04 c9c90700')],
      expect: good(echoed.text('Hello')),
    },
    {
      title: 'a plain text between two compressed ones does not enter the window',
      deflate: { ...deflate, takeover: true },
      steps: [hex(compressed, '81 05 706c61696e', reference)],
      expect: good(echoed.text('Hello'), echoed.text('plain'), echoed.text('Hello')),
    },
    {
      title: 'compressed binary',
      deflate,
      steps: [hex('c2 07 f248cdc9c90700')],
      expect: good(echoed.binary('Hello')),
    },
    {
      title: 'control payloads are never compressed',
      deflate,
      steps: [hex('89 07 f248cdc9c90700'), send(frame(9, hello))],
      expect: good(echoed.pong(Uint8Array.of(0xf2, 0x48, 0xcd, 0xc9, 0xc9, 7, 0)), echoed.pong(hello)),
    },
    {
      title: 'text inside a compressed text',
      deflate,
      steps: [hex('41 03 f248cd', compressed)],
      expect: failsBy(1002),
    },
  ]),
];
