// Group 29: the stream ends in every state (RFC 6455 §7.1.1, §7.2.1): so does the endpoint's side, soon and in order.

import { type Bytes, fromHex } from '../bytes.ts';
import type { Case, Step } from '../case.ts';
import { close, ping, pong, text } from '../frame.ts';
import { echoed, eof, good, numbered, plainDeflate, probe, send } from './expectations.ts';

const fin: Step = { end: 'fin' };
const ends = { events: [], end: eof };

const inFrames: readonly (readonly [title: string, frames: readonly Bytes[]])[] = [
  ['right after the handshake', []],
  ['after one byte of a header', [fromHex('81')]],
  ['inside a length of 16 bits', [fromHex('81 7e 01')]],
  ['inside a length of 64 bits', [fromHex('81 7f 00000000')]],
  ['after a header', [text('', { declared: 5 })]],
  ['inside a payload', [text('He', { declared: 5 })]],
  ['inside the payload of a ping', [ping('He', { declared: 5 })]],
  ['inside a Close', [fromHex('88 02 03')]],
  ['between two fragments', [text('a', { fin: false })]],
  ['inside a code point', [text(fromHex('c3'), { fin: false })]],
  ['between two fragments, after a pong', [text('a', { fin: false }), pong()]],
];

export const endings: readonly Case[] = [
  ...numbered('29.1', [
    ...[0, 1, 10, 60].map(only => ({
      title: `after ${only} bytes of the head`,
      handshake: { only },
      steps: [],
      expect: ends,
    })),
  ]),
  ...numbered('29.2', [
    ...inFrames.map(([title, frames]) => ({ title, steps: [send(...frames), fin], expect: ends })),
    {
      title: 'inside a compressed message',
      deflate: plainDeflate,
      steps: [send(text(fromHex('f248cd'), { fin: false, rsv: 4 })), fin],
      expect: ends,
    },
    {
      title: 'after an echo',
      steps: [probe.step, { until: 1 }, fin],
      expect: { ...ends, events: [probe.event] },
    },
    {
      title: 'after a pong',
      steps: [send(ping('a')), { until: 1 }, fin],
      expect: { ...ends, events: [echoed.pong('a')] },
    },
    { title: 'together with a Close', steps: [send(close(1000)), fin], expect: good() },
  ]),
  ...numbered('29.3', [
    ...inFrames.map(([title, frames]) => ({
      title: `reset ${title}`,
      steps: [send(...frames), { end: 'drop' } as const],
      expect: ends,
    })),
  ]),
];
