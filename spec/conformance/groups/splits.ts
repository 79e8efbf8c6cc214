// Group 30: every cut of the same bytes means the same; bytes after the head are frames, once.

import { hello } from '../../support/deflate-blocks.ts';
import { type Bytes, fill, fromHex, join } from '../bytes.ts';
import type { Case, Handshake, Step } from '../case.ts';
import { binary, continuation, ping, pong, text } from '../frame.ts';
import { echoed, good, numbered, plainDeflate, probe } from './expectations.ts';

const medium = fill('*', 126);
const large = fill('+', 65_536);

const corpus = join([
  text('é€😀'),
  binary(fromHex('00ff')),
  pong('x'),
  text('a', { fin: false }),
  continuation('', { fin: false }),
  continuation('b'),
  text(),
  binary(medium),
  ping('p'),
]);
const corpusEvents = [
  echoed.text('é€😀'),
  echoed.binary(fromHex('00ff')),
  echoed.text('ab'),
  echoed.text(''),
  echoed.binary(medium),
];

const compressed = join([
  text(hello.fixed, { rsv: 4 }),
  text(hello.fixed.subarray(0, 3), { fin: false, rsv: 4 }),
  pong(),
  continuation(hello.fixed.subarray(3)),
]);

/** The bytes once for each place where they can be cut in two, each after the `events` of the one before. */
function everyCut(whole: Bytes, places: number, events: number): Step[] {
  return Array.from({ length: places }, (_, index): Step[] => [
    { send: [whole.subarray(0, index + 1), whole.subarray(index + 1)], by: 'piece' },
    { until: (index + 1) * events },
  ]).flat();
}

function times(count: number, events: readonly string[]): string[] {
  return Array.from({ length: count }, () => events).flat();
}

const ignoresPongs = (event: string) => event.startsWith('pong');
const heads: readonly (readonly [title: string, handshake: Handshake])[] = [
  ['in the same chunk', {}],
  ['byte-wise', { chop: 1 }],
  ['in chops of 7', { chop: 7 }],
  ...Array.from({ length: 16 }, (_, index) => {
    return [`cut ${index - 8} bytes after the head`, { cut: index - 8 }] as const;
  }),
];

export const splits: readonly Case[] = [
  ...numbered('30.1', [
    {
      title: 'frames of every kind, cut in two everywhere',
      steps: everyCut(corpus, corpus.length - 1, 5),
      expect: good(...times(corpus.length - 1, corpusEvents)),
      ignores: ignoresPongs,
      patienceMs: 10_000,
    },
    {
      title: 'compressed frames, cut in two everywhere',
      deflate: plainDeflate,
      steps: everyCut(compressed, compressed.length - 1, 2),
      expect: good(...times(compressed.length - 1, [echoed.text('Hello'), echoed.text('Hello')])),
      patienceMs: 10_000,
    },
    {
      title: 'a length of 64 bits, cut in two everywhere',
      steps: everyCut(binary(large), 16, 1),
      expect: good(...times(16, [echoed.binary(large)])),
      patienceMs: 10_000,
    },
    {
      title: 'frames of every kind, byte-wise',
      steps: [{ send: [corpus], by: 1 }],
      expect: good(...corpusEvents),
      ignores: ignoresPongs,
    },
  ]),
  ...numbered(
    '30.2',
    heads.map(([title, handshake]) => ({
      title: `head and frames ${title}`,
      handshake: { glued: [text('probe'), text('probe')], ...handshake },
      steps: [],
      expect: good(probe.event, probe.event),
    })),
  ),
];
