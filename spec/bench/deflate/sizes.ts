// Measures the bytes that are sent, and those that are held in memory.

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Deflate } from 'pako';
import type { DeflateCodec } from '../../../lib/deflate/codec.ts';
import { codecs } from '../../support/codecs.ts';
import { piecesOf } from '../../support/messages-through.ts';
import { Random } from '../../support/random.ts';
import { corpora, messagesOf } from '../corpora.ts';
import type { Held } from './held.ts';
import { judged, table } from './table.ts';

const sizes = [64, 200, 2000, 65_536];

/** The bound for the output, in percent above that of zlib. */
const askedPercent = 3;

/** The bounds for the memory of a deflater in KiB: about 128, 30 and 3, with a tolerance of a twelfth. */
const askedKibibytes: Record<number, number> = { 15: 139, 12: 32.5, 8: 3.25 };

/** Compares the sent bytes with those of zlib. pako is zlib in JavaScript, and gives the same bytes. */
export function ratio(): void {
  console.log(
    '\noctets sent for 1,000,000 (2,000,000 at 65,536), with takeover, against zlib level 6 with the same window; percent more (asked of the built-in codec)',
  );
  const rows = [];
  for (const corpus of Object.keys(corpora)) {
    for (const windowBits of [15, 13, 12, 10, 9]) {
      // fflate compresses with the built-in codec, and the example is as good as zlib by message.
      for (const name of ['built in', 'node:zlib', 'node:zlib by message']) {
        const row: Record<string, string | number> = { corpus, bits: windowBits, codec: name };
        for (const size of sizes) {
          const messages = messagesOf(corpus, size, size > 10_000 ? 2_000_000 : 1_000_000);
          const bytes = compressedBytes(codecs[name]!.codec, messages, windowBits);
          const more = (bytes / bytesOfZlib(messages, windowBits) - 1) * 100;
          const text = more.toFixed(1);
          row[`${size} bytes`] = name === 'built in' ? judged(more, { most: askedPercent }, text) : text;
        }
        rows.push(row);
      }
    }
  }
  table(rows);
  const random = new Random(1);
  const grown = [10, 1000, 65_535, 65_536, 1_000_000].map(length => {
    const noise = Uint8Array.from({ length }, () => random.below(256));
    const row: Record<string, string | number> = { 'bytes of noise': length };
    for (const [name, { codec }] of Object.entries(codecs)) {
      const more = compressedBytes(codec, [noise], 15) - length;
      row[name] = name === 'built in' ? judged(more, { most: 6 + length / 1000 }, String(more)) : more;
    }
    return row;
  });
  console.log('\noctets by which noise grows');
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

function compressedBytes(codec: DeflateCodec, messages: Uint8Array[], windowBits: number): number {
  const deflater = codec.createDeflater({ windowBits, contextTakeover: true });
  let bytes = 0;
  for (const message of messages) {
    deflater.write(message, true);
    for (const piece of piecesOf(deflater)) bytes += piece.length;
  }
  return bytes;
}

/** Compares the memory of a connection as reported by the codec and by the engine. */
export function memory(): void {
  console.log(
    '\nmemory of each connection (of 200) after messages of 100,000 bytes: bytes of array buffers; of node:zlib, which has memory of its own, bytes of the process',
  );
  const rows = [];
  for (const [name, { codec }] of Object.entries(codecs)) {
    for (const windowBits of [15, 14, 13, 12, 11, 10, 9, 8]) {
      if (windowBits >= codec.minWindowBits) rows.push(memoryOf(name, codec, windowBits));
    }
  }
  table(rows);
}

/** Measures each in a separate process, because reused memory would hide allocations. */
function memoryOf(name: string, codec: DeflateCodec, windowBits: number): Record<string, string | number> {
  const program = fileURLToPath(new URL('held.js', import.meta.url));
  const { stdout } = spawnSync(process.execPath, ['--expose-gc', program, name, String(windowBits)]);
  const { deflater, inflater, unused } = JSON.parse(String(stdout)) as Held;
  const asks = name === 'built in' ? askedKibibytes[windowBits] : undefined;
  return {
    codec: name,
    bits: windowBits,
    deflater: asks === undefined ? deflater : judged(deflater, { most: asks * 1024 }),
    'by docs': codec.deflaterBytes(windowBits),
    inflater,
    'by docs ': codec.inflaterBytes(windowBits),
    'before use': unused,
  };
}
