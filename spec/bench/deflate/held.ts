// Measures the memory that a codec holds for a connection: `held.js CODEC BITS` prints the bytes as JSON.

import type { MessageDeflater, MessageInflater } from '../../../lib/deflate/codec.ts';
import { codecs } from '../../support/codecs.ts';
import { through } from '../../support/messages-through.ts';
import { messagesOf } from '../corpora.ts';
import { drain } from './parties.ts';

/** The means over many connections. */
export interface Held {
  readonly deflater: number;
  readonly inflater: number;
  /** Both together, before a message. */
  readonly unused: number;
}

type Machine = MessageDeflater | MessageInflater;

const connections = 200;
const kept: Machine[] = [];

const [name = '', bits] = process.argv.slice(2);
const { codec } = codecs[name]!;
const options = { windowBits: Number(bits), contextTakeover: true, maxMessageBytes: Infinity };

/** True for zlib, whose memory shows only in that of the process. */
async function bytes(): Promise<number> {
  for (let i = 0; i < 3; i++) {
    (globalThis as { gc?: () => void }).gc?.();
    await new Promise(resolve => setTimeout(resolve, 30));
  }
  return name === 'node:zlib' ? process.memoryUsage.rss() : process.memoryUsage().arrayBuffers;
}

async function held(make: () => Machine, message: Uint8Array): Promise<[unused: number, used: number]> {
  // Creates what all connections share before the measurement.
  drain(make(), [message]);
  const before = await bytes();
  const machines = Array.from({ length: connections }, make);
  const unused = (await bytes()) - before;
  for (const machine of machines) drain(machine, [message]);
  const used = (await bytes()) - before;
  kept.push(...machines);
  return [Math.round(unused / connections), Math.round(used / connections)];
}

const [message] = messagesOf('JSON API', 100_000, 100_000) as [Uint8Array];
const payload = through(codec.createDeflater(options), message);
const [unusedOut, deflater] = await held(() => codec.createDeflater(options), message);
const [unusedIn, inflater] = await held(() => codec.createInflater(options), payload);
for (const machine of kept) drain(machine, []);
console.log(JSON.stringify({ deflater, inflater, unused: unusedOut + unusedIn } satisfies Held));
