// How many octets are sent, and how many are held in memory.

import { Deflate } from 'pako';
import { builtInCodec } from '../../../lib/deflate/built-in-codec.ts';
import { Deflater } from '../../../lib/deflate/deflater.ts';
import { Inflater } from '../../../lib/deflate/inflater.ts';
import { through } from '../../support/messages-through.ts';
import { Random } from '../../support/random.ts';
import { corpora, messagesOf } from '../corpora.ts';
import { drain } from './parties.ts';
import { judged, table } from './table.ts';

const sizes = [64, 200, 2000, 65_536];

/** Percent more than zlib that are asked at most. */
const askedPercent = 3;

/** KiB that a deflater may hold: about 128, 30 and 3 are asked, and a twelfth more is still about that. */
const askedKibibytes: Record<number, number> = { 15: 139, 12: 32.5, 8: 3.25 };

/** What is sent, against zlib; pako is zlib's code in JavaScript, and gives the same octets. */
export function ratio(): void {
  console.log(
    '\noctets sent for 1,000,000 (2,000,000 at 65,536), with takeover, against zlib level 6 with the same window; percent more (asked)',
  );
  const rows = [];
  for (const corpus of Object.keys(corpora)) {
    for (const windowBits of [15, 13, 12, 10, 9]) {
      const row: Record<string, string | number> = { corpus, bits: windowBits };
      for (const size of sizes) {
        const messages = messagesOf(corpus, size, size > 10_000 ? 2_000_000 : 1_000_000);
        const more = (compressedBytes(messages, windowBits) / bytesOfZlib(messages, windowBits) - 1) * 100;
        row[`${size} octets`] = judged(more, { most: askedPercent }, more.toFixed(1));
      }
      rows.push(row);
    }
  }
  table(rows);
  const random = new Random(1);
  const grown = [10, 1000, 65_535, 65_536, 1_000_000].map(length => {
    const noise = Uint8Array.from({ length }, () => random.below(256));
    const more = compressedBytes([noise], 15) - length;
    return { 'octets of noise': length, 'grow by': judged(more, { most: 6 + length / 1000 }, String(more)) };
  });
  console.log();
  table(grown);
}

function bytesOfZlib(messages: Uint8Array[], windowBits: number): number {
  let bytes = -4 * messages.length;
  const deflate = new Deflate({ raw: true, windowBits });
  deflate.onData = chunk => {
    bytes += chunk.length;
  };
  for (const message of messages) deflate.push(message, 2);
  return bytes;
}

function compressedBytes(messages: Uint8Array[], windowBits: number): number {
  const deflater = new Deflater({ windowBits, contextTakeover: true });
  let bytes = 0;
  for (const message of messages) {
    deflater.write(message, true);
    for (let piece = deflater.read(); piece !== undefined; piece = deflater.read()) bytes += piece.length;
  }
  return bytes;
}

/** What a connection holds, by our own account and by the engine's. */
export async function memory(): Promise<void> {
  console.log(
    '\nmemory, bytes of array buffers for each connection (of 200), after messages of 100,000 octets',
  );
  const rows = [];
  for (const windowBits of [15, 14, 13, 12, 11, 10, 9, 8]) {
    const asks = askedKibibytes[windowBits];
    const [message] = messagesOf('JSON API', 100_000, 100_000) as [Uint8Array];
    const payload = through(new Deflater({ windowBits, contextTakeover: true }), message);
    const held = async (make: () => Deflater | Inflater, data: Uint8Array) => {
      const before = await arrayBuffers();
      const machines = Array.from({ length: 200 }, make);
      const unused = (await arrayBuffers()) - before;
      for (const machine of machines) drain(machine, [data]);
      const used = (await arrayBuffers()) - before;
      for (const machine of machines) drain(machine, []);
      return [unused, Math.round(used / 200)] as const;
    };
    const options = { windowBits, contextTakeover: true, maxMessageBytes: Infinity };
    const [unusedOut, out] = await held(() => new Deflater(options), message);
    const [unusedIn, into] = await held(() => new Inflater(options), payload);
    rows.push({
      bits: windowBits,
      deflater: asks === undefined ? out : judged(out, { most: asks * 1024 }),
      'by docs': builtInCodec.deflaterBytes(windowBits),
      inflater: into,
      'by docs ': builtInCodec.inflaterBytes(windowBits),
      'before use': unusedOut + unusedIn,
    });
  }
  table(rows);
}

/** What array buffers hold once garbage is gone, which takes a while. */
async function arrayBuffers(): Promise<number> {
  for (let i = 0; i < 3; i++) {
    (globalThis as { gc?: () => void }).gc?.();
    await new Promise(resolve => setTimeout(resolve, 30));
  }
  return process.memoryUsage().arrayBuffers;
}
