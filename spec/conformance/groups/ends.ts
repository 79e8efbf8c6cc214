// Group 29: the connection ends in every state (RFC 6455 §7.1.1, §7.2.1). The endpoint must end it, too.

import { fromHex } from '../../support/hex.ts';
import type { Bytes } from '../bytes.ts';
import type { Case, Step } from '../case.ts';
import { close, ping, pong, text } from '../frame.ts';
import { echoed, eof, numbered, plainDeflate, probe, send, succeeds } from './expectations.ts';

const fin: Step = { end: 'fin' };
const ends = { events: [], end: eof };

const inFrames: readonly (readonly [title: string, frames: readonly Bytes[]])[] = [
  ['after the handshake', []],
  ['after one byte of a header', [fromHex('81')]],
  ['inside a length of 16 bits', [fromHex('81 7e 01')]],
  ['inside a length of 64 bits', [fromHex('81 7f 00000000')]],
  ['after a header', [text('', { declared: 5 })]],
  ['inside a payload', [text('He', { declared: 5 })]],
  ['inside the payload of a ping', [ping('He', { declared: 5 })]],
  ['inside a Close', [fromHex('88 02 03')]],
  ['between two fragments', [text('a', { fin: false })]],
  ['between two fragments, inside a code point', [text(fromHex('c3'), { fin: false })]],
  ['between two fragments, after a pong', [text('a', { fin: false }), pong()]],
];

export const endings: readonly Case[] = [
  ...numbered('29.1', [
    ...[0, 1, 10, 60].map(headBytes => ({
      title: `FIN after ${headBytes} bytes of the head`,
      handshake: { headBytes },
      steps: [],
      expect: ends,
    })),
  ]),
  ...numbered('29.2', [
    ...inFrames.map(([title, frames]) => ({
      title: `FIN ${title}`,
      steps: [send(...frames), fin],
      expect: ends,
    })),
    {
      title: 'FIN inside a compressed message',
      deflate: plainDeflate,
      steps: [send(text(fromHex('f248cd'), { fin: false, rsv: 4 })), fin],
      expect: ends,
    },
    {
      title: 'FIN after an echo',
      steps: [probe.step, { until: 1 }, fin],
      expect: { ...ends, events: [probe.event] },
    },
    {
      title: 'FIN after a pong',
      steps: [send(ping('a')), { until: 1 }, fin],
      expect: { ...ends, events: [echoed.pong('a')] },
    },
    { title: 'FIN together with a Close', steps: [send(close(1000)), fin], expect: succeeds() },
  ]),
  ...numbered('29.3', [
    ...inFrames.map(([title, frames]) => ({
      title: `RST ${title}`,
      steps: [send(...frames), { end: 'drop' } as const],
      expect: ends,
    })),
  ]),
];
