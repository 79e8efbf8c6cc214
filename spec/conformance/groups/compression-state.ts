// Group 22: RSV1 to RSV3, with and without permessage-deflate (RFC 6455 §5.2, RFC 7692 §6).

import { hello as vectors } from '../../support/deflate-blocks.ts';
import type { Case } from '../case.ts';
import { binary, continuation, frame, ping, pong, text } from '../frame.ts';
import { echoed, failsStrictly, hello, numbered, plainDeflate, send, succeeds } from './expectations.ts';

const opcodes = [0, 1, 2, 8, 9, 10];
const values = [1, 2, 3, 4, 5, 6, 7];

/** "Hello" as a compressed text (RFC 7692 §7.2.3.1), and the same as a reference to it (§7.2.3.2). */
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
        title: `RSV ${rsv} on opcode ${opcode}, without permessage-deflate`,
        steps: [send(frame(opcode, '', { rsv }))],
        expect: failsStrictly(1002),
      })),
    ),
  ),
  ...numbered(
    '22.2',
    opcodes.flatMap(opcode =>
      values
        .filter(rsv => rsv !== 4 || opcode > 2)
        .map(rsv => ({
          title: `RSV ${rsv} on opcode ${opcode}, with permessage-deflate`,
          deflate,
          steps: [send(frame(opcode, '', { rsv }))],
          expect: failsStrictly(1002),
        })),
    ),
  ),
  ...numbered('22.3', [
    {
      title: 'compressed text, without permessage-deflate',
      steps: [send(compressed)],
      expect: failsStrictly(1002),
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
      expect: failsStrictly(1002),
    },
    {
      title: 'RSV1 on the continuation of an uncompressed text',
      deflate,
      steps: [send(text('ab', open), continuation('ab', { rsv: 4 }))],
      expect: failsStrictly(1002),
    },
    {
      title: 'pong, then compressed text',
      deflate,
      steps: [send(pong(), compressed)],
      expect: succeeds(echoed.text('Hello')),
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
      expect: succeeds(echoed.pong(), echoed.text('Hello')),
    },
    {
      title: 'pings between the first, middle and last frames of a compressed text',
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
      expect: succeeds(echoed.pong('a'), echoed.pong('b'), echoed.text('Hello')),
    },
    {
      title: 'continuation frame after a complete compressed text',
      deflate,
      steps: [send(compressed, continuation(vectors.fixed.subarray(3, 6)))],
      expect: failsStrictly(1002, echoed.text('Hello')),
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
      expect: succeeds(echoed.text('Hello')),
    },
    {
      title: 'uncompressed text between two compressed ones, which is not part of the window',
      deflate: { ...deflate, takeover: true },
      steps: [send(compressed, text('plain'), reference)],
      expect: succeeds(echoed.text('Hello'), echoed.text('plain'), echoed.text('Hello')),
    },
    {
      title: 'compressed binary',
      deflate,
      steps: [send(binary(vectors.fixed, { rsv: 4 }))],
      expect: succeeds(echoed.binary('Hello')),
    },
    {
      title: 'ping whose payload looks like a compressed text',
      deflate,
      steps: [send(ping(vectors.fixed)), send(ping(hello))],
      expect: succeeds(echoed.pong(vectors.fixed), echoed.pong(hello)),
    },
    {
      title: 'new text inside a compressed text',
      deflate,
      steps: [send(text(vectors.fixed.subarray(0, 3), openCompressed), compressed)],
      expect: failsStrictly(1002),
    },
  ]),
];
