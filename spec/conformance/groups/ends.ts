// Group 29: the stream ends in every state (RFC 6455 §7.1.1, §7.2.1): so does the endpoint's side, soon and in order.

import type { Case, Step } from '../case.ts';
import { close, ping } from '../frame.ts';
import { echoed, eof, good, hex, numbered, plainDeflate, probe, send } from './expectations.ts';

const fin: Step = { end: 'fin' };
const ends = { events: [], end: eof };

const inFrames: readonly (readonly [title: string, frames: readonly string[]])[] = [
  ['right after the handshake', []],
  ['after one byte of a header', ['81']],
  ['inside a length of 16 bits', ['81 7e 01']],
  ['inside a length of 64 bits', ['81 7f 00000000']],
  ['after a header', ['81 05']],
  ['inside a payload', ['81 05 4865']],
  ['inside the payload of a ping', ['89 05 4865']],
  ['inside a Close', ['88 02 03']],
  ['between two fragments', ['01 01 61']],
  ['inside a code point', ['01 01 c3']],
  ['between two fragments, after a pong', ['01 01 61', '8a 00']],
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
    ...inFrames.map(([title, frames]) => ({ title, steps: [hex(...frames), fin], expect: ends })),
    {
      title: 'inside a compressed message',
      deflate: plainDeflate,
      steps: [hex('41 03 f248cd'), fin],
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
      steps: [hex(...frames), { end: 'drop' } as const],
      expect: ends,
    })),
  ]),
];
