// All cases, in order.

import type { Case, Scale } from '../case.ts';
import { closing } from './closing.ts';
import { compressionState } from './compression-state.ts';
import { deflateData } from './deflate-data.ts';
import { deflateMessages } from './deflate-messages.ts';
import { endings } from './ends.ts';
import { autoFragmentation, fragmentation } from './fragmentation.ts';
import { messages, pings, reservedBits, reservedOpcodes } from './framing.ts';
import { lengths } from './lengths.ts';
import { limits } from './limits.ts';
import { masking } from './masking.ts';
import { messagesAndCloses } from './messages.ts';
import { negotiationMatrix } from './negotiation-matrix.ts';
import { performance } from './performance.ts';
import { requests } from './requests.ts';
import { responses } from './responses.ts';
import { splits } from './splits.ts';
import { utf8Cases } from './utf8.ts';

/** The titles of the groups. */
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
  20: 'masking',
  21: 'lengths',
  22: 'RSV and compression state',
  23: 'messages, control frames and Close',
  24: 'requests',
  25: 'responses',
  26: 'permessage-deflate negotiation',
  27: 'DEFLATE data',
  28: 'limits and floods',
  29: 'ends in every state',
  30: 'splits',
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
    ...masking,
    ...lengths,
    ...compressionState,
    ...messagesAndCloses,
    ...requests,
    ...responses,
    ...negotiationMatrix,
    ...deflateData,
    ...limits,
    ...endings,
    ...splits,
  ];
}

export function groupOf(id: string): string {
  return id.slice(0, id.indexOf('.'));
}
