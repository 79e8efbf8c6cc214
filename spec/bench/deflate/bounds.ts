// Measures the CPU time and memory that a hostile peer can cause, and the longest call.

import zlib from 'node:zlib';
import type { DeflateCodec, MessageDeflater, MessageInflater } from '../../../lib/deflate/codec.ts';
import { Deflater } from '../../../lib/deflate/deflater.ts';
import { emptyDynamicBlocks, oversubscribedBlock } from '../../support/bits.ts';
import { codecs } from '../../support/codecs.ts';
import { through } from '../../support/messages-through.ts';
import { Random } from '../../support/random.ts';
import { corpora, messagesOf } from '../corpora.ts';
import { cpuMs } from './cpu-clock.ts';
import { drain, takeover } from './runners.ts';
import { type Bound, table, withBound } from './table.ts';

const limit = 2 ** 20;
const hello = Uint8Array.of(0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00);

interface Bomb {
  /** The parts of the message's payload. */
  readonly parts: Uint8Array[];
  /** The number of harmless messages before it. */
  readonly before?: number;
  /** The expected close code; 0 if the message is accepted. */
  readonly code: number;
}

function allBombs(): Record<string, Bomb> {
  const flushed = (length: number) =>
    zlib.deflateRawSync(new Uint8Array(length), { finishFlush: zlib.constants.Z_SYNC_FLUSH });
  const zeros = Buffer.concat([zlib.deflateRawSync(new Uint8Array(2 ** 28), { level: 9 }), Uint8Array.of(0)]);
  const blocks = emptyDynamicBlocks();
  const stored = Buffer.concat([Uint8Array.of(0, 0, 2, 0xff, 0xfd), new Uint8Array(512)]);
  return {
    [`256 MiB of zeros in ${zeros.length} bytes`]: { parts: [zeros], code: 1009 },
    'the same in fragments of 100 bytes': { parts: slices(zeros, 100), code: 1009 },
    'the same after 100 messages': { parts: [zeros], before: 100, code: 1009 },
    '64 MiB of zeros in 1,024 blocks': { parts: [repeated(flushed(65_536), 1024)], code: 1009 },
    '64 KiB of empty dynamic blocks': { parts: [repeated(blocks, 366)], code: 1008 },
    '1 MiB of empty dynamic blocks': { parts: [repeated(blocks, 5858)], code: 1008 },
    'a dynamic block for each 64 bytes, 1 MiB': {
      parts: [repeated(Buffer.concat([stored, blocks]), 2048)],
      code: 0,
    },
    'one over-subscribed dynamic block': { parts: [oversubscribedBlock()], code: 1007 },
    '64 KiB of 03 00': { parts: [repeated(Uint8Array.of(3, 0), 32_768)], code: 0 },
    '1 MiB of 03 00': { parts: [repeated(Uint8Array.of(3, 0), 524_288)], code: 0 },
  };
}

/**
 * Measures attacks: the output before the failure, the memory in use, the total time and the longest call. All bounds apply
 * to the built-in codec. The bound of the longest call also applies to node:zlib, which does not count blocks. fflate has only
 * the bound of the output, because it is for trusted peers.
 */
export function bombs(): void {
  console.log(
    '\ndecompression bombs with a limit of 1 MiB, best of five; bounds: the time to inflate 64 MiB once, and 10 ms per call',
  );
  const whole = through(new Deflater(takeover), new Uint8Array(2 ** 26));
  const reference = explode(codecs['built in']!.codec, { parts: [whole], code: 0 }, Infinity);
  const rows: Record<string, string | number>[] = [];
  for (const [title, bomb] of Object.entries(allBombs())) {
    for (const [name, { codec }] of Object.entries(codecs)) {
      const { code, outputBytes, usedKibibytes, ms, longest } = explode(codec, bomb, limit);
      const cell = (hasBound: boolean, figure: number, bound: Bound, text: string) =>
        hasBound ? withBound(figure, bound, text) : text;
      const ours = name === 'built in';
      rows.push({
        bomb: title,
        codec: name,
        code: cell(ours, code, { min: bomb.code, max: bomb.code }, String(code)),
        'output, bytes': cell(true, outputBytes, { max: limit + 65_536 }, String(outputBytes)),
        'memory, KiB': cell(ours, usedKibibytes, { max: 1024 }, usedKibibytes.toFixed(0)),
        ms: cell(ours, ms, { max: Math.round(reference.ms) }, ms.toFixed(2)),
        'longest call, ms': cell(ours || name === 'node:zlib', longest, { max: 10 }, longest.toFixed(2)),
      });
    }
  }
  table(rows);
}

