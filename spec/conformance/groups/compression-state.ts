// Group 22: RSV1 to RSV3, with and without permessage-deflate (RFC 6455 §5.2, RFC 7692 §6).

import { hello as vectors } from '../../support/deflate-blocks.ts';
import type { Case } from '../case.ts';
import { binary, continuation, frame, ping, pong, text } from '../frame.ts';
import { echoed, failsBy, good, hello, numbered, plainDeflate, send } from './expectations.ts';

const opcodes = [0, 1, 2, 8, 9, 10];
const values = [1, 2, 3, 4, 5, 6, 7];

/** "Hello" as a compressed text (RFC 7692 §7.2.3.1), and once more as a reference back to it (§7.2.3.2). */
const compressed = text(vectors.fixed, { rsv: 4 });
const reference = text(vectors.again, { rsv: 4 });
const open = { fin: false };
const openCompressed = { fin: false, rsv: 4 };
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
      steps: [send(compressed)],
      expect: failsBy(1002),
    },
    {
      title: 'RSV1 on the continuation of a compressed text',
      deflate,
      steps: [
        send(
          text(vectors.fixed.subarray(0, 2), openCompressed),
          continuation(vectors.fixed.subarray(2, 5), { rsv: 4 }),
        ),
      ],
      expect: failsBy(1002),
    },
    {
      title: 'RSV1 on the continuation of a plain text',
      deflate,
      steps: [send(text('ab', open), continuation('ab', { rsv: 4 }))],
      expect: failsBy(1002),
    },
    {
      title: 'pong, then compressed text',
      deflate,
      steps: [send(pong(), compressed)],
      expect: good(echoed.text('Hello')),
    },
    {
      title: 'ping inside a compressed text',
      deflate,
      steps: [
        send(
          text(vectors.fixed.subarray(0, 3), openCompressed),
          ping(),
          continuation(vectors.fixed.subarray(3)),
        ),
      ],
      expect: good(echoed.pong(), echoed.text('Hello')),
    },
    {
      title: 'pings with every kind of frame of a compressed text between them',
      deflate,
      steps: [
        send(
          text(vectors.fixed.subarray(0, 1), openCompressed),
          ping('a'),
          continuation(vectors.fixed.subarray(1, 3), open),
          pong(),
          ping('b'),
          continuation(vectors.fixed.subarray(3)),
        ),
      ],
      expect: good(echoed.pong('a'), echoed.pong('b'), echoed.text('Hello')),
    },
    {
      title: 'continuation of nothing after a compressed text',
      deflate,
      steps: [send(compressed, continuation(vectors.fixed.subarray(3, 6)))],
      expect: failsBy(1002, echoed.text('Hello')),
    },
    {
      title: 'empty frames inside a compressed text',
      deflate,
      steps: [
        send(
          text('', openCompressed),
          continuation(vectors.fixed.subarray(0, 3), open),
          continuation('', open),
          continuation(vectors.fixed.subarray(3)),
        ),
      ],
      expect: good(echoed.text('Hello')),
    },
    {
      title: 'a plain text between two compressed ones does not enter the window',
      deflate: { ...deflate, takeover: true },
      steps: [send(compressed, text('plain'), reference)],
      expect: good(echoed.text('Hello'), echoed.text('plain'), echoed.text('Hello')),
    },
    {
      title: 'compressed binary',
      deflate,
      steps: [send(binary(vectors.fixed, { rsv: 4 }))],
      expect: good(echoed.binary('Hello')),
    },
    {
      title: 'control payloads are never compressed',
      deflate,
      steps: [send(ping(vectors.fixed)), send(ping(hello))],
      expect: good(echoed.pong(vectors.fixed), echoed.pong(hello)),
    },
    {
      title: 'text inside a compressed text',
      deflate,
      steps: [send(text(vectors.fixed.subarray(0, 3), openCompressed), compressed)],
      expect: failsBy(1002),
    },
  ]),
];
