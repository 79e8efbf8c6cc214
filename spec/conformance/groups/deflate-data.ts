// Group 27: the content of compressed messages (RFC 7692 §7.2). The vectors are from the RFC and attacks.md.

import { constants, deflateRawSync } from 'node:zlib';
import { type Bytes, fill, fromHex, join, utf8 } from '../bytes.ts';
import type { Case, Negotiation } from '../case.ts';
import { rounds } from '../event.ts';
import { fragments, frame } from '../frame.ts';
import { echoed, failsBy, good, numbered, plainDeflate, send } from './expectations.ts';

const hello = 'f248cdc9c90700';
const deflate = plainDeflate;
const takeover: Negotiation = { ...plainDeflate, takeover: true };
const text = (payload: string) => send(frame(1, fromHex(payload), { rsv: 4 }));

/** Sends a compressed text in two fragments. */
const inTwo = (first: string, second: string) =>
  send(frame(1, fromHex(first), { fin: false, rsv: 4 }), frame(0, fromHex(second)));

/** A payload that zlib makes of the message. */
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
  ['a fragment that ends in 0000ffff', [inTwo('f24805000000ffff', 'cac9c90700')], 'Hello'],
  ['fragments of one byte', [send(...fragments(1, fromHex(hello), 1, 4))], 'Hello'],
  ['BFINAL, then another block', [text('f348cdc9c90700 33343236313533b7000000')], 'Hello12345678'],
  ['an empty message', [text('00')], ''],
  ['an empty message without a payload', [text('')], ''],
  ['an empty message in two fragments', [inTwo('', '00')], ''],
  ['no compression', [send(frame(1, deflated('plain', 0), { rsv: 4 }))], 'plain'],
];

const random = utf8(
  Array.from({ length: 8000 }, (_, index) => (Math.imul(index, 2654435761) >>> 7).toString(36)).join(''),
);

/** All → 1007. */
const broken: readonly (readonly [title: string, payload: string])[] = [
  ['reserved block type', '07'],
  ['a distance beyond what was sent', 'f200110000'],
  ['a stream that stops inside a block', 'f248cd'],
  ['a byte after the last block', 'f248cdc9c90700ff'],
  ['a stored block whose lengths do not match', '0005000000 48656c6c6f 00'],
  ['a stored block that is cut off', '000500faff4865'],
  ['too many distance symbols', '05ffff'],
  ['an incomplete set of code lengths', '0400feff'],
  ['a bit length that repeats nothing', '0400244900'],
  ['no end-of-block code', '040024e9ff6d'],
  ['an incomplete set of literals', '0480499224499224 71ffff931100'],
  ['an incomplete set of distances', '0480499224499224 0fb4ffffc384'],
  ['a literal that has no code', '04c0810800000000 207feb0b0000'],
  ['a distance that has no code', '027effff'],
];

export const deflateData: readonly Case[] = [
  ...numbered('27.1', [
    ...valid.map(([title, steps, message]) => ({
      title,
      deflate,
      steps,
      expect: good(echoed.text(message)),
    })),
    {
      title: 'a reference to the message before',
      deflate: takeover,
      steps: [text(hello), text('f200110000')],
      expect: good(echoed.text('Hello'), echoed.text('Hello')),
    },
    {
      title: 'a reference over a BFINAL',
      deflate: takeover,
      steps: [text('f348cdc9c9070000'), text('f200110000')],
      expect: good(echoed.text('Hello'), echoed.text('Hello')),
    },
    {
      title: 'references 30,000 bytes back',
      deflate: takeover,
      steps: [{ rounds: 4, message: () => ({ type: 'text', data: random.subarray(0, 30_000) }) }],
      expect: good(rounds(4)),
    },
    {
      title: 'a payload that is larger than its message',
      deflate,
      steps: [send(frame(1, deflated(random.subarray(0, 1024), 0), { rsv: 4 }))],
      expect: good(echoed.text(random.subarray(0, 1024))),
    },
    {
      title: 'a thousand blocks with BFINAL',
      deflate,
      steps: [send(frame(1, join([fill(fromHex('0300'), 2000), fromHex('00')]), { rsv: 4 }))],
      expect: good(echoed.text('')),
    },
  ]),
  ...numbered('27.2', [
    ...broken.map(([title, payload]) => ({ title, deflate, steps: [text(payload)], expect: failsBy(1007) })),
    {
      title: 'text that is no UTF-8 once inflated',
      deflate,
      steps: [send(frame(1, deflated(fromHex('61c328')), { rsv: 4 }))],
      expect: failsBy(1007),
    },
    {
      title: 'a surrogate once inflated, in fragments of one byte',
      deflate,
      steps: [send(...fragments(1, deflated(fromHex('61eda080')), 1, 4))],
      expect: failsBy(1007),
    },
    {
      title: 'binary that is not UTF-8 once inflated is valid',
      deflate,
      steps: [send(frame(2, deflated(fromHex('61c328')), { rsv: 4 }))],
      expect: good(echoed.binary(fromHex('61c328'))),
    },
    {
      title: 'a reference to the message before, though the window is not kept',
      role: 'client',
      deflate: {
        offer: '',
        answer: offer => plainDeflate.answer(offer) && 'permessage-deflate; server_no_context_takeover',
      },
      steps: [text(hello), text('f200110000')],
      expect: failsBy(1007, echoed.text('Hello')),
    },
    {
      title: 'a message, then one that is broken',
      deflate,
      steps: [text(hello), text('07')],
      expect: failsBy(1007, echoed.text('Hello')),
    },
  ]),
];
