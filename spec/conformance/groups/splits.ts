// Group 30: the same bytes in different chunks, and frames in the same chunk as the head.

import { hello } from '../../support/deflate-blocks.ts';
import { fromHex } from '../../support/hex.ts';
import { type Bytes, fill, join } from '../bytes.ts';
import type { Case, Handshake, Step } from '../case.ts';
import { binary, continuation, ping, pong, text } from '../frame.ts';
import { echoed, numbered, plainDeflate, probe, succeeds } from './expectations.ts';

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

/** Sends the bytes in two chunks, split at each offset in turn. Waits for the `events` of each repetition. */
function everySplit(whole: Bytes, offsets: number, events: number): Step[] {
  return Array.from({ length: offsets }, (_, index): Step[] => [
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
  ['byte by byte', { chunkBytes: 1 }],
  ['in chunks of 7', { chunkBytes: 7 }],
  ...Array.from({ length: 16 }, (_, index) => {
    return [`split at ${index - 8} from the end of the head`, { splitOffset: index - 8 }] as const;
  }),
];

export const splits: readonly Case[] = [
  ...numbered('30.1', [
    {
      title: 'frames of every kind, split at every offset',
      steps: everySplit(corpus, corpus.length - 1, 5),
      expect: succeeds(...times(corpus.length - 1, corpusEvents)),
      ignores: ignoresPongs,
      timeoutMs: 10_000,
    },
    {
      title: 'compressed frames, split at every offset',
      deflate: plainDeflate,
      steps: everySplit(compressed, compressed.length - 1, 2),
      expect: succeeds(...times(compressed.length - 1, [echoed.text('Hello'), echoed.text('Hello')])),
      timeoutMs: 10_000,
    },
    {
      title: 'length of 64 bits, split at every offset of the header',
      steps: everySplit(binary(large), 16, 1),
      expect: succeeds(...times(16, [echoed.binary(large)])),
      timeoutMs: 10_000,
    },
    {
      title: 'frames of every kind, byte by byte',
      steps: [{ send: [corpus], by: 1 }],
      expect: succeeds(...corpusEvents),
      ignores: ignoresPongs,
    },
  ]),
  ...numbered(
    '30.2',
    heads.map(([title, handshake]) => ({
      title: `head and frames ${title}`,
      handshake: { earlyFrames: [text('probe'), text('probe')], ...handshake },
      steps: [],
      expect: succeeds(probe.event, probe.event),
    })),
  ),
];
