// Autobahn groups 12 and 13: permessage-deflate with five data sets, and with seven sets of parameters.

import type { Case, Negotiation, Scale } from '../case.ts';
import { type DataSet, dataSets, windowOf } from '../data-sets.ts';
import { rounds } from '../event.ts';
import { answerTo, offerFor, type Requirement } from '../negotiation.ts';
import { succeeds } from './expectations.ts';

const Ki = 1024;

/** The message length in units or bytes, the maximum payload of a frame in bytes (0: unlimited), and the timeout. */
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

/** The settings that the tester requires for the endpoint's messages. */
const requirements: readonly (readonly Requirement[])[] = [
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
    ...requirements.flatMap((requirement, index) =>
      subCases(`13.${index + 1}`, dataSets[0]!, requirement, scale),
    ),
  ];
}

function subCases(
  id: string,
  { title, type, content }: DataSet,
  requirement: readonly Requirement[],
  scale: Scale,
): Case[] {
  const settings = id.startsWith('13') ? `, ${requirement.map(described).join(' or ')}` : '';
  const deflate: Negotiation = {
    offer: offerFor(requirement),
    answer: offer => answerTo(offer, requirement),
  };
  return runs.map(([length, fragment, seconds], index) => ({
    id: `${id}.${index + 1}`,
    title: `${title} in messages of ${length}${fragment ? ` and frames of ${fragment}` : ''}${settings}`,
    steps: [
      { rounds: scale.rounds, fragment, message: at => ({ type, data: windowOf(content(), length, at) }) },
    ],
    expect: succeeds(rounds(scale.rounds)),
    endpoint: { maxMessageBytes: 16 * Ki * Ki },
    deflate,
    timeoutMs: seconds * 1000,
    exclusive: true,
  }));
}

function described({ takeover, bits }: Requirement): string {
  return `${takeover ? 'with' : 'without'} context takeover${bits === undefined ? '' : ` and ${bits} window bits`}`;
}
