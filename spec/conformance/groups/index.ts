// All cases, in order.

import type { Case, Scale } from '../case.ts';
import { closing } from './closing.ts';
import { deflateMessages } from './deflate-messages.ts';
import { autoFragmentation, fragmentation } from './fragmentation.ts';
import { messages, pings, reservedBits, reservedOpcodes } from './framing.ts';
import { performance } from './performance.ts';
import { utf8Cases } from './utf8.ts';

/** What the groups are called. */
export const groupTitles: Readonly<Record<string, string>> = {
  1: 'framing',
  2: 'ping and pong',
  3: 'reserved bits',
  4: 'reserved opcodes',
  5: 'fragmentation',
  6: 'UTF-8',
  7: 'closing handshake',
  9: 'limits and performance',
  10: 'automatic fragmentation',
  12: 'compressed messages',
  13: 'compression parameters',
};

export function allCases(scale: Scale): readonly Case[] {
  return [
    ...messages,
    ...pings,
    ...reservedBits,
    ...reservedOpcodes,
    ...fragmentation,
    ...utf8Cases,
    ...closing,
    ...performance(scale),
    ...autoFragmentation,
    ...deflateMessages(scale),
  ];
}

export function groupOf(id: string): string {
  return id.slice(0, id.indexOf('.'));
}