interface Explosion {
  readonly code: number;
  readonly outputBytes: number;
  readonly usedKibibytes: number;
  readonly ms: number;
  readonly longest: number;
}

function explode(codec: DeflateCodec, { parts, before = 0 }: Bomb, maxMessageBytes: number): Explosion {
  let best: Explosion = { code: 0, outputBytes: 0, usedKibibytes: 0, ms: Infinity, longest: Infinity };
  // Runs of a second or more are not repeated.
  for (let i = 0; i < 5 && (i === 0 || best.ms < 1000); i++) {
    (globalThis as { gc?: () => void }).gc?.();
    const resting = process.memoryUsage().external;
    const machine = codec.createInflater({ windowBits: 15, contextTakeover: true, maxMessageBytes });
    for (let j = 0; j < before; j++) drain(machine, [hello]);
    let outputBytes = 0;
    let code = 0;
    let longest = 0;
    const start = performance.now();
    try {
      for (const [j, part] of parts.entries()) {
        machine.write(part, j === parts.length - 1);
        for (let more = true; more; ) {
          const called = cpuMs();
          try {
            const piece = machine.read();
            outputBytes += piece?.length ?? 0;
            more = piece !== undefined || machine.busy === true;
          } finally {
            longest = Math.max(longest, cpuMs() - called);
          }
        }
      }
    } catch (error) {
      code = (error as { closeCode: number }).closeCode;
    }
    const ms = Math.min(best.ms, performance.now() - start);
    const usedKibibytes = Math.max(best.usedKibibytes, (process.memoryUsage().external - resting) / 1024);
    best = { code, outputBytes, usedKibibytes, ms, longest: Math.min(best.longest, longest) };
  }
  return best;
}

/** Measures the longest call for a message of 4 MiB. */
export function calls(): void {
  console.log('\nlongest call for a message of 4 MiB, milliseconds of CPU, best of five (bound)');
  const random = new Random(1);
  const letters = (count: number) => Uint8Array.from({ length: 2 ** 22 }, () => 97 + random.below(count));
  const kinds: Record<string, Uint8Array> = {
    ...Object.fromEntries(Object.keys(corpora).map(name => [name, messagesOf(name, 2 ** 22, 2 ** 22)[0]!])),
    'two letters': letters(2),
    'four letters': letters(4),
    noise: Uint8Array.from({ length: 2 ** 22 }, () => random.below(256)),
    zeros: new Uint8Array(2 ** 22),
  };
  const rows = Object.entries(kinds).map(([kind, message]) => {
    const payload = through(new Deflater(takeover), message);
    const row: Record<string, string | number> = { message: kind };
    for (const [name, { codec }] of Object.entries(codecs)) {
      // The other codecs decompress a whole message in one call.
      const hasBound = name === 'built in' || name === 'node:zlib';
      const cell = (ms: number) => (hasBound ? withBound(ms, { max: 10 }) : ms.toFixed(2));
      if (name !== 'fflate')
        row[`${name}, sending`] = cell(longestCall(() => codec.createDeflater(takeover), message));
      row[`${name}, receiving`] = cell(longestCall(() => codec.createInflater(takeover), payload));
    }
    return row;
  });
  table(rows);
}

function longestCall(make: () => MessageDeflater | MessageInflater, message: Uint8Array): number {
  let best = Infinity;
  for (let i = 0; i < 5; i++) {
    const machine = make();
    let longest = 0;
    machine.write(message, true);
    for (let more = true; more; ) {
      const start = cpuMs();
      more = machine.read() !== undefined || ('busy' in machine && machine.busy === true);
      longest = Math.max(longest, cpuMs() - start);
    }
    best = Math.min(best, longest);
  }
  return best;
}

/** Repeats the bytes, and appends the byte that ends a message. */
function repeated(bytes: Uint8Array, times: number): Uint8Array {
  return Buffer.concat([...new Array<Uint8Array>(times).fill(bytes), Uint8Array.of(0)]);
}

function slices(data: Uint8Array, size: number): Uint8Array[] {
  return Array.from({ length: Math.ceil(data.length / size) }, (_, i) =>
    data.subarray(i * size, (i + 1) * size),
  );
}
