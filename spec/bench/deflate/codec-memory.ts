// Measures the memory of a codec per connection: `node codec-memory.js CODEC BITS` prints the bytes as JSON.

import type { MessageDeflater, MessageInflater } from '../../../lib/deflate/codec.ts';
import { codecs } from '../../support/codecs.ts';
import { through } from '../../support/messages-through.ts';
import { messagesOf } from '../corpora.ts';
import { drain } from './runners.ts';

/** The mean memory per connection, in bytes. */
export interface CodecMemory {
  readonly deflater: number;
  readonly inflater: number;
  /** Deflater and inflater before the first message. */
  readonly unused: number;
}

type Machine = MessageDeflater | MessageInflater;

const connections = 200;
const kept: Machine[] = [];

const [name = '', bits] = process.argv.slice(2);
const { codec } = codecs[name]!;
const options = { windowBits: Number(bits), contextTakeover: true, maxMessageBytes: Infinity };

/** Returns the memory in use after garbage collections. Memory of node:zlib is visible only in that of the process. */
async function usedBytes(): Promise<number> {
  for (let i = 0; i < 3; i++) {
    (globalThis as { gc?: () => void }).gc?.();
    await new Promise(resolve => setTimeout(resolve, 30));
  }
  return name === 'node:zlib' ? process.memoryUsage.rss() : process.memoryUsage().arrayBuffers;
}

async function measure(make: () => Machine, message: Uint8Array): Promise<[unused: number, used: number]> {
  // Creates the tables that all connections share before the measurement.
  drain(make(), [message]);
  const before = await usedBytes();
  const machines = Array.from({ length: connections }, make);
  const unused = (await usedBytes()) - before;
  for (const machine of machines) drain(machine, [message]);
  const used = (await usedBytes()) - before;
  kept.push(...machines);
  return [Math.round(unused / connections), Math.round(used / connections)];
}

const [message] = messagesOf('JSON API', 100_000, 100_000) as [Uint8Array];
const payload = through(codec.createDeflater(options), message);
const [unusedOut, deflater] = await measure(() => codec.createDeflater(options), message);
const [unusedIn, inflater] = await measure(() => codec.createInflater(options), payload);
for (const machine of kept) drain(machine, []);
console.log(JSON.stringify({ deflater, inflater, unused: unusedOut + unusedIn } satisfies CodecMemory));
