// Measures the bytes sent, and the memory per connection.

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Deflate } from 'pako';
import type { DeflateCodec } from '../../../lib/deflate/codec.ts';
import { codecs } from '../../support/codecs.ts';
import { piecesOf } from '../../support/messages-through.ts';
import { Random } from '../../support/random.ts';
import { corpora, messagesOf } from '../corpora.ts';
import type { CodecMemory } from './codec-memory.ts';
import { table, withBound } from './table.ts';

const sizes = [64, 200, 2000, 65_536];

/** The bound for the output, in percent above that of zlib. */
const maxPercent = 3;

/** The bounds for the memory of a deflater in KiB by window bits: about 128, 30 and 3, with a tolerance of a twelfth. */
const maxKibibytes: Record<number, number> = { 15: 139, 12: 32.5, 8: 3.25 };

/** Compares the sent bytes with those of zlib, by pako, which is zlib in JavaScript and outputs the same bytes. */
export function ratio(): void {
  console.log(
    '\nbytes sent with context takeover, in percent above zlib level 6 with the same window, by message size (bound)',
  );
  const rows = [];
  for (const corpus of Object.keys(corpora)) {
    for (const windowBits of [15, 13, 12, 10, 9]) {
      // fflate compresses with the built-in codec.
      for (const name of ['built in', 'node:zlib', 'node:zlib by message']) {
        const row: Record<string, string | number> = { corpus, bits: windowBits, codec: name };
        for (const size of sizes) {
          const messages = messagesOf(corpus, size, size > 10_000 ? 2_000_000 : 1_000_000);
          const bytes = compressedBytes(codecs[name]!.codec, messages, windowBits);
          const more = (bytes / bytesOfZlib(messages, windowBits) - 1) * 100;
          const text = more.toFixed(1);
          row[`${size} bytes`] = name === 'built in' ? withBound(more, { max: maxPercent }, text) : text;
        }
        rows.push(row);
      }
    }
  }
  table(rows);
  const random = new Random(1);
  const growths = [10, 1000, 65_535, 65_536, 1_000_000].map(length => {
    const noise = Uint8Array.from({ length }, () => random.below(256));
    const row: Record<string, string | number> = { 'random bytes': length };
    for (const [name, { codec }] of Object.entries(codecs)) {
      const more = compressedBytes(codec, [noise], 15) - length;
      row[name] = name === 'built in' ? withBound(more, { max: 6 + length / 1000 }, String(more)) : more;
    }
    return row;
  });
  console.log('\nbytes that random data grows by');
  table(growths);
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

/** Compares the memory per connection as documented by the codec and as measured. */
export function memory(): void {
  console.log(
    '\nbytes of memory per connection, of 200, after a message of 100,000 bytes: of array buffers; for node:zlib, of the process',
  );
  const rows = [];
  for (const [name, { codec }] of Object.entries(codecs)) {
    for (const windowBits of [15, 14, 13, 12, 11, 10, 9, 8]) {
      if (windowBits >= codec.minWindowBits) rows.push(memoryOf(name, codec, windowBits));
    }
  }
  table(rows);
}

/** Measures a codec in a separate process, because reused memory would hide allocations. */
function memoryOf(name: string, codec: DeflateCodec, windowBits: number): Record<string, string | number> {
  const program = fileURLToPath(new URL('codec-memory.js', import.meta.url));
  const { stdout } = spawnSync(process.execPath, ['--expose-gc', program, name, String(windowBits)]);
  const { deflater, inflater, unused } = JSON.parse(String(stdout)) as CodecMemory;
  const max = name === 'built in' ? maxKibibytes[windowBits] : undefined;
  return {
    codec: name,
    bits: windowBits,
    deflater: max === undefined ? deflater : withBound(deflater, { max: max * 1024 }),
    'deflaterBytes()': codec.deflaterBytes(windowBits),
    inflater,
    'inflaterBytes()': codec.inflaterBytes(windowBits),
    'before use': unused,
  };
}
