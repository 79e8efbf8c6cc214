// Group 27: the DEFLATE data of compressed messages (RFC 7692 §7.2). The vectors are from the RFC and attacks.md.

import { constants, deflateRawSync } from 'node:zlib';
import { fromHex } from '../../support/hex.ts';
import { type Bytes, fill, join, utf8 } from '../bytes.ts';
import type { Case, Negotiation } from '../case.ts';
import { rounds } from '../event.ts';
import { fragments, frame } from '../frame.ts';
import { echoed, failsStrictly, numbered, plainDeflate, send, succeeds } from './expectations.ts';

const hello = 'f248cdc9c90700';
const deflate = plainDeflate;
const takeover: Negotiation = { ...plainDeflate, takeover: true };
const text = (payload: string) => send(frame(1, fromHex(payload), { rsv: 4 }));

/** Sends a compressed text in two fragments. */
const inTwo = (first: string, second: string) =>
  send(frame(1, fromHex(first), { fin: false, rsv: 4 }), frame(0, fromHex(second)));

/** Returns the payload of a message compressed by zlib. */
export function deflated(message: string | Uint8Array, level = 6): Bytes {
  const whole = deflateRawSync(utf8(message), { level, finishFlush: constants.Z_SYNC_FLUSH });
  return new Uint8Array(whole.subarray(0, -4));
}

const valid: readonly (readonly [title: string, steps: Case['steps'], message: string])[] = [
  ['fixed Huffman codes', [text(hello)], 'Hello'],
  ['stored block', [text('000500faff48656c6c6f00')], 'Hello'],
  ['block with BFINAL', [text('f348cdc9c9070000')], 'Hello'],
  ['two blocks', [text('f24805000000ffffcac9c90700')], 'Hello'],
  ['two fragments', [inTwo('f248cd', 'c9c90700')], 'Hello'],
  ['a first fragment that ends with 0000ffff', [inTwo('f24805000000ffff', 'cac9c90700')], 'Hello'],
  ['fragments of one byte', [send(...fragments(1, fromHex(hello), 1, 4))], 'Hello'],
  ['BFINAL, then another block', [text('f348cdc9c90700 33343236313533b7000000')], 'Hello12345678'],
  ['an empty message', [text('00')], ''],
  ['an empty message without a payload', [text('')], ''],
  ['an empty message in two fragments', [inTwo('', '00')], ''],
  ['stored blocks of zlib', [send(frame(1, deflated('plain', 0), { rsv: 4 }))], 'plain'],
];

const random = utf8(
  Array.from({ length: 8000 }, (_, index) => (Math.imul(index, 2654435761) >>> 7).toString(36)).join(''),
);

/** Payloads that are not DEFLATE. */
const broken: readonly (readonly [title: string, payload: string])[] = [
  ['reserved block type', '07'],
  ['a distance to before the first message', 'f200110000'],
  ['an incomplete block', 'f248cd'],
  ['a byte after the last block', 'f248cdc9c90700ff'],
  ['a stored block whose lengths do not match', '0005000000 48656c6c6f 00'],
  ['a truncated stored block', '000500faff4865'],
  ['too many distance symbols', '05ffff'],
  ['an incomplete set of code lengths', '0400feff'],
  ['a repeat code without a previous code length', '0400244900'],
  ['no end-of-block code', '040024e9ff6d'],
  ['an incomplete set of literals', '0480499224499224 71ffff931100'],
  ['an incomplete set of distances', '0480499224499224 0fb4ffffc384'],
  ['an unassigned literal code', '04c0810800000000 207feb0b0000'],
  ['an unassigned distance code', '027effff'],
];

export const deflateData: readonly Case[] = [
  ...numbered('27.1', [
    ...valid.map(([title, steps, message]) => ({
      title,
      deflate,
      steps,
      expect: succeeds(echoed.text(message)),
    })),
    {
      title: 'a reference to the previous message',
      deflate: takeover,
      steps: [text(hello), text('f200110000')],
      expect: succeeds(echoed.text('Hello'), echoed.text('Hello')),
    },
    {
      title: 'a reference to a previous message with BFINAL',
      deflate: takeover,
      steps: [text('f348cdc9c9070000'), text('f200110000')],
      expect: succeeds(echoed.text('Hello'), echoed.text('Hello')),
    },
    {
      title: 'references over a distance of 30,000 bytes',
      deflate: takeover,
      steps: [{ rounds: 4, message: () => ({ type: 'text', data: random.subarray(0, 30_000) }) }],
      expect: succeeds(rounds(4)),
    },
    {
      title: 'a payload larger than its message',
      deflate,
      steps: [send(frame(1, deflated(random.subarray(0, 1024), 0), { rsv: 4 }))],
      expect: succeeds(echoed.text(random.subarray(0, 1024))),
    },
    {
      title: '1,000 blocks with BFINAL',
      deflate,
      steps: [send(frame(1, join([fill(fromHex('0300'), 2000), fromHex('00')]), { rsv: 4 }))],
      expect: succeeds(echoed.text('')),
    },
  ]),
  ...numbered('27.2', [
    ...broken.map(([title, payload]) => ({
      title,
      deflate,
      steps: [text(payload)],
      expect: failsStrictly(1007),
    })),
    {
      title: 'text that is not UTF-8 when decompressed',
      deflate,
      steps: [send(frame(1, deflated(fromHex('61c328')), { rsv: 4 }))],
      expect: failsStrictly(1007),
    },
    {
      title: 'a surrogate when decompressed, in fragments of one byte',
      deflate,
      steps: [send(...fragments(1, deflated(fromHex('61eda080')), 1, 4))],
      expect: failsStrictly(1007),
    },
    {
      title: 'binary that is not UTF-8 when decompressed',
      deflate,
      steps: [send(frame(2, deflated(fromHex('61c328')), { rsv: 4 }))],
      expect: succeeds(echoed.binary(fromHex('61c328'))),
    },
    {
      title: 'a reference to the previous message, without context takeover',
      role: 'client',
      deflate: {
        offer: '',
        answer: offer => plainDeflate.answer(offer) && 'permessage-deflate; server_no_context_takeover',
      },
      steps: [text(hello), text('f200110000')],
      expect: failsStrictly(1007, echoed.text('Hello')),
    },
    {
      title: 'a valid message, then an invalid one',
      deflate,
      steps: [text(hello), text('07')],
      expect: failsStrictly(1007, echoed.text('Hello')),
    },
  ]),
];
