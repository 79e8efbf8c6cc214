// The tasks of the `synchronous` benchmark, each implemented with ws and with wsluice.

import { randomBytes } from 'node:crypto';
import { builtInCodec } from '../../../lib/deflate/built-in-codec.ts';
import type { Candidate } from '../compare.ts';
import { compressing, type Runner, wsRunner } from '../deflate/runners.ts';
import { peer, views } from '../receive.ts';
import { wireChunks, workload } from '../workload.ts';
import type { TaskName } from './tasks.ts';

export interface Pair {
  /** The number of messages that one run handles. */
  readonly messages: number;
  readonly ws: Candidate['run'];
  readonly ours: Candidate['run'];
}

/** The payload of a TCP segment over Ethernet. */
const segmentBytes = 1448;

/** Decodes unmasked binary messages, both libraries into views and without zero-filling memory. */
function received(bytes: number): Pair {
  const work = workload('binary', bytes);
  const chunks = wireChunks(work, 'server', segmentBytes);
  const copies = () => chunks.map(chunk => chunk.slice());
  const [ws, ours] = [peer('client', work, copies), views('client', work, copies)];
  return { messages: work.messages.length, ws: ws.run, ours: ours.run };
}

/** Compresses messages that do not get shorter. */
function incompressible(bytes: number): Pair {
  const messages = Array.from({ length: 16 }, () => new Uint8Array(randomBytes(bytes)));
  const by = (runner: Runner) => () => runner(messages);
  return { messages: messages.length, ws: by(wsRunner('compress')), ours: by(compressing(builtInCodec)) };
}

export const pairs: Readonly<Record<TaskName, () => Pair>> = {
  'received-16k': () => received(16_384),
  'received-64k': () => received(65_536),
  'received-1m': () => received(2 ** 20),
  'incompressible-64k': () => incompressible(65_536),
};
