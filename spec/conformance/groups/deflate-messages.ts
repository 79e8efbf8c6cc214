// Autobahn groups 12 and 13: permessage-deflate with five data sets, and with seven sets of parameters.

import type { Case, Negotiation, Scale } from '../case.ts';
import { type DataSet, dataSets, windowOf } from '../data-sets.ts';
import { rounds } from '../event.ts';
import { answerTo, offerFor, type Wish } from '../negotiation.ts';
import { good } from './expectations.ts';

const Ki = 1024;

/** Characters or bytes of a message, bytes of compressed payload in a frame (0: all), seconds. */
const runs: readonly (readonly [length: number, fragment: number, seconds: number])[] = [
  [16, 0, 60],
  [64, 0, 60],
  [256, 0, 120],
  [Ki, 0, 240],
  [4 * Ki, 0, 480],
  [8 * Ki, 0, 480],
  [16 * Ki, 0, 480],
  [32 * Ki, 0, 480],
  [64 * Ki, 0, 480],
  [128 * Ki, 0, 480],
  [8 * Ki, 256, 480],
  [16 * Ki, 256, 480],
  [32 * Ki, 256, 480],
  [64 * Ki, 256, 480],
  [128 * Ki, 256, 480],
  [128 * Ki, Ki, 480],
  [128 * Ki, 4 * Ki, 480],
  [128 * Ki, 32 * Ki, 480],
];

/** What the tester asks of what the endpoint sends. */
const wishes: readonly (readonly Wish[])[] = [
  [{ takeover: true }],
  [{ takeover: false }],
  [{ takeover: true, bits: 9 }],
  [{ takeover: true, bits: 15 }],
  [{ takeover: false, bits: 9 }],
  [{ takeover: false, bits: 15 }],
  [{ takeover: false, bits: 9 }, { takeover: false }, { takeover: true }],
];

export function deflateMessages(scale: Scale): readonly Case[] {
  return [
    ...dataSets.flatMap((data, index) => subCases(`12.${index + 1}`, data, [{ takeover: true }], scale)),
    ...wishes.flatMap((wish, index) => subCases(`13.${index + 1}`, dataSets[0]!, wish, scale)),
  ];
}

function subCases(
  id: string,
  { title, type, content }: DataSet,
  wish: readonly Wish[],
  scale: Scale,
): Case[] {
  const asked = id.startsWith('13') ? `, asking for ${wish.map(described).join(' or ')}` : '';
  const deflate: Negotiation = { offer: offerFor(wish), answer: offer => answerTo(offer, wish) };
  return runs.map(([length, fragment, seconds], index) => ({
    id: `${id}.${index + 1}`,
    title: `${title} by ${length}${fragment ? ` in frames of ${fragment}` : ''}${asked}`,
    steps: [
      { rounds: scale.rounds, fragment, message: at => ({ type, data: windowOf(content(), length, at) }) },
    ],
    expect: good(rounds(scale.rounds)),
    endpoint: { maxMessageBytes: 16 * Ki * Ki },
    deflate,
    patienceMs: seconds * 1000,
    alone: true,
  }));
}

function described({ takeover, bits }: Wish): string {
  return `${takeover ? 'takeover' : 'no takeover'}${bits === undefined ? '' : ` and ${bits} bits`}`;
}
